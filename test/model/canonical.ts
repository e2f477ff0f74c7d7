/**
 * One world, one name: orders that nobody refers to any more are folded into sums, after their fills were compared, and
 * the ids of the others are numbered from 1, so that an exit which repeats for ever comes back to the same state.
 */
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { bareRow } from './abstract.ts';
import { namesIn, renamed, sorted } from './names.ts';
import { type Message, type Parts, Violation, type World } from './world.ts';

export function canonical(world: World, parts: Parts): World {
  const kept = fold(prune(forget(world, parts), parts), parts);
  const names = namesIn(kept, usedIds(kept, parts), parts);
  return names === null ? kept : renamed(kept, names, parts);
}

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
  const net = sorted(useful(world));
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
