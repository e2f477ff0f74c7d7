import type { Frame, OutgoingFrame } from '../messages.ts';
import type { World } from '../world.ts';
import {
  type Channel,
  type Connection,
  NUMBERED,
  type QueuedFrame,
  type StreamFault,
  type Subscription,
} from './stream-state.ts';

/** Sends a subscription's message, numbered where its channel is, through the armed faults. */
export function sendMessage(
  world: World,
  connection: Connection,
  subscription: Subscription,
  type: string,
  msg: unknown,
  at: number,
): void {
  const { sid, channel } = subscription;
  if (NUMBERED.has(channel)) subscription.seq += 1;
  const seq = NUMBERED.has(channel) ? { seq: subscription.seq } : {};
  const frame: Frame = { type: 'text', text: JSON.stringify({ type, sid, ...seq, msg }) };
  for (const copy of throughFaults(world, connection, channel, frame, at)) enqueue(world, copy, at);
}

/** Sends what belongs to no channel: answers to commands, pings. */
export function sendPlain(world: World, connection: Connection, frame: Frame, at: number): void {
  enqueue(world, { connectionId: connection.id, channel: null, dueAt: at, frame }, at);
}

function throughFaults(
  world: World,
  connection: Connection,
  channel: Channel,
  frame: Frame,
  at: number,
): QueuedFrame[] {
  const queued: QueuedFrame = {
    connectionId: connection.id,
    channel,
    dueAt: dueTime(world, channel, at),
    frame,
  };
  const fault = world.stream.faults.find(
    (candidate) =>
      (candidate.channel ?? channel) === channel &&
      (candidate.account ?? connection.account) === connection.account &&
      (candidate.held === null || candidate.held.connectionId === connection.id),
  );
  if (!fault) return [queued];
  if (fault.kind === 'reorder' && fault.held === null) {
    fault.held = queued;
    return [];
  }
  const { held } = fault;
  fault.held = null;
  useUp(world, fault);
  if (fault.kind === 'lose') return [];
  return fault.kind === 'duplicate' ? [queued, queued] : [queued, { ...held!, dueAt: queued.dueAt }];
}

function useUp(world: World, fault: StreamFault): void {
  if (fault.left === null) return;
  fault.left -= 1;
  if (fault.left === 0) world.stream.faults.splice(world.stream.faults.indexOf(fault), 1);
}

const dueTime = (world: World, channel: Channel, at: number): number =>
  at + (world.stream.delays[channel] ?? world.stream.delays.all ?? 0);

/** Puts a frame into the queue, never before an earlier one of its channel; on a stalled connection it is held or lost. */
function enqueue(world: World, queued: QueuedFrame, at: number): void {
  const { queue, connections } = world.stream;
  const { connectionId, channel, frame } = queued;
  const stall = connections[connectionId]?.stall;
  if (stall) {
    if (stall.missed === 'delivered') stall.held.push({ channel, frame });
    return;
  }
  const earlier = queue.findLast((other) => other.connectionId === connectionId && other.channel === channel);
  queue.push({ ...queued, dueAt: Math.max(queued.dueAt, earlier?.dueAt ?? at) });
}

/** Ends a stall: what was held goes out now. */
export function endStall(world: World, connection: Connection, at: number): void {
  const held = connection.stall?.held ?? [];
  connection.stall = null;
  for (const { channel, frame } of held)
    enqueue(world, { connectionId: connection.id, channel, dueAt: at, frame }, at);
}

/** Takes the frames that are due out of the queue, in the order to send them. */
export function takeDueFrames(world: World, at: number): OutgoingFrame[] {
  const { stream } = world;
  if (stream.queue.length === 0) return [];
  const due = stream.queue.filter((queued) => queued.dueAt <= at).sort((a, b) => a.dueAt - b.dueAt);
  if (due.length > 0) stream.queue = stream.queue.filter((queued) => queued.dueAt > at);
  return due.map(({ connectionId, frame }) => ({ connectionId, frame }));
}
