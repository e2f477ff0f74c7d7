/** What a person or a program can ask of Postern: the same through a running daemon's API and on the store alone. */
import type { DecisionRecord } from '../../actors/ports.ts';
import type { Side } from '../../domain/market.ts';
import type { Confidence, Priority } from '../../domain/method.ts';
import type { Fraction, Price, Quantity } from '../../domain/money.ts';
import type { ReplayedExit } from '../reports/replay-result.ts';
import type { AccountOperations } from './account-operations.ts';
import type { MethodOperations } from './method-operations.ts';

/** A position as lists show it: money and quantities as decimal strings, times ISO 8601 in UTC. */
export interface PositionView {
  id: string;
  market: string;
  side: Side;
  state: string;
  quantity: string;
  remaining: string;
  entry_price: string;
  mark: string | null;
  mark_age_seconds: number | null;
  pnl_pct: string | null;
  unrealized_pnl: string | null;
  realized_pnl: string;
  method: string;
  method_version: number;
  confidence: Confidence;
  held: boolean;
  awaiting_settlement: boolean;
  trailing_stop: string | null;
  peak: string | null;
  /** The condition nearest to triggering, at which price, and how far that is. */
  nearest: { condition: string; price: string; distance: string } | null;
  /** The running exit and its step's deadline. */
  exit: {
    reason: string;
    priority: string;
    step: string;
    walks: number;
    repeats: number;
    attempt: number;
    limit_price: string | null;
    deadline: string | null;
    next: string | null;
    /** The limit that the next step would have with the present quote; null for a market order, or none. */
    next_price: string | null;
  } | null;
  opened_at: string;
  updated_at: string;
}

export interface PositionDetail extends PositionView {
  exits: ReplayedExit[];
  journal: JournalEntry[];
  alerts: { kind: string; severity: string; text: string; raised_at: string }[];
}

export type JournalEntry = Omit<DecisionRecord, 'at'> & { at: string };

/** Why it exited, or why it has not: the last evaluation with all ten conditions, and each exit's story. */
export interface Explanation {
  position: PositionView;
  /** One sentence. */
  verdict: string;
  /** The latest evaluation, as the journal words it; null before the first. */
  evaluation: Record<string, unknown> | null;
  /** What belongs to no exit: how it was bought or adopted, what a person said, what else happened. */
  story: JournalEntry[];
  exits: (ReplayedExit & { evaluation: Record<string, unknown> | null; story: JournalEntry[] })[];
}

export type LevelName =
  | 'entry'
  | 'stop_loss'
  | 'trailing_stop'
  | 'target'
  | 'early_exit'
  | 'edge_disappeared'
  | 'peak'
  | 'limit';

/** A price that counts for a position now; the label is short and for people. */
export interface PriceLevel {
  name: LevelName;
  label: string;
  price: string;
}

/** How a position's market has moved, in the terms of the side owned. */
export interface PriceHistory {
  market: string;
  side: Side;
  /** From when on this market's prices are kept. */
  since: string;
  /** Changes, oldest first: each holds until the next, the last one still. Older ones may be thinned out. */
  points: { at: string; bid: string | null; ask: string | null }[];
  levels: PriceLevel[];
}

/** What an operator's exit would do now, before fees. */
export interface ExitPreview {
  id: string;
  market: string;
  side: Side;
  priority: Priority;
  quantity: string;
  remaining: string;
  bid: string | null;
  ask: string | null;
  mark_age_seconds: number | null;
  /** The kind of its first order; null where none would be sent. */
  order: 'market' | 'limit' | null;
  /** Of the first order, by the last quote known; a market order takes no less either. Null: that quote prices none. */
  limit_price: string | null;
  /** At the bid. */
  worth: string | null;
  pnl: string | null;
  /** The exit that ends for it. */
  replaces: string | null;
  possible: boolean;
  /** What a person confirms. */
  text: string;
}

export interface TrackRequest {
  market: string;
  side: Side;
  quantity: Quantity;
  entryPrice: Price;
  method: string | null;
  confidence: Confidence | null;
  modelProbability: Fraction | null;
  openedAt: number | null;
}

/** Whose wish it is and why, for the journal. */
export interface Word {
  by: string;
  reason: string | null;
}

export interface ExitTerms {
  /** Null: all that is left. */
  quantity: Quantity | null;
  priority: Priority;
}

export interface ExitWish extends Word, ExitTerms {}

export interface Operations {
  /** Where the answers come from: a running daemon, or the store opened here. */
  readonly source: 'daemon' | 'store';
  positions(filter: { closed: boolean }): Promise<PositionView[]>;
  show(id: string): Promise<PositionDetail>;
  explain(id: string): Promise<Explanation>;
  /** How its market has moved since the daemon knows it, and the prices that count for it now. */
  prices(id: string): Promise<PriceHistory>;
  /** What `exit` would do now. */
  previewExit(id: string, wish: ExitTerms): Promise<ExitPreview>;
  track(request: TrackRequest): Promise<PositionView>;
  /** Replaces a running exit, whatever its priority. */
  exit(id: string, wish: ExitWish): Promise<PositionView>;
  hold(id: string, wish: Word & { cancel: boolean }): Promise<PositionView>;
  release(id: string, word: Word): Promise<PositionView>;
  resume(id: string, word: Word): Promise<PositionView>;
  retry(id: string, word: Word): Promise<PositionView>;
  readonly methods: MethodOperations;
  readonly account: AccountOperations;
  close(): Promise<void>;
}

/** What was asked can't be done; the sentence says why and what can. `not_found` and `invalid` are the caller's, `conflict` the state's. */
export class OperationError extends Error {
  override name = 'OperationError';
  readonly code: 'not_found' | 'invalid' | 'conflict' | 'unavailable';

  constructor(code: OperationError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
