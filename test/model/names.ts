/** Ids numbered from 1, so that an exit which repeats for ever comes back to the same state. */
import type { AttemptRecord } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import type { Message, Parts, World } from './world.ts';

const ID = /pm-ax(\d+)(?:-(\d+))?/g;

/** Messages overtake each other: their order says nothing. */
export const sorted = (net: Message[]): Message[] =>
  net.length < 2
    ? net
    : net
        .map((message) => [JSON.stringify(message), message] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, message]) => message);

/** Exits by their new numbers, and of each its attempts. */
export interface Names {
  key: string;
  exits: number[];
  attempts: Map<number, number[]>;
}

/** Null: every id is as low as it can be. */
export function namesIn(world: World, used: Set<string>, parts: Parts): Names | null {
  const attempts = new Map<number, number[]>();
  const note = (clientId: string): void => {
    const [exit, number] = numbersIn(clientId);
    const known = attempts.get(exit) ?? [];
    if (!known.includes(number)) known.push(number);
    attempts.set(exit, known);
  };
  for (const id of used) note(id);
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

export function renamed(world: World, names: Names, parts: Parts): World {
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
    net: sorted(renameText(net, names)),
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
