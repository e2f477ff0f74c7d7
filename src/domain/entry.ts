/** What an entry decides from, one function for each of its decisions (SPEC 11). */
import { kellySize, type Sizing } from './kelly.ts';
import { type Book, isSound, type MarketInfo, quoteForSide, type Side } from './market.ts';
import { settlementTime } from './market-conditions.ts';
import type { ConditionRules, Confidence } from './method.ts';
import {
  amount,
  checked,
  type Fraction,
  type Money,
  mulDivFloor,
  type Price,
  type Quantity,
  WHOLE,
} from './money.ts';
import { checkRisk, type Exposure, type RiskLimits, type RiskReport } from './risk.ts';

/** One price step (1e-4 $) in the unit of a probability (1e-6). */
const FRACTION_PER_PRICE = 100;

/** What the book asks for the side that would be bought. */
export interface Offer {
  bid: Price | null;
  ask: Price;
  /** Offered at `ask`. */
  size: Quantity;
  /** Of one contract at `ask`. */
  fee: Money;
  /** When the venue's book had this shape (ms). */
  observedAt: number;
}

/** What an entry goes by: of its method, and of the configuration. */
export interface EntryRules {
  method: { name: string; version: number };
  confidence: Confidence;
  minEdge: Fraction;
  kellyFraction: Fraction;
  confidenceScale: Fraction;
  /** Share of what is offered at our limit or better. */
  maxBookShare: Fraction;
  /** What quantities are multiples of. */
  step: Quantity;
  orderTimeoutMs: number;
  maxQuoteAgeMs: number;
  /** When a position would be left for time alone. */
  time: ConditionRules['time_based_urgent'];
}

/** The account as it is when an entry is checked. */
export interface AccountPicture {
  /** What no order of ours has taken or may still take. */
  cash: Money;
  /** Cash and open positions: what the limits are shares of. */
  balance: Money;
  exposures: readonly Exposure[];
  limits: RiskLimits;
  breakers: { dailyLoss: boolean; api: boolean; database: boolean };
  paused: boolean;
}

/** The risk checks and, if they all passed, the size. */
export interface Assessment {
  report: RiskReport;
  sizing: Sizing | null;
  balance: Money;
}

/** What a book offers of one side; null when nobody asks, or when the book is crossed. `feeOf` is the fee of one contract at a price. */
export function offerOf(book: Book, side: Side, feeOf: (price: Price) => Money): Offer | null {
  const quote = quoteForSide(book, side);
  const { bid, ask, askSize, observedAt } = quote;
  return ask === null || !askSize || !isSound(quote)
    ? null
    : { bid, ask, size: askSize, fee: feeOf(ask), observedAt };
}

/** The edge of buying one contract (1e-6): probability − price − fee. */
export const payableEdge = (probability: Fraction, { ask, fee }: Pick<Offer, 'ask' | 'fee'>): Fraction =>
  checked(probability - ask * FRACTION_PER_PRICE - fee);

/** The edge before the fee (1e-6): probability − price. */
export const edgeBeforeFee = (probability: Fraction, ask: Price): Fraction =>
  checked(probability - ask * FRACTION_PER_PRICE);

/** What is offered is known well enough to decide on at `at` (ms). */
export const isOfferFresh = (
  { observedAt }: Pick<Offer, 'observedAt'>,
  at: number,
  maxQuoteAgeMs: number,
): boolean => at - observedAt <= maxQuoteAgeMs;

/** A position bought now would be left at once, for time alone; a settlement time that nobody knows is none. */
export function settlesTooSoon(market: MarketInfo, rule: EntryRules['time'], at: number): boolean {
  const settlement = settlementTime(market, rule, at);
  return rule.enabled && settlement !== null && settlement - at <= rule.withinMs;
}

/**
 * Checks and sizes in one step what would be bought at `offer.ask`: every check on the smallest order, then fractional
 * Kelly within what the limits and the cash leave and the book's share. `feeOf` is the fee of so many contracts there.
 */
