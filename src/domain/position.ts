import type { Side } from './market.ts';
import type { ConditionName, Confidence, ExecutionRule, Priority } from './method.ts';
import type { Fraction, Money, Price, Quantity } from './money.ts';

/** The states of SPEC section 7. */
export const PHASES = ['open', 'urgent', 'exiting', 'walking', 'closed', 'failed'] as const;
export type Phase = (typeof PHASES)[number];

/** Why an exit was decided: one of the ten conditions, or an operator. */
export type ExitReason = ConditionName | 'operator';

/** Fresh quotes in a row on which a condition held. */
export interface Confirmation {
  count: number;
  firstAt: number;
  lastAt: number;
}

export type StageStatus = 'pending' | 'skipped' | 'finished';

/** The order that is working for an exit, or the last one that was. */
export interface Attempt {
  number: number;
  clientId: string;
  orderType: 'market' | 'limit';
  /** The limit sent to the venue, owned side's terms; null for a venue's own market order. */
  limitPrice: Price | null;
  quantity: Quantity;
  /** Cumulative, from the ledger's facts. */
  filled: Quantity;
  proceeds: Money;
  fees: Money;
  cancelRequested: boolean;
  placedAt: number;
}

/** How the last order of an exit ended, until the next step is decided. */
export interface OrderEnd {
  status: 'filled' | 'cancelled' | 'rejected';
  /** The venue's refusal, when it was one. */
  code: string | null;
  /** Whether the order ever stood at the venue: one that did not uses up no walk and no repeat. */
  reachedVenue: boolean;
  at: number;
}

/** What a decision to exit wants, before its first order is priced. */
export interface ExitPlan {
  reason: ExitReason;
  priority: Priority;
  /** How many contracts to sell, fixed at the trigger. */
  quantity: Quantity;
  /** Index of the partial-exit stage this exit works for; null for a full exit. */
  stage: number | null;
  execution: ExecutionRule;
  triggeredAt: number;
  triggerMark: Price | null;
  /** P&L at the trigger as a fraction; null without a mark. */
  triggerPnl: Fraction | null;
  /** Unrealized P&L at the trigger; null without a mark. */
  triggerUnrealized: Money | null;
  /** No order of this exit may be priced below (a profit exit's threshold, HIGH's market floor); null: any price. */
  walkFloor: Price | null;
  marketFloor: Price | null;
  /** An operator's note, for the journal. */
  note: string | null;
}

/** `limit`: the first limit order. `walk`: a walked limit order. `market`: a market order or its repeat. */
export type ExitStep = 'limit' | 'walk' | 'market';

/** An exit at work: what a restart needs to go on at the step and with the time it had left. */
export interface RunningExit extends ExitPlan {
  id: string;
  /** This exit's number among the position's, from 1. */
  number: number;
  /** Filled by all attempts that are over plus the working one. */
  filled: Quantity;
  proceeds: Money;
  fees: Money;
  executedAt: number | null;
  /** Conditions that triggered meanwhile and did not outrank this exit. */
  overruled: ConditionName[];
  step: ExitStep;
  /** Walks used up; the walk that works is the next one. */
  walks: number;
  /** Market repeats used up. */
  repeats: number;
  /** The last limit price sent, from which a walk goes down; null before the first. */
  lastPrice: Price | null;
  /** When the step's time runs out (ms); null while the market doesn't trade. */
  deadline: number | null;
  /** What was left of the step's time when the market stopped trading (ms). */
  pausedLeft: number | null;
  /** The step's time has run out; the next fact decides. */
  due: boolean;
  /** The order that is out; null when none is. */
  attempt: Attempt | null;
  /** How many attempts were made. */
  attempts: number;
  /** How the last order ended, not yet decided on. */
  orderEnd: OrderEnd | null;
  /** No order before this time (ms): a market order's time is waited out, or a refusal's pause. */
  waitUntil: number | null;
  /** Refusals in a row that a second look at the market or the account may cure. */
  looks: number;
  /** The exit is to end like this as soon as its order is over. */
  ending: 'cancelled' | 'condition_gone' | null;
  failure: ExitFailure | null;
  /** The exit that replaces this one once its order is over. */
  takenOverBy: ExitPlan | null;
}

export interface ExitFailure {
  /** `attempts`: repeats used up. `floor`: the bid is below the market floor. `refused`: the venue refuses for good. */
  cause: 'attempts' | 'floor' | 'refused';
  code: string | null;
  at: number;
  /** How often this exit has failed. */
  times: number;
  /** A winner may resume from this time on (ms). */
  resumeAt: number;
  /** A quote without a bid was seen since: the next bid resumes at once. */
  bidVanished: boolean;
  /** Fresh quotes with a bid and no trigger in a row. */
  calmQuotes: number;
}

/** One position's whole restart state: plain JSON, stored as it is, versioned. */
export interface Position {
  schemaVersion: 2;
  id: string;
  market: string;
  side: Side;
  /** Contracts adopted (the original quantity). */
  quantity: Quantity;
  /** Paid for `quantity`; the average entry price is cost / quantity. */
  cost: Money;
  /** Paid in fees when it was bought by an entry of ours; 0 for one adopted at its cost. */
  entryFees: Money;
  /** Ask − bid of the first fresh quote; null until then, or when that quote had one side. */
  entrySpread: Price | null;
  openedAt: number;
  method: string;
  methodVersion: number;
  confidence: Confidence;
  /** The model's probability for the owned side; null when none was given. */
  modelProbability: Fraction | null;
  /** When the model said so (ms); null: given with the position, never ages. */
  modelAt: number | null;
  /** Sold by fills, what they brought, and their fees. */
  sold: Quantity;
  proceeds: Money;
  fees: Money;
  /** Contracts that the venue no longer holds though we did not sell them. */
  writtenOff: Quantity;
  /** Paid out at settlement. */
  settled: Money;
  phase: Phase;
  /** The last fresh quote's bid and the quote itself. */
  mark: Price | null;
  bid: Price | null;
  ask: Price | null;
  quotedAt: number | null;
  /** Highest mark since adoption. */
  peak: Price | null;
  /** The trailing stop's price, null until it is active. Never falls. */
  trailingStop: Price | null;
  /** The position has seen a book that was liquid: `liquidity_dried_up` is armed. */
  sawLiquidBook: boolean;
  confirmations: Partial<Record<ConditionName, Confirmation>>;
  stages: StageStatus[];
  /** A condition that gave up may not start an exit before this time (ms). */
  rests: Partial<Record<ConditionName, number>>;
  /** An operator suspended all but CRITICAL. */
  held: boolean;
  awaitingSettlement: boolean;
  exit: RunningExit | null;
  /** When our last order that has sold something ended (ms): holdings read before it prove nothing. */
  lastOrderEndedAt: number | null;
  /** Exits started so far. */
  exits: number;
  closedAt: number | null;
  closeReason: string | null;
  /** The latest time any fact carried. */
  at: number;
}

/** What we still hold by our own account: quantity − sold − written off. */
export const remaining = (p: Pick<Position, 'quantity' | 'sold' | 'writtenOff'>): Quantity =>
  p.quantity - p.sold - p.writtenOff;
