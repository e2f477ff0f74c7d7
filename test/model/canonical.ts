/**
 * One world, one name: orders that nobody refers to any more are folded into sums, after their fills were compared, and
 * the ids of the others are numbered from 1, so that an exit which repeats for ever comes back to the same state.
 */
import type { AttemptRecord } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { bareRow } from './abstract.ts';
import { type Message, type Parts, Violation, type World } from './world.ts';

const ID = /pm-ax(\d+)(?:-(\d+))?/g;

export function canonical(world: World, parts: Parts): World {
  const kept = fold(prune(forget(world, parts), parts), parts);
  const names = namesIn(kept, parts);
  return names === null ? kept : rename(kept, names, parts);
}

/** Messages overtake each other: their order says nothing. */
const sort = (net: Message[]): Message[] =>
  net.length < 2
    ? net
    : net
        .map((message) => [JSON.stringify(message), message] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, message]) => message);

/** Messages that can change something yet: at the exchange, or in an order that still waits for an answer. */
function useful({ net, desk, venue }: World): Message[] {
  const isUseless = (message: Message): boolean => {
    const { call, clientId, answer } = message;
    const order = venue.orders[clientId];
    const isHeard =
      !message.orphan && (clientId in (desk?.orders ?? {}) || (desk?.strays.includes(clientId) ?? false));
    if (isHeard) return false;
    if (answer !== null || call === 'find') return true;
    if (call === 'place') return order !== undefined;
    const mayLand = net.some((other) => other.call === 'place' && other.clientId === clientId);
    return order ? order.isOver : !mayLand;
  };
  return net.some(isUseless) ? net.filter((message) => !isUseless(message)) : net;
}

/** What no happening can read any more is not kept apart. */
function forget(world: World, parts: Parts): World {
  const { life, queue } = world;
  const net = sort(useful(world));
  const { crashes, monitorCrashes, words } = life.left;
  const monitor =
    world.monitor !== null && words === 0 ? parts.positions.withoutVerdicts(world.monitor) : world.monitor;
  if (crashes + monitorCrashes > 0 || !life.up || !['runs', 'closed'].includes(life.monitor))
    return { ...world, monitor, net };
  return {
    ...world,
    monitor,
    net,
    row: bare(world.row, parts),
    queue: queue.every(({ row }) => row === null || bare(row, parts) === row)
      ? queue
      : queue.map((entry) => (entry.row === null ? entry : { ...entry, row: bare(entry.row, parts) })),
  };
}

const bareRows = new WeakMap<Parts, Map<number, number>>();

function bare(row: number, parts: Parts): number {
  let known = bareRows.get(parts);
  if (!known) {
    known = new Map();
    bareRows.set(parts, known);
  }
  let answer = known.get(row);
  if (answer === undefined) {
    answer = parts.rows.id(bareRow(parts.rows.at(row)));
    known.set(row, answer);
  }
  return answer;
}

function prune(world: World, parts: Parts): World {
  const { desk, ledger } = world;
  if (!desk || desk.ended.length === 0) return world;
  const isOpen = (clientId: string): boolean =>
    ledger.attempts.some((id) => {
      const attempt = parts.attempts.at(id);
      return attempt.clientId === clientId && attempt.endedAt === null;
    });
  return {
    ...world,
    desk: { ...desk, ended: desk.ended.filter(isOpen) },
  };
}

function fold(world: World, parts: Parts): World {
  const { ledger, venue } = world;
  const used = usedIds(world, parts);
  const row = parts.rows.at(world.row);
  const exitId = row.exit?.id ?? null;
  let folded = ledger.foldedExit === exitId ? ledger.folded : 0;
  if (ledger.attempts.length === 0 && ledger.foldedExit === null) return world;
  const gone = new Set<string>();
  const attempts = ledger.attempts.filter((id) => {
    const attempt = parts.attempts.at(id);
    const order = venue.orders[attempt.clientId];
    if (used.has(attempt.clientId) || attempt.endedAt === null || (order && !order.isOver)) return true;
    gone.add(attempt.clientId);
    const sold = order?.filled ?? 0;
    if (attempt.filled !== sold)
      throw new Violation(`${attempt.clientId} sold ${sold}, and ${attempt.filled} is booked`);
    if (attempt.exitId === exitId) folded += attempt.filled;
    return false;
  });
  if (gone.size === 0 && folded === ledger.folded) return world;
  return {
    ...world,
    ledger: { ...ledger, attempts, folded, foldedExit: folded > 0 ? exitId : null },
    venue: {
      ...venue,
      orders: Object.fromEntries(Object.entries(venue.orders).filter(([clientId]) => !gone.has(clientId))),
    },
  };
}

