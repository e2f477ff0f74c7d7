/**
 * What the actors need from the outside world, declared where it is used and implemented in `services/`.
 * Expected outcomes are values; only bugs and broken stores throw.
 */
import type { Evaluation } from '../domain/evaluation.ts';
import type { Book, MarketInfo, Side } from '../domain/market.ts';
import type { Method, Priority } from '../domain/method.ts';
import type { Fraction, Money, Price, Quantity } from '../domain/money.ts';
import type { ExitReason, Position } from '../domain/position.ts';
import type { OrderTerms } from '../machines/order-machine.ts';
import type { ExitEnding } from '../machines/position-setup.ts';

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
 * re-snaps once; `not_held` waits for the holdings to be read; `closed` awaits settlement.
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
  | 'unauthorised'
  | 'other';

export type PlaceAnswer =
  | { kind: 'accepted'; order: OrderReport }
  | { kind: 'rejected'; code: RefusalCode; message: string }
  | { kind: 'unknown'; reason: string };

/** `found` after a cancel means: this is the order now, over or still resting. */
export type OrderAnswer =
  | { kind: 'found'; order: OrderReport }
  /** `mayLandUntil` (ms): a sending that nobody answered may still reach the venue; null: none can. */
  | { kind: 'not_found'; at: number; mayLandUntil: number | null }
  | { kind: 'rejected'; code: RefusalCode; message: string }
  | { kind: 'unknown'; reason: string };

/** An order by what we know of it. The venue need not say which side it was for: `side` and `action` are ours. */
export interface OrderRef {
  clientId: string;
  venueOrderId: string | null;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
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
  kind: string;
  severity: Severity;
  text: string | null;
}

export type VenueRead<T> = { kind: 'ok'; value: T } | { kind: 'unavailable'; reason: string };

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
export interface AttemptRecord {
  attemptId: string;
  positionId: string;
  exitId: string;
  number: number;
  orderType: 'market' | 'limit';
  status: AttemptStatus;
  market: string;
  side: Side;
  timeInForce: 'ioc' | 'gtc';
  limitPrice: Price | null;
  quantity: Quantity;
  filled: Quantity;
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

export interface FillRecord extends VenueFill {
  clientId: string;
  positionId: string;
  exitId: string;
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

export type Severity = 'info' | 'warning' | 'critical';

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
  /** One transaction. Throws LeaseLostError when `epoch` is not the lease's any more, InvariantError, or whatever the database says. */
  commit(epoch: number, writes: StoreWrite[]): Promise<void>;
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
  close(): Promise<void>;
}

/** Where people and dashboards hear of what happens: log, alerts, metrics. Never throws, never blocks. */
export interface Notifier {
  alertRaised(alert: AlertRecord): void;
  alertResolved(alert: AlertRecord): void;
  storeFailed(fact: { error: string; failures: number; at: number }): void;
  storeRecovered(fact: { failures: number; at: number }): void;
  /** A decision as it is journaled. */
  journaled(decision: DecisionRecord): void;
}
