/** The messages between the parts of the tree: ARCHITECTURE.md, "Four hops". */
import type { Surroundings } from '../domain/evaluation.ts';
import type { UncoveredHolding } from '../domain/holdings.ts';
import type { Book, MarketInfo, Side } from '../domain/market.ts';
import type { Method, Priority } from '../domain/method.ts';
import type { SettingChange } from '../domain/method-change.ts';
import type { ModelRefusal, ModelValue } from '../domain/model-value.ts';
import type { Fraction, Money, Quantity } from '../domain/money.ts';
import type { PositionEvent } from '../machines/position-events.ts';
import type { SystemEvent } from '../machines/system-machine.ts';
import type { AlertKind } from './alert-kinds.ts';
import type {
  AccountReport,
  AttemptRecord,
  BreakerName,
  DecisionRecord,
  EdgeRecord,
  EntryAttemptRecord,
  EntryFillRecord,
  FillRecord,
  OpenOrder,
  OrderReport,
  PositionFile,
  Severity,
  StoreWrite,
} from './ports.ts';

export type WatchMail =
  | { type: 'monitors.start'; files: PositionFile[] }
  | { type: 'monitor.restart'; positionId: string; afterMs: number }
  | { type: 'position.adopted'; file: PositionFile }
  /** The store has it as open: its row is read where nobody watches it. */
  | { type: 'position.found'; positionId: string }
  | { type: 'position.loaded'; file: PositionFile }
  | { type: 'position.event'; positionId: string; event: PositionEvent }
  /** To every position: breakers, opportunities. */
  | { type: 'broadcast'; event: PositionEvent }
  /** To every position of the market, or to the one that asked for it. */
  | { type: 'book'; book: Book; at: number; positionId: string | null }
  | { type: 'market.changed'; market: MarketInfo; at: number }
  /** The venue said how the market stands: as before. */
  | { type: 'market.seen'; market: string; at: number }
  /** A market's cadence came round without a fresh quote. */
  | { type: 'cadence.due'; market: string; at: number }
  | { type: 'market.orphaned'; market: string; since: number; at: number }
  | { type: 'market.fresh'; market: string; at: number }
  | { type: 'account.read'; report: AccountReport }
  /** What a model says of a market: the probability of YES (1e-6). */
  | { type: 'model.changed'; market: string; probabilityYes: Fraction; modelAt: number; at: number }
  /** An entry buys in this market and side, or has ended: the account holds what no lot covers yet. */
  | { type: 'entry.began' | 'entry.ended'; market: string; side: Side; at: number }
  /** The position goes on under another method; `by` and `note` go into the journal. */
  | {
      type: 'method.changed';
      positionId: string;
      method: Method;
      changes: SettingChange[];
      by: string;
      note: string | null;
      at: number;
    }
  /** A commit broke an invariant: the monitor that asked for it is wrong about the world. */
  | { type: 'commit.refused'; positionId: string; error: string }
  /** The feed knows no market any more: it is told again. */
  | { type: 'feed.started' }
  | { type: 'deciding.stop' };

export type FeedMail =
  /** Who watches wants its books so often, null: not any more. The most urgent wish counts. */
  | { type: 'market.cadence'; market: string; cadence: Cadence | null; by: 'watch' | 'entries' }
  | { type: 'quote.wanted'; market: string; positionId: string; maxAgeMs: number }
  /** A position has joined: it wants its first quote soon. */
  | { type: 'market.joined'; market: string; positionId: string | null }
  | { type: 'market.wanted'; market: string }
  | { type: 'stream.book'; book: Book }
  | { type: 'stream.market'; market: MarketInfo };

export type Cadence = 'normal' | 'urgent';

/** An order that may leave until `sendBy` (ms): after that the quote behind its price is too old. */
export interface Placing {
  attempt: AttemptRecord | EntryAttemptRecord;
  priority: Priority;
  sendBy: number;
}

/** What follows a commit once it is durable. */
export interface AfterCommit {
  place: Placing[];
  cancel: string[];
}

/** An incident begins, or lasts, or is over; `key` names it. */
export type AlertMail =
  | {
      type: 'alert.raise';
      key: string;
      kind: AlertKind;
      severity: Severity;
      positionId: string | null;
      text: string;
      at: number;
    }
  | { type: 'alert.resolve'; key: string; at: number };