const clientOf = (fact: PositionEvent | null): string[] =>
  fact && 'clientId' in fact ? [fact.clientId] : [];

/** Ids that something beside the ledger and the exchange's own books refers to. */
function usedIds({ monitor, row, queue, desk, net, life }: World, parts: Parts): Set<string> {
  const used = new Set<string>();
  const add = (ids: readonly string[]): void => {
    for (const id of ids) used.add(id);
  };
  add(outIn(parts.rows.at(row)));
  if (monitor !== null) add(outIn(parts.positions.pool.at(monitor).position));
  add(
    noted(queue, () =>
      queue.flatMap((entry) => [
        ...(entry.row === null ? [] : outIn(parts.rows.at(entry.row))),
        ...entry.attempts.map((id) => parts.attempts.at(id).clientId),
        ...entry.cancel,
        ...clientOf(entry.fact),
      ]),
    ),
  );
  if (desk)
    add(
      noted(desk, () => [
        ...[...Object.keys(desk.orders), ...desk.strays, ...desk.ended],
        ...desk.waiting.map(({ attempt }) => attempt.clientId),
      ]),
    );
  add(noted(net, () => net.map(({ clientId }) => clientId)));
  add(
    noted(life, () => [
      ...life.missed.flatMap(clientOf),
      ...(life.reading?.orders ?? []).map(({ clientId }) => clientId),
    ]),
  );
  return used;
}

const outIn = ({ exit }: Position): string[] => (exit?.attempt ? [exit.attempt.clientId] : []);

const notes = new WeakMap<object, string[]>();

function noted(about: object, read: () => string[]): string[] {
  let ids = notes.get(about);
  if (!ids) {
    ids = read();
    notes.set(about, ids);
  }
  return ids;
}

/** Exits by their new numbers, and of each its attempts. */
interface Names {
  key: string;
  exits: number[];
  attempts: Map<number, number[]>;
}

/** Null: every id is as low as it can be. */
function namesIn(world: World, parts: Parts): Names | null {
  const attempts = new Map<number, number[]>();
  const note = (clientId: string): void => {
    const [exit, number] = numbersIn(clientId);
    const known = attempts.get(exit) ?? [];
    if (!known.includes(number)) known.push(number);
    attempts.set(exit, known);
  };
  for (const id of usedIds(world, parts)) note(id);
  for (const id of world.ledger.attempts) note(parts.attempts.at(id).clientId);
  for (const id of Object.keys(world.venue.orders)) note(id);
  const positions = positionsIn(world, parts);
  for (const { exit } of positions) if (exit && !attempts.has(exit.number)) attempts.set(exit.number, []);
  const exits = [...attempts.keys()].sort((a, b) => a - b);
  for (const numbers of attempts.values()) numbers.sort((a, b) => a - b);
  const isLow =
    exits.every((number, i) => number === i + 1) &&
    [...attempts.values()].every((numbers) => numbers.every((number, i) => number === i + 1)) &&
    positions.every(
      (p) =>
        p.exits === countTo(exits, p.exits) &&
        (!p.exit || p.exit.attempts === countTo(attempts.get(p.exit.number)!, p.exit.attempts)),
    );
  if (isLow) return null;
  return { key: JSON.stringify([exits, [...attempts]]), exits, attempts };
}

const read = new Map<string, [number, number]>();

