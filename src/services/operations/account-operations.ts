/** What can be asked about the account as a whole: the model's word, entries, circuit breakers, and an end to it all. */
import type { BreakerName, EdgeStatus } from '../../actors/ports.ts';
import type { Side } from '../../domain/market.ts';
import type { Confidence, Priority } from '../../domain/method.ts';
import type { ModelRefusal } from '../../domain/model-value.ts';
import type { Fraction, Money } from '../../domain/money.ts';
import type { AlertView } from '../http/records.ts';
import type { DayReport } from '../reports/day-report-shape.ts';
import type { Word } from './operations.ts';

/** A model's word before it is judged; what is null is filled in. */
export interface ModelWord {
  market: string;
  side: Side;
  probability: Fraction;
  /** When the model said so (ms); null: now. */
  at: number | null;
  confidence: Confidence | null;
  method: string | null;
  source: string | null;
}

/** What a model said last of a market. */
export interface ModelView {
  market: string;
  side: Side;
  probability: string;
  at: string;
  age_seconds: number;
  confidence: Confidence | null;
  method: string | null;
  source: string;
}

export type RefusalReason = ModelRefusal['reason'] | 'invalid';

/** What became of each value, by its place in the request, from 0. */
export interface ModelAnswer {
  accepted: { index: number; market: string }[];
  refused: { index: number; reason: RefusalReason; text: string }[];
}

/** An edge and what became of it. */
export interface EdgeView {
  id: string;
  market: string;
  side: Side;
  probability: string;
  confidence: Confidence | null;
  method: string | null;
  source: string;
  status: EdgeStatus;
  reason: string | null;
  /** What each risk check found, in a sentence. */
  checks: { check: string; passed: boolean; text: string }[];
  /** The order's limit and size; null before one was sized. */
  limit_price: string | null;
  quantity: string | null;
  /** The position that was left for it. */
  replaces: string | null;
  detected_at: string;
  decided_at: string | null;
}

export interface EntriesFilter {
  status: EdgeStatus | null;
  limit: number;
}

export interface EntriesView {
  /** By the configuration; without it edges still feed exits. */
  enabled: boolean;
  /** Who paused them and why; null: nobody. */
  paused: string | null;
  /** The last ones, newest first. */
  edges: EdgeView[];
}

export interface BreakerView {
  name: BreakerName;
  tripped: boolean;
  reason: string | null;
  changed_at: string | null;
  /** As they are now, or as they were last stored. */
  numbers: Record<string, unknown>;
}

export interface ResetWish extends Word {
  /** Of the loss breaker: another limit for the rest of the day (1e-6 $). */
  limit: Money | null;
  /** Of the loss breaker: none for the rest of the day. */
  untilTomorrow: boolean;
}

export interface FlattenWish extends Word {
  priority: Exclude<Priority, 'MEDIUM' | 'LOW'>;
}

/** What would be, or was, done about one position. */
export interface FlattenedPosition {
  id: string;
  market: string;
  side: Side;
  quantity: string;
  bid: string | null;
  /** Bid × quantity, before fees. */
  worth: string | null;
  /** `selling`: an exit of ours works. `left`: there is nothing to sell. `not_sold`: it could not be told. */
  result: 'would_sell' | 'selling' | 'left' | 'not_sold';
  detail: string;
}

export interface Flattening {
  /** Null: not asked for. */
  entries_paused: boolean | null;
  positions: FlattenedPosition[];
}

export interface AccountOperations {
  /** What a model says; each value is taken or refused for itself. */
  say(words: readonly ModelWord[]): Promise<ModelAnswer>;
  model(): Promise<ModelView[]>;
  entries(filter: EntriesFilter): Promise<EntriesView>;
  pauseEntries(word: Word): Promise<void>;
  resumeEntries(word: Word): Promise<void>;
  /** Incidents that are open, the oldest first. */
  alerts(): Promise<AlertView[]>;
  breakers(): Promise<BreakerView[]>;
  resetBreaker(name: BreakerName, wish: ResetWish): Promise<BreakerView>;
  /** One trading day in numbers: YYYY-MM-DD, null: today. */
  report(day: string | null): Promise<DayReport>;
  /** What flatten would sell. */
  previewFlatten(): Promise<Flattening>;
  /** Pauses entries and exits every open position. */
  flatten(wish: FlattenWish): Promise<Flattening>;
}