export type LedgerMail =
  /** One transaction, with the alerts that belong to what it writes: neither is ever there without the other. */
  | {
      type: 'commit';
      positionId: string;
      writes: StoreWrite[];
      alerts: AlertMail[];
      after: AfterCommit | null;
      /** A row whose mark alone is newer: while the ledger is behind it is left out, and the next one says more. */
      marksOnly?: boolean;
    }
  /** What the venue said of an order: written, then told to its position, or to its entry. */
  | { type: 'order.progress'; attempt: AttemptRecord; fills: FillRecord[]; fact: PositionEvent | null }
  | { type: 'entry.progress'; attempt: EntryAttemptRecord; fills: EntryFillRecord[]; fact: EntryFact | null }
  /** One transaction that is no position's; `done` hears that it is durable, or why not. */
  | {
      type: 'write';
      writes: StoreWrite[];
      alerts: AlertMail[];
      after: AfterCommit | null;
      done: (error: Error | null) => void;
    }
  | {
      type: 'position.adopt';
      file: PositionFile;
      decision: DecisionRecord;
      done: (error: Error | null) => void;
    }
  | { type: 'position.read'; positionId: string }
  | { type: 'journal'; decision: DecisionRecord }
  | AlertMail
  /** Done once nothing waits to be written any more. */
  | { type: 'flush'; done: () => void };

export type DeskMail =
  | ({ type: 'order.place' } & Placing)
  | { type: 'order.cancel'; clientId: string }
  /** A restart doesn't know how this order stands. */
  | { type: 'order.adopt'; attempt: AttemptRecord | EntryAttemptRecord; priority: Priority }
  | { type: 'order.seen'; report: OrderReport }
  /** Orders the venue shows as open; those of our instance that nobody owns are cancelled. */
  | { type: 'orders.open'; reports: OpenOrder[]; asOf: number }
  | { type: 'desk.open' }
  | { type: 'desk.stop'; cancelResting: boolean };

export type ReconcilerMail = { type: 'account.wanted' };
export type DiscoveryMail =
  | { type: 'positions.wanted' }
  /** The account holds contracts that no position covers; two reads agree on it. */
  | { type: 'holding.found'; holding: UncoveredHolding }
  /** It is covered now, or not held any more; `key` names its market and side. */
  | { type: 'holding.gone'; key: string };

/** What became of an entry's order; totals are cumulative, money in 1e-6 $. */
export interface EntryFact {
  type: 'order.filled' | 'order.over';
  edgeId: string;
  clientId: string;
  filledTotal: Quantity;
  costTotal: Money;
  feesTotal: Money;
  /** Of `order.over`: how it ended and the venue's refusal. */
  status: 'filled' | 'cancelled' | 'rejected' | null;
  code: string | null;
  /** That refusal in the venue's words. */
  words?: string;
  at: number;
}

export type EntriesMail =
  /** What a model says; `done` hears of each value why it was refused, or null. */
  | {
      type: 'model.says';
      values: ModelValue[];
      done: (refusals: (ModelRefusal | null)[]) => void;
    }
  /** Rows that another program put into the `edges` table. */
  | { type: 'edges.found'; edges: EdgeRecord[] }
  | { type: 'book'; book: Book; at: number }
  | { type: 'market.changed'; market: MarketInfo; at: number }
  | { type: 'entry.fact'; fact: EntryFact }
  /** A position was closed: what was left for an opportunity may be entered now. */
  | { type: 'position.closed'; positionId: string; market: string; reason: string | null; at: number }
  | { type: 'breakers.changed'; tripped: Record<BreakerName, boolean> }
  /** The feed knows no market any more: it is told again. */
  | { type: 'feed.started' }
  | {
      type: 'entries.pause' | 'entries.resume';
      by: string;
      reason: string;
      done: (error: Error | null) => void;
    }
  | { type: 'deciding.stop' };

export type BreakersMail =
  | { type: 'venue.failed'; call: string; reason: string; at: number }
  | { type: 'store.failed'; error: string; at: number }
  /** The database answers again, and nothing waits in the journal file. */
  | { type: 'store.recovered'; replayed: number; at: number }
  | {
      type: 'breaker.reset';
      name: BreakerName;
      by: string;
      reason: string;
      /** Of the loss breaker: another limit for the rest of the day (1e-6 $), or none until tomorrow. */
      limit: Money | null;
      untilTomorrow: boolean;
      /** Hears why it can't be reset, or null once the reset is durable. */
      done: (refusal: string | null) => void;
    }
  | { type: 'deciding.stop' };

export interface Mail {
  watch: WatchMail;
  feed: FeedMail;
  ledger: LedgerMail;
  desk: DeskMail;
  reconciler: ReconcilerMail;
  discovery: DiscoveryMail;
  entries: EntriesMail;
  breakers: BreakersMail;
  system: SystemEvent;
}

/** Sends to a part by its name, never by a held reference. */
export type Post = <K extends keyof Mail>(to: K, mail: Mail[K]) => void;

/** One part at work: takes its mail until it is stopped. A throw out of either is a crash of the part. */
export interface Part<M> {
  receive(mail: M): void;
  stop(): void;
}

export type DailyLoss = Surroundings['dailyLoss'];
