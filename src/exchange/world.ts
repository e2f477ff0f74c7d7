/** Everything the exchange knows, as plain JSON. */
import type { Money } from '../domain/money.ts';
import type { ArmedFault } from './faults/armed-fault.ts';
import type { Happening } from './happenings.ts';
import type { History } from './history.ts';
import type {
  EventRecord,
  FeeChange,
  Fill,
  Market,
  Order,
  Position,
  Series,
  Settlement,
  Trade,
  WriteRecord,
} from './records.ts';
import type { BookSide, BucketSpec, KeySpec, Readings, Tier } from './specs.ts';
import type { StreamState } from './stream/stream-state.ts';
import type { Task } from './tasks.ts';

/** Whoever trades without an account of their own: any number of people, with any amount of money. */
export const CROWD = 'crowd';
/** How far back portfolio reads can lag. */
export const HISTORY_MS = 300_000;

export interface Portfolio {
  account: string;
  subaccount: number;
  cash: History<Money>;
  positions: Record<string, History<Position>>;
  /** Ids of the resting orders, oldest first. Kept empty for the crowd. */
  resting: string[];
}

export interface Account {
  account: string;
  userId: string;
  keys: KeySpec[];
  tier: Tier;
  limits: Record<'read' | 'write', BucketSpec>;
  precision: Money;
  lagMs: number;
  /** The client ids that are spent, and on which order. */
  clientIds: Record<string, string>;
  /** After a cancel-all: until when new resting orders are swept (ms), and of which subaccount. */
  sweepUntil: number | null;
  sweepSubaccount: number | null;
  regionExpiresAt: number | null;
}

export interface Shard {
  exchangeActive: boolean;
  tradingActive: boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** How the exchange is set, which no trade changes. */
interface Settings {
  verifySignatures: boolean;
  timestampToleranceMs: number;
  closeSweepMs: number;
  marketCacheMs: number;
  orderRetentionMs: number;
  fillRetentionMs: number;
  maxOpenOrders: number;
  weeklyPause: boolean;
  clockOffsetMs: number;
  readings: Readings;
}

export interface World {
  at: number;
  startedAt: number;
  settings: Settings;
  counters: Record<
    'order' | 'trade' | 'priority' | 'fault' | 'web' | 'market' | 'user' | 'feeChange',
    number
  >;
  shards: Record<string, Shard>;
  resumeAt: number | null;
  inWeeklyPause: boolean;
  series: Record<string, Series>;
  events: Record<string, EventRecord>;
  feeChanges: FeeChange[];
  markets: Record<string, Market>;
  /** Order ids, the first to trade first. */
  books: Record<string, Record<BookSide, string[]>>;
  orders: Record<string, History<Order>>;
  accounts: Record<string, Account>;
  portfolios: Record<string, Portfolio>;
  fills: Fill[];
  trades: Trade[];
  settlements: Settlement[];
  buckets: Record<string, Bucket>;
  cache: Record<string, { until: number; at: number; status: number; body: string }>;
  tasks: Task[];
  faults: ArmedFault[];
  writes: WriteRecord[];
  stream: StreamState;
  /** What happened since the streams were last told. */
  happenings: Happening[];
}
