import { authenticate, mayDo } from '../auth.ts';
import { takeFaults } from '../faults/take-faults.ts';
import { type ExchangeRequest, type ExchangeResponse, pathOf, STREAM_PATH } from '../messages.ts';
import { isRefusal, notFound, type Refusal, refuse } from '../refusal.ts';
import { headersAt, respond } from '../rest/respond.ts';
import type { World } from '../world.ts';
import { endStall, sendPlain } from './outbox.ts';
import type { Connection } from './stream-state.ts';

const PING_MS = 10_000;
const HEARTBEAT = 'heartbeat';

/** Answers the upgrade request: a connection, or why there is none. Armed faults can refuse it. */
export function openConnection(
  world: World,
  request: ExchangeRequest,
  at: number,
): { connectionId: number } | ExchangeResponse {
  const { decisive } = takeFaults(world, request);
  if (decisive?.kind === 'refuse') {
    const { status, headers, body } = decisive;
    return { status, headers: { ...headersAt(world, at), ...headers }, body };
  }
  if (decisive) return respond(world, refuse(502, 'bad_gateway', 'bad gateway'), at);
  const caller = pathOf(request.target) === STREAM_PATH ? authenticate(world, request, at) : noStream();
  if (isRefusal(caller)) return respond(world, caller, at);
  if (!mayDo(caller, 'read')) return respond(world, refuse(403, 'forbidden', 'the key lacks the scope'), at);

  const id = world.stream.nextConnection;
  world.stream.nextConnection += 1;
  world.stream.connections[id] = {
    id,
    account: caller.account,
    subaccount: caller.subaccount,
    nextSid: 1,
    nextPingAt: at + PING_MS,
    subscriptions: [],
    stall: null,
  };
  return { connectionId: id };
}

const noStream = (): Refusal => notFound('endpoint');

/** Forgets a connection that the client has left, with everything still queued for it. */
export function forgetConnection(world: World, id: number): void {
  delete world.stream.connections[id];
  world.stream.queue = world.stream.queue.filter((queued) => queued.connectionId !== id);
}

/** Closes a connection from the exchange's side, after what is queued for it. */
export function closeConnection(world: World, connection: Connection, code: number, at: number): void {
  delete world.stream.connections[connection.id];
  const frame = { type: 'close', code } as const;
  const last = world.stream.queue.findLast(({ connectionId }) => connectionId === connection.id);
  const dueAt = Math.max(at, last?.dueAt ?? at);
  world.stream.queue.push({ connectionId: connection.id, channel: null, dueAt, frame });
}

/** Pings whom it is time to ping, and ends stalls. */
export function ageConnections(world: World, at: number): void {
  for (const connection of Object.values(world.stream.connections)) {
    const { stall } = connection;
    if (stall && stall.until !== null && stall.until <= at) endStall(world, connection, at);
    while (connection.nextPingAt <= at) {
      sendPlain(world, connection, { type: 'ping', body: HEARTBEAT }, connection.nextPingAt);
      connection.nextPingAt += PING_MS;
    }
  }
}

/** When `ageConnections` next has something to do (ms), null when never. */
export function nextConnectionTime(world: World): number | null {
  let next: number | null = null;
  for (const { nextPingAt, stall } of Object.values(world.stream.connections))
    for (const time of [nextPingAt, stall?.until ?? null])
      if (time !== null && (next === null || time < next)) next = time;
  return next;
}

/** When the next queued frame is due (ms), null when there is none. */
export const nextFrameTime = (world: World): number | null =>
  world.stream.queue.length === 0 ? null : Math.min(...world.stream.queue.map(({ dueAt }) => dueAt));
