import type { StreamAction } from '../actions.ts';
import { closeConnection } from '../stream/connections.ts';
import { endStall, sendPlain } from '../stream/outbox.ts';
import type { Connection } from '../stream/stream-state.ts';
import type { World } from '../world.ts';

const TERMINAL = { 10: 'Channel error', 25: 'Subscription buffer overflow' } as const;

/** What befalls the streams. */
export function performStream(world: World, action: StreamAction, at: number): void {
  const { stream } = world;
  switch (action.type) {
    case 'stream.lose':
    case 'stream.duplicate':
    case 'stream.reorder': {
      const { channel = null, account = null, times = 1 } = action;
      const kind = action.type.slice('stream.'.length) as 'lose' | 'duplicate' | 'reorder';
      stream.faults.push({ kind, channel, account, left: times === 'always' ? null : times, held: null });
      return;
    }
    case 'stream.clear':
      stream.faults = [];
      stream.delays = {};
      return;
    case 'stream.delay':
      stream.delays[action.channel ?? 'all'] = action.delayMs;
      return;
    case 'stream.stall':
      for (const connection of connectionsOf(world, action.account))
        connection.stall ??= {
          until: action.forMs === undefined ? null : at + action.forMs,
          missed: action.missed ?? 'lost',
          held: [],
        };
      return;
    case 'stream.resume':
      for (const connection of connectionsOf(world, action.account)) endStall(world, connection, at);
      return;
    case 'stream.close':
      for (const connection of connectionsOf(world, action.account))
        closeConnection(world, connection, action.code ?? 1001, at);
      return;
    case 'stream.error':
      for (const connection of connectionsOf(world, action.account))
        endChannel(world, connection, action, at);
  }
}

const connectionsOf = (world: World, account: string | undefined): Connection[] =>
  Object.values(world.stream.connections).filter(
    (connection) => account === undefined || connection.account === account,
  );

function endChannel(
  world: World,
  connection: Connection,
  { channel, code }: Extract<StreamAction, { type: 'stream.error' }>,
  at: number,
): void {
  const ended = connection.subscriptions.filter((subscription) => subscription.channel === channel);
  connection.subscriptions = connection.subscriptions.filter(
    (subscription) => subscription.channel !== channel,
  );
  for (const { sid } of ended) {
    const text = JSON.stringify({ sid, type: 'error', msg: { code, msg: TERMINAL[code] } });
    sendPlain(world, connection, { type: 'text', text }, at);
  }
}
