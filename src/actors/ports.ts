/**
 * What the actors need from the outside world, declared where it is used and implemented in `services/`.
 * Expected outcomes are values; only bugs and broken stores throw.
 */
import type { Evaluation } from '../domain/evaluation.ts';
import type { Book, MarketInfo, Side } from '../domain/market.ts';
import type { Confidence, Method, Priority } from '../domain/method.ts';
import type { ModelValue } from '../domain/model-value.ts';
import type { Fraction, Money, Price, Quantity } from '../domain/money.ts';
import type { ExitReason, Position } from '../domain/position.ts';
import type { RiskVerdict } from '../domain/risk.ts';
import type { OrderTerms } from '../machines/order-machine.ts';
import type { ExitEnding } from '../machines/position-setup.ts';
import type { AlertKind } from './alert-kinds.ts';

export type TimerHandle = number | object;

/** The only source of time. Waits may be longer than 2^31 ms; a non-finite wait throws. */
export interface Clock {
  now(): number;
  setTimeout(fn: () => void, ms: number): TimerHandle;
  clearTimeout(handle: TimerHandle): void;
}

/** The only source of randomness. */
export interface Ids {
  /** A short random id of [a-z0-9], unique per store. */
  next(): string;
}

// ── Venue ────────────────────────────────────────────────────────────────────────────────────────────────

export interface Capabilities {
  /** The venue has a market order of its own; without it "market" is an immediate-or-cancel limit (SPEC 6). */
  marketOrders: boolean;
  /** How many markets one `books` or `markets` call takes. */
  batchSize: number;
  /** Calls a minute that the adapter makes beside those that it is asked for: they come out of monitoring's budget. */
  callsBeside: number;
  /** `subscribe` delivers books and order updates as they come. */
  streaming: boolean;
  /** Its stream can lose frames unnoticed: books are polled beside it, at the normal cadence. */
  pollsBesideStream: boolean;
  /** How often a working order is asked about (ms), beside any streaming. */
  orderPollMs: number;
  quantityStep: Quantity;
}

/**
 * An order in the terms of the side owned: selling NO at 0.38 is `side: 'no', action: 'sell', limitPrice: 3800`. `ioc`
 * fills what it can at once and the rest is cancelled, `gtc` rests; only a venue's own market order has no limit.
 */
export type OrderRequest = OrderTerms;

/** How an order may leave. */
export interface SendTerms {
  /** Of the exit it works for: whose calls are served first. */
  priority: Priority;
  /** Later than this (ms) its price is from an old quote: it is refused as `stale_price` and not sent. */
  sendBy: number;
}

export interface VenueFill {
  /** The venue's own id: a fill seen twice is stored once. */
  fillId: string;
  price: Price;
  quantity: Quantity;
  fee: Money;
  maker: boolean;
  at: number;
}

/** What the venue says an order is now. `filled` is cumulative; `fills` lists every fill so far. */
export interface OrderReport {
  clientId: string;
  venueOrderId: string;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
  limitPrice: Price | null;
  quantity: Quantity;
  status: 'resting' | 'filled' | 'cancelled';
  filled: Quantity;
  fills: VenueFill[];
  at: number;
}

/**
 * Why a venue refuses, or its adapter did not send (SPEC 10). `rate_limited`, `stale_price` and `halted` wait; `bad_price`
 * re-snaps once; `not_held` waits for the holdings to be read, `unseen` for a read that shows them; `closed` awaits settlement.
 */
export type RefusalCode =
  | 'halted'
  | 'closed'
  | 'bad_price'
  | 'bad_quantity'
  | 'already_exists'
  | 'rate_limited'
  | 'stale_price'
  | 'not_held'
  | 'unseen'
  | 'unauthorised'
  | 'other';

export type PlaceAnswer =
  | { kind: 'accepted'; order: OrderReport }
  | { kind: 'rejected'; code: RefusalCode; message: string }
  | { kind: 'unknown'; reason: string };

