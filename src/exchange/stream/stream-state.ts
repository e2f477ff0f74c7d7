import type { Frame } from '../messages.ts';

export const CHANNELS = [
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'market_positions',
  'user_orders',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
  'order_group_updates',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** The channels whose messages are numbered per subscription. */
export const NUMBERED: ReadonlySet<Channel> = new Set([
  'orderbook_delta',
  'trade',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
  'order_group_updates',
]);

export interface Subscription {
  sid: number;
  channel: Channel;
  /** null: all markets. */
  tickers: string[] | null;
  /** The number of the last message. */
  seq: number;
  useYesPrice: boolean;
}

/** A connection on which nothing arrives although it stays up. */
interface Stall {
  /** null: until resumed. */
  until: number | null;
  missed: 'lost' | 'delivered';
  held: { channel: Channel | null; frame: Frame }[];
}

export interface Connection {
  id: number;
  account: string;
  /** What the key is pinned to. */
  subaccount: number | null;
  nextSid: number;
  nextPingAt: number;
  subscriptions: Subscription[];
  stall: Stall | null;
}

export interface QueuedFrame {
  connectionId: number;
  channel: Channel | null;
  dueAt: number;
  frame: Frame;
}

export interface StreamFault {
  kind: 'lose' | 'duplicate' | 'reorder';
  channel: Channel | null;
  account: string | null;
  /** null: for ever. */
  left: number | null;
  /** What waits for the frame that is to go before it. */
  held: QueuedFrame | null;
}

export interface StreamState {
  connections: Record<string, Connection>;
  nextConnection: number;
  queue: QueuedFrame[];
  faults: StreamFault[];
  /** Per channel (`all` for every other), how much later its messages come. */
  delays: Record<string, number>;
  /** The ticker message that was last sent for a market. */
  lastTickers: Record<string, string>;
}

export const newStream = (): StreamState => ({
  connections: {},
  nextConnection: 1,
  queue: [],
  faults: [],
  delays: {},
  lastTickers: {},
});
