import { lookup } from '../lookup.ts';
import type { World } from '../world.ts';
import { renderSnapshot, renderTicker } from './messages.ts';
import { sendMessage, sendPlain } from './outbox.ts';
import { CHANNELS, type Channel, type Connection, NUMBERED, type Subscription } from './stream-state.ts';

/** The documented error codes that a command can meet. */
const ERRORS = {
  1: 'Unable to process message',
  2: 'Params required',
  3: 'Channels required',
  4: 'Subscription IDs required',
  5: 'Unknown command',
  7: 'Unknown subscription ID',
  8: 'Unknown channel name',
  11: 'Invalid parameter',
  12: 'Exactly one subscription ID is required',
  13: 'Unsupported action',
  14: 'Market ticker required',
  15: 'Action required',
  16: 'Market not found',
} as const;
type ErrorCode = keyof typeof ERRORS;

interface Command {
  id?: unknown;
  cmd?: unknown;
  params?: Record<string, unknown>;
}

interface Context {
  world: World;
  connection: Connection;
  at: number;
  id: unknown;
  params: Record<string, unknown>;
}

/** Carries out what a client sent as text; a connection that is gone hears nothing. */
export function receiveCommand(world: World, connectionId: number, text: string, at: number): void {
  const connection = world.stream.connections[connectionId];
  if (!connection) return;
  const command = parse(text);
  const context: Context = { world, connection, at, id: command?.id, params: command?.params ?? {} };
  const error = command ? carryOut(context, command) : 1;
  if (error !== null) reply(context, { type: 'error', msg: { code: error, msg: ERRORS[error] } });
}

function parse(text: string): Command | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function carryOut(context: Context, { cmd, params }: Command): ErrorCode | null {
  switch (cmd) {
    case 'subscribe':
      return params ? subscribe(context) : 2;
    case 'unsubscribe':
      return params ? unsubscribe(context) : 2;
    case 'update_subscription':
      return params ? update(context) : 2;
    case 'list_subscriptions': {
      const subscriptions = context.connection.subscriptions.map(({ channel, sid }) => ({ channel, sid }));
      reply(context, { type: 'ok', subscriptions });
      return null;
    }
    default:
      return 5;
  }
}

function reply({ world, connection, at, id }: Context, message: Record<string, unknown>): void {
  const text = JSON.stringify({ ...(id === undefined ? {} : { id }), ...message });
  sendPlain(world, connection, { type: 'text', text }, at);
}

function subscribe(context: Context): ErrorCode | null {
  const { world, connection, params, at } = context;
  const { channels } = params;
  if (!Array.isArray(channels) || channels.length === 0) return 3;
  if (!channels.every((channel) => CHANNELS.includes(channel))) return 8;
  const tickers = tickersIn(params);
  if (tickers === 'invalid') return 11;
  if (tickers === null && channels.includes('orderbook_delta')) return 14;
  if (tickers?.some((ticker) => !lookup(world.markets, ticker))) return 16;
  for (const channel of channels as Channel[]) {
    const subscription: Subscription = {
      sid: connection.nextSid,
      channel,
      tickers: channel.endsWith('lifecycle') || channel === 'market_lifecycle_v2' ? null : tickers,
      seq: 0,
      useYesPrice: params.use_yes_price === true,
    };
    connection.nextSid += 1;
    connection.subscriptions.push(subscription);
    reply(context, { type: 'subscribed', msg: { channel, sid: subscription.sid } });
    if (channel === 'orderbook_delta') sendSnapshots(context, subscription, tickers!);
    if (channel === 'ticker' && params.send_initial_snapshot === true)
      for (const ticker of tickers ?? Object.keys(world.markets))
        sendMessage(world, connection, subscription, 'ticker', renderTicker(world, ticker, 0, at), at);
  }
  return null;
}

function sendSnapshots(
  { world, connection, at }: Context,
  subscription: Subscription,
  tickers: readonly string[],
): void {
  for (const ticker of tickers) {
    const snapshot = renderSnapshot(world, ticker, subscription.useYesPrice);
    sendMessage(world, connection, subscription, 'orderbook_snapshot', snapshot, at);
  }
}

function unsubscribe(context: Context): ErrorCode | null {
  const { connection, params } = context;
  const { sids } = params;
  if (!Array.isArray(sids) || sids.length === 0) return 4;
  const ended = sids.map((sid) => connection.subscriptions.find((subscription) => subscription.sid === sid));
  if (ended.includes(undefined)) return 7;
  for (const subscription of ended as Subscription[]) {
    connection.subscriptions.splice(connection.subscriptions.indexOf(subscription), 1);
    reply(context, { sid: subscription.sid, ...nextSequence(context, subscription), type: 'unsubscribed' });
  }
  return null;
}

function update(context: Context): ErrorCode | null {
  const { world, connection, params } = context;
  const sids = Array.isArray(params.sids) ? params.sids : [params.sid];
  if (sids.length !== 1 || typeof sids[0] !== 'number') return 12;
  const subscription = connection.subscriptions.find(({ sid }) => sid === sids[0]);
  if (!subscription) return 7;
  const { action } = params;
  if (typeof action !== 'string') return 15;
  if (!['add_markets', 'delete_markets', 'get_snapshot'].includes(action)) return 13;
  const tickers = tickersIn(params);
  if (tickers === 'invalid') return 11;
  if (tickers === null) return 14;
  if (tickers.some((ticker) => !lookup(world.markets, ticker))) return 16;

  const before = subscription.tickers ?? [];
  const added = tickers.filter((ticker) => !before.includes(ticker));
  if (action === 'add_markets') subscription.tickers = [...before, ...added];
  if (action === 'delete_markets')
    subscription.tickers = before.filter((ticker) => !tickers.includes(ticker));
  const sequence = nextSequence(context, subscription);
  const msg = { market_tickers: subscription.tickers ?? [] };
  reply(context, { sid: subscription.sid, ...sequence, type: 'ok', msg });
  if (subscription.channel !== 'orderbook_delta') return null;
  if (action === 'add_markets') sendSnapshots(context, subscription, added);
  if (action === 'get_snapshot')
    sendSnapshots(
      context,
      subscription,
      tickers.filter((ticker) => before.includes(ticker)),
    );
  return null;
}

function nextSequence({ world }: Context, subscription: Subscription): { seq?: number } {
  if (!NUMBERED.has(subscription.channel)) return {};
  if (world.settings.readings.okTakesSequence) subscription.seq += 1;
  return { seq: subscription.seq };
}

function tickersIn(params: Record<string, unknown>): string[] | null | 'invalid' {
  const { market_ticker: one, market_tickers: many } = params;
  const tickers = many ?? (one === undefined ? [] : [one]);
  if (!Array.isArray(tickers) || !tickers.every((ticker) => typeof ticker === 'string')) return 'invalid';
  return tickers.length === 0 ? null : tickers;
}