/** `found` after a cancel means: this is the order now, over or still resting. */
export type OrderAnswer =
  | { kind: 'found'; order: OrderReport }
  /** `mayLand`: a sending that nobody answered may still reach the venue. */
  | { kind: 'not_found'; at: number; mayLand: boolean }
  | { kind: 'rejected'; code: RefusalCode; message: string }
  /** `answered`: the venue did answer, and its answer does not say yet how the order stands. */
  | { kind: 'unknown'; reason: string; answered?: true };

/** An order by what we know of it. The venue need not say which side it was for: `side` and `action` are ours. */
export interface OrderRef {
  clientId: string;
  venueOrderId: string | null;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
  /** What it may still trade, by our records; null where nobody here has any. */
  remaining: Quantity | null;
  /** Of the exit it works for: whose calls are served first. */
  priority: Priority;
  /** When it was recorded (ms): it can't be older at the venue. */
  placedAt: number;
}

export interface Holding {
  market: string;
  side: Side;
  quantity: Quantity;
  /** What was paid for it, null when the venue does not say. */
  cost: Money | null;
}

/** An order of our instance that rests, without its fills. */
export type OpenOrder = Pick<
  OrderReport,
  'clientId' | 'venueOrderId' | 'market' | 'side' | 'action' | 'quantity' | 'filled'
>;

/** One complete read of the account; `asOf` is a time no later than which everything in it was true. */
export interface AccountReport {
  holdings: Holding[];
  openOrders: OpenOrder[];
  /** What resting orders of others, such as the trader's own, offer of the holdings. */
  offered: { market: string; side: Side; quantity: Quantity }[];
  asOf: number;
}

/** What a holding was paid: folded from its fills, or as the venue's own books value it. */
export interface CostBasis {
  cost: Money;
  /** When it was first held (ms); null when nobody says. */
  openedAt: number | null;
  basis: 'fills' | 'venue';
}

/**
 * What a trader should know of the account, the venue or the connection. `key` names the incident; `text` null: it is
 * over.
 */
export interface VenueWarning {
  key: string;
  kind: AlertKind;
  severity: Severity;
  text: string | null;
}

export type VenueRead<T> =
  | { kind: 'ok'; value: T }
  /** `limited`: the venue answers, and asks for fewer calls. */
  | { kind: 'unavailable'; reason: string; limited?: true };

export interface VenueListener {
  book(book: Book): void;
  order(report: OrderReport): void;
  market(info: MarketInfo): void;
  /** Something happened in the account that no order of ours explains, or may have: it is to be read. */
  account(): void;
}

export interface Venue {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Books of at most `batchSize` markets; a market without a book is left out. */
  books(markets: string[]): Promise<VenueRead<Book[]>>;
  markets(markets: string[]): Promise<VenueRead<MarketInfo[]>>;
  /** An order that rests may never sell more than is held: where the venue can't promise it, the adapter looks before it sends. */
  place(order: OrderRequest, send: SendTerms): Promise<PlaceAnswer>;
  cancel(order: OrderRef): Promise<OrderAnswer>;
  /** `not_found` is said only by reads that are newer than the order's last sending. */
  findOrder(order: OrderRef): Promise<OrderAnswer>;
  /** Holdings first, then open orders: a fill in between never looks like a shortage. */
  account(): Promise<VenueRead<AccountReport>>;
  /** What was paid for what is held now; null when neither fills nor the venue's books say. */
  costBasis(held: { market: string; side: Side; quantity: Quantity }): Promise<VenueRead<CostBasis | null>>;
  /** Cash that a new order may use (1e-6 $), as the venue's own books say; it may lag behind what was just bought. */
  balance(): Promise<VenueRead<Money>>;
  /** What an order that fills at once would be charged (1e-6 $), before anything is sent: an estimate, monotone in the quantity. */
  feeOf(order: { market: string; action: 'sell' | 'buy'; price: Price; quantity: Quantity }): Money;
  /** Tells what a trader should know, from now on; returns how to stop. */
  warn(listener: (warning: VenueWarning) => void): () => void;
  /** Pushes books, market changes and order updates from now on; returns how to stop. Only where `streaming`. */
  subscribe(markets: string[], listener: VenueListener): () => void;
  close(): Promise<void>;
}

// ── Store ────────────────────────────────────────────────────────────────────────────────────────────────