export function assessEntry(
  { market, side, probability }: { market: string; side: Side; probability: Fraction },
  offer: Offer,
  rules: EntryRules,
  account: AccountPicture,
  feeOf: (quantity: Quantity) => Money,
): Assessment {
  const { cash, balance, exposures, limits, breakers, paused } = account;
  const { kellyFraction, confidenceScale, step } = rules;
  const smallest = checked(amount(offer.ask, step) + feeOf(step));
  const report = checkRisk({ market, side, smallest, balance, exposures, limits, breakers, paused });
  if (!report.passed) return { report, sizing: null, balance };
  const sizing = kellySize({
    probability,
    price: offer.ask,
    feeOf,
    balance,
    kellyFraction,
    confidenceScale,
    maxSpend: Math.max(0, Math.min(report.room, cash)),
    maxQuantity: mulDivFloor(offer.size, rules.maxBookShare, WHOLE),
    step,
  });
  return { report, sizing, balance };
}

/** The order of an entry: what it asked for, and what is known of it. */
export interface EntryOrder {
  clientId: string;
  limitPrice: Price;
  quantity: Quantity;
  /** The best bid when it was sized; null: there was none. */
  bid: Price | null;
  /** Cost and fee that the whole order may take. */
  reserved: Money;
  /** Full Kelly before the method's share. */
  kelly: Fraction;
  balance: Money;
  placedAt: number;
  /** When it is cancelled (ms). */
  deadline: number;
  /** Cumulative, from the ledger's facts. */
  filled: Quantity;
  cost: Money;
  fees: Money;
  /** How it ended and the venue's refusal in its words; null while it may still fill. */
  end: { status: 'filled' | 'cancelled' | 'rejected'; refusal: string | null } | null;
}

/** All that one entry decides from: plain JSON. */
export interface EntryContext {
  edgeId: string;
  market: string;
  side: Side;
  /** For `side`. */
  probability: Fraction;
  rules: EntryRules;
  /** The store's instance, for the order's id. */
  instance: string;
  offer: Offer | null;
  info: MarketInfo | null;
  /** As the venue's books say since the edge was detected; null: not read yet. */
  cash: Money | null;
  assessment: Assessment | null;
  order: EntryOrder | null;
  /** Why it may not go on; null: it may. */
  calledOff: string | null;
  /** Until when what it must know is waited for (ms). */
  lookUntil: number;
  /** The latest time any fact carried (ms). */
  at: number;
}

/** What an entry still has to learn before it can decide. */
export function missingOf({ offer, info, cash, rules, at }: EntryContext): {
  offer: boolean;
  info: boolean;
  cash: boolean;
} {
  return {
    offer: offer === null || !isOfferFresh(offer, at, rules.maxQuoteAgeMs),
    info: info === null,
    cash: cash === null,
  };
}

/** The order that the assessment allows. Throws when it allows none. */
export function planOrder({ edgeId, instance, offer, assessment, rules, at }: EntryContext): EntryOrder {
  const sizing = assessment?.sizing;
  if (offer === null || assessment === null || sizing?.kind !== 'sized')
    throw new Error(`entry ${edgeId} has no order to place`);
  return {
    clientId: `p${instance}-${edgeId}n1-1`,
    limitPrice: offer.ask,
    quantity: sizing.quantity,
    bid: offer.bid,
    reserved: sizing.spend,
    kelly: sizing.fraction,
    balance: assessment.balance,
    placedAt: at,
    deadline: at + rules.orderTimeoutMs,
    filled: 0,
    cost: 0,
    fees: 0,
    end: null,
  };
}

/** Takes in cumulative totals; a report that comes late takes nothing back. */
export const recordTotals = (
  order: EntryOrder,
  totals: { filledTotal: Quantity; costTotal: Money; feesTotal: Money },
): EntryOrder =>
  totals.filledTotal < order.filled
    ? order
    : { ...order, filled: totals.filledTotal, cost: totals.costTotal, fees: totals.feesTotal };