function numbersIn(clientId: string): [number, number] {
  let numbers = read.get(clientId);
  if (!numbers) {
    const [, exit, attempt] = /pm-ax(\d+)-(\d+)/.exec(clientId)!;
    numbers = [Number(exit), Number(attempt)];
    read.set(clientId, numbers);
  }
  return numbers;
}

const countTo = (numbers: number[], last: number): number => numbers.filter((n) => n <= last).length;

function positionsIn({ monitor, row, queue }: World, parts: Parts): Position[] {
  const positions = [parts.rows.at(row)];
  if (monitor !== null) positions.push(parts.positions.pool.at(monitor).position);
  for (const entry of queue) if (entry.row !== null) positions.push(parts.rows.at(entry.row));
  return positions;
}

function renameText<T>(value: T, { exits, attempts }: Names): T {
  const text = JSON.stringify(value).replaceAll(ID, (_, exit: string, attempt: string | undefined) => {
    const known = attempts.get(Number(exit));
    if (!known) return 'pm-ax0';
    const name = `pm-ax${exits.indexOf(Number(exit)) + 1}`;
    return attempt === undefined ? name : `${name}-${known.indexOf(Number(attempt)) + 1}`;
  });
  return JSON.parse(text) as T;
}

const numberOf = (clientId: string): number => Number(clientId.split('-').at(-1));

function renamePosition(position: Position, names: Names): Position {
  const exits = countTo(names.exits, position.exits);
  if (!position.exit) return { ...position, exits };
  const { number, attempts } = position.exit;
  const exit = renameText(position.exit, names);
  exit.number = names.exits.indexOf(number) + 1;
  exit.attempts = countTo(names.attempts.get(number)!, attempts);
  if (exit.attempt) exit.attempt.number = numberOf(exit.attempt.clientId);
  return { ...position, exits, exit };
}

const renameAttempt = (attempt: AttemptRecord, names: Names): AttemptRecord => {
  const renamed = renameText(attempt, names);
  return { ...renamed, number: numberOf(renamed.clientId), attemptId: renamed.clientId };
};

const memory = new WeakMap<Parts, Map<string, number>>();

function rename(world: World, names: Names, parts: Parts): World {
  const known = memory.get(parts) ?? new Map<string, number>();
  memory.set(parts, known);
  const once = (kind: string, id: number, make: () => number): number => {
    const key = `${kind}${id} ${names.key}`;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = make();
      known.set(key, answer);
    }
    return answer;
  };
  const rowOf = (id: number): number =>
    once('r', id, () => parts.rows.id(renamePosition(parts.rows.at(id), names)));
  const attemptOf = (id: number): number =>
    once('a', id, () => parts.attempts.id(renameAttempt(parts.attempts.at(id), names)));
  const { monitor, ledger, queue, desk, net, venue, life } = world;
  const { pool } = parts.positions;
  const { foldedExit } = ledger;
  return {
    monitor:
      monitor === null
        ? null
        : once('m', monitor, () => {
            const running = pool.at(monitor);
            return pool.id({ ...running, position: renamePosition(running.position, names) });
          }),
    row: rowOf(world.row),
    ledger: {
      ...ledger,
      attempts: ledger.attempts.map(attemptOf),
      foldedExit: foldedExit && renameText(foldedExit, names),
    },
    queue: queue.map((entry) => ({
      ...renameText(entry, names),
      place: entry.place.map((placing) => ({
        ...placing,
        attempt: renameAttempt(placing.attempt as AttemptRecord, names),
      })),
      row: entry.row === null ? null : rowOf(entry.row),
      attempts: entry.attempts.map(attemptOf),
    })),
    desk: desk && renameDesk(desk, names),
    net: sort(renameText(net, names)),
    venue: renameText(venue, names),
    life: renameText(life, names),
  };
}

function renameDesk(desk: NonNullable<World['desk']>, names: Names): NonNullable<World['desk']> {
  const renamed = renameText(desk, names);
  for (const order of Object.values(renamed.orders)) order.attempt.number = numberOf(order.attempt.clientId);
  for (const { attempt } of renamed.waiting) (attempt as AttemptRecord).number = numberOf(attempt.clientId);
  return renamed;
}