/** How an exit stands or ended (SPEC 6). */
export type ExitStatus = 'working' | ExitEnding;

export interface ExitRecord {
  exitId: string;
  positionId: string;
  number: number;
  reason: ExitReason;
  priority: Priority;
  quantity: Quantity;
  filled: Quantity;
  proceeds: Money;
  fees: Money;
  /** True for a partial-exit stage. */
  partial: boolean;
  stage: number | null;
  executionStrategy: string;
  status: ExitStatus;
  triggerMark: Price | null;
  triggerPnl: Fraction | null;
  unrealizedPnl: Money | null;
  triggeredAt: number;
  /** Time of the last fill; null without one. */
  executedAt: number | null;
  endedAt: number | null;
  overruled: string[];
  /** Walks used up. */
  walks: number;
  note: string | null;
}

export type AttemptStatus =
  | 'recorded'
  | 'submitting'
  | 'working'
  | 'unknown'
  | 'filled'
  | 'partial'
  | 'cancelled'
  | 'rejected';

/** One order. `recorded` is written before anything is sent; filled, partial, cancelled and rejected are over. */
export interface OrderRecord {
  attemptId: string;
  status: AttemptStatus;
  market: string;
  side: Side;
  timeInForce: 'ioc' | 'gtc';
  limitPrice: Price | null;
  quantity: Quantity;
  filled: Quantity;
  /** Price × quantity of its fills: what a sale brought, or what a purchase cost, before fees. */
  proceeds: Money;
  fees: Money;
  clientId: string;
  venueOrderId: string | null;
  /** A cancel was asked for and must still be carried out after a restart. */
  cancelRequested: boolean;
  placedAt: number;
  filledAt: number | null;
  cancelledAt: number | null;
  endedAt: number | null;
  error: string | null;
}

/** An order that sells for an exit. */
export interface AttemptRecord extends OrderRecord {
  positionId: string;
  exitId: string;
  number: number;
  orderType: 'market' | 'limit';
}

/** An order that buys for an edge; the position that comes of it has the edge's id. */
export interface EntryAttemptRecord extends OrderRecord {
  edgeId: string;
}

/** Whether an order buys. */
export const isEntry = (order: AttemptRecord | EntryAttemptRecord): order is EntryAttemptRecord =>
  'edgeId' in order;

export interface FillRecord extends VenueFill {
  clientId: string;
  positionId: string;
  exitId: string;
}

export interface EntryFillRecord extends VenueFill {
  clientId: string;
  edgeId: string;
}

/**
 * `new`: put into the table by another program, not looked at yet. `noted`: taken as the model's word; entries are off.
 * `skipped`: too small an edge, or one too late. `refused`: not a value that can be taken. `working`: its entry is
 * under way. The rest is how that ended: `rejected` by a risk check, by its size or by the venue.
 */
export const EDGE_STATUSES = [
  'new',
  'noted',
  'skipped',
  'refused',
  'working',
  'filled',
  'expired',
  'rejected',
] as const;
export type EdgeStatus = (typeof EDGE_STATUSES)[number];

/** An edge from its detection to the end of its entry (SPEC 11). */
export interface EdgeRecord extends ModelValue {
  edgeId: string;
  status: EdgeStatus;
  /** Why it ended as it did, in a sentence; null while it is under way. */
  reason: string | null;
  /** Every risk check's verdict with its numbers; empty before. */
  verdicts: RiskVerdict[];
  /** What the entry needs after a restart; null before its order was recorded. */
  work: EntryWork | null;
  /** The position that was left for it (rebalancing). */
  replaces: string | null;
  detectedAt: number;
  decidedAt: number | null;
}

export interface EntryWork {
  methodName: string;
  methodVersion: number;
  confidence: Confidence;
  /** Bid and ask of the side bought, as they were when it was sized. */
  bid: Price | null;
  ask: Price;
  limitPrice: Price;
  quantity: Quantity;
  /** Cost and fee that the whole order may take (1e-6 $): counted as exposure until it ends. */
  reserved: Money;
  /** Full Kelly before the method's share (1e-6). */
  kelly: Fraction;
  balance: Money;
  /** When the order is cancelled (ms). */
  deadline: number;
}

/** Everything a restart needs of an entry that is under way. */
export interface EntryFile {
  edge: EdgeRecord;
  attempts: EntryAttemptRecord[];
  fills: EntryFillRecord[];
}

export const BREAKERS = ['daily_loss', 'api', 'database'] as const;
export type BreakerName = (typeof BREAKERS)[number];

/** A circuit breaker as it stands (SPEC 9). */
export interface BreakerRecord {
  name: BreakerName;
  tripped: boolean;
  /** Why it tripped or was reset, in a sentence with the numbers. */
  reason: string | null;
  changedAt: number;
  /** JSON with exact integers: what a restart must not lose. */
  data: Record<string, unknown>;
}

/** One trading day of the account (SPEC 9). */
export interface AccountDayRecord {
  /** YYYY-MM-DD in the configured zone. */
  day: string;
  startedAt: number;
  updatedAt: number;
  pnl: Money;
  realized: Money;
  unrealizedChange: Money;
  /** What each position of the day was worth when the day began or when it was adopted; the shape is domain/day-pnl's. */
  baselines: Record<string, unknown>;
  /** Monitoring calls to the venue: how many, in how many minutes, and the most in one. */
  calls: { total: number; minutes: number; peak: number };
}

/** The journal's entry (SPEC 14): what was decided or happened, in words and in numbers. */
export interface DecisionRecord {
  positionId: string | null;
  exitId: string | null;
  at: number;
  /** E.g. `exit.triggered`, `order.placed`, `monitor.restarted`. */
  kind: string;
  summary: string;
  /** JSON with exact decimal strings for money. */
  data: Record<string, unknown>;
}

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One incident: raised once, repeated while it lasts, resolved. `key` names the incident. */
export interface AlertRecord {
  key: string;
  kind: string;
  severity: Severity;
  positionId: string | null;
  text: string;
  raisedAt: number;
  lastAt: number;
  times: number;
  resolvedAt: number | null;
}

/** One write of a commit; a commit applies all of its writes or none. Records are written whole (insert or replace). */
export type StoreWrite =
  | { kind: 'position'; position: Position; evaluation: Evaluation | null }
  | { kind: 'exit'; exit: ExitRecord }
  | { kind: 'attempt'; attempt: AttemptRecord }
  | { kind: 'fill'; fill: FillRecord }
  | { kind: 'edge'; edge: EdgeRecord }
  | { kind: 'entry_attempt'; attempt: EntryAttemptRecord }
  | { kind: 'entry_fill'; fill: EntryFillRecord }
  | { kind: 'model_value'; value: ModelValue }
  | { kind: 'breaker'; breaker: BreakerRecord }
  | { kind: 'account_day'; day: AccountDayRecord }
  | { kind: 'decision'; decision: DecisionRecord }
  | { kind: 'alert'; alert: AlertRecord }
  | { kind: 'method'; method: Method };

/** Everything a restart or a view of one position needs. */
export interface PositionFile {
  position: Position;
  evaluation: Evaluation | null;
  exits: ExitRecord[];
  attempts: AttemptRecord[];
  fills: FillRecord[];
}

/** Numbers the commits of one life, so that a commit that is tried again, or replayed from the journal file, applies once. */
export interface CommitStamp {
  /** The lease's epoch in which it was first tried. */
  epoch: number;
  /** 1, 2, 3 … within the epoch. */
  sequence: number;
}

/** What happened between two times, for a report. */
export interface PeriodFacts {
  /** Exits that ended in it, and those that began before its end and have not ended. */
  exits: ExitRecord[];
  attempts: AttemptRecord[];
  /** Fills of the period, whatever their exits. */
  fills: FillRecord[];
  edges: EdgeRecord[];
  entryAttempts: EntryAttemptRecord[];
  entryFills: EntryFillRecord[];
  /** Positions that were closed in it. */
  closed: Position[];
  alerts: AlertRecord[];
}

/** Another owner took the lease: nothing was written, nothing may be sent any more. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
}

/** The write would break sold + live ≤ held or store a fill twice with other numbers: nothing was written. */
export class InvariantError extends Error {
  override name = 'InvariantError';
}

export interface Store {
  /** The random id created with the database: 6 characters of [a-z0-9] (SPEC 8.2). */
  instance(): Promise<string>;
  /** Takes the lease when it is free, expired or ours; returns its new epoch, or null with the present owner. Time is the database's own. */
  acquireLease(
    owner: string,
    ttlMs: number,
  ): Promise<{ epoch: number } | { owner: string; expiresInMs: number }>;
  /** False when the lease has gone to another epoch. */
  renewLease(epoch: number, ttlMs: number): Promise<boolean>;
  releaseLease(epoch: number): Promise<void>;
  /**
   * One transaction. Throws LeaseLostError when `epoch` is not the lease's any more, InvariantError, or whatever the
   * database says. With a stamp that is not later than the last one committed of its epoch nothing happens: it is there.
   */
  commit(epoch: number, writes: StoreWrite[], stamp?: CommitStamp): Promise<void>;
  /** The last stamp committed; null before the first. */
  lastStamp(): Promise<CommitStamp | null>;
  /** Ids of all positions that are not closed, oldest first. */
  openPositionIds(): Promise<string[]>;
  /** All positions that are not closed with their exits, attempts and fills of unfinished exits only: what a start needs, in few queries. */
  openPositions(): Promise<PositionFile[]>;
  /** One position with all of its exits, attempts and fills; null when there is none. */
  position(id: string): Promise<PositionFile | null>;
  /** Positions, newest last. */
  positions(filter: { closed: boolean }): Promise<Position[]>;
  method(name: string, version: number): Promise<Method | null>;
  latestMethods(): Promise<Method[]>;
  /** The journal, oldest first; the last `limit` entries. */
  decisions(filter: { positionId?: string; limit: number }): Promise<(DecisionRecord & { id: number })[]>;
  alerts(filter: { open: boolean }): Promise<AlertRecord[]>;
  /** Edges whose entry is under way, and those with an order that the venue may still fill, oldest first. */
  entriesAtWork(): Promise<EntryFile[]>;
  /** One entry, ended or not; null when there is none. */
  entry(edgeId: string): Promise<EntryFile | null>;
  /** The last `limit` edges, newest first; of one status where given. */
  edges(filter: { status?: EdgeStatus; limit: number }): Promise<EdgeRecord[]>;
  /** The last value taken of each market. */
  modelValues(): Promise<ModelValue[]>;
  breakers(): Promise<BreakerRecord[]>;
  accountDay(day: string): Promise<AccountDayRecord | null>;
  /** Positions closed at or after `from` and before `to` (ms). */
  closedBetween(from: number, to: number): Promise<Position[]>;
  period(from: number, to: number): Promise<PeriodFacts>;
  close(): Promise<void>;
}

/** Writes that a database out of order could not take, one file beside it (SPEC 10). */
export interface LocalJournal {
  /** Resolves once they are on the disk (fsync). Throws when they can't be: then nothing may follow from them. */
  append(batch: JournalBatch): Promise<void>;
  /** The whole batches, oldest first, or those of a window; a torn last line is left out and said. */
  read(window?: JournalWindow): Promise<{ batches: JournalBatch[]; torn: boolean }>;
  /** Everything in it is in the database. */
  clear(): Promise<void>;
  /** It can't be replayed: keeps it under another name, which is returned. */
  setAside(): Promise<string>;
}

/** The first `most` batches whose sequence is later than `after`. */
export interface JournalWindow {
  after: number;
  most: number;
}

export interface JournalBatch {
  stamp: CommitStamp;
  writes: StoreWrite[];
}

/** Where people and dashboards hear of what happens: log, alerts, metrics. Never throws, never blocks. */
export interface Notifier {
  alertRaised(alert: AlertRecord): void;
  alertResolved(alert: AlertRecord): void;
  storeFailed(fact: { error: string; failures: number; at: number }): void;
  storeRecovered(fact: { failures: number; at: number }): void;
  /** A decision as it is journaled. */
  journaled(decision: DecisionRecord): void;
  /** What one commit made durable, before anybody acts on it. */
  recorded?(writes: readonly StoreWrite[]): void;
}
