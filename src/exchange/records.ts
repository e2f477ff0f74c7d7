/** What the exchange keeps about orders, trades and markets. Records are replaced, never changed in place. */
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { BookSide, FeeType, MarketStatus, PriceRange } from './specs.ts';

export type TimeInForce = 'fill_or_kill' | 'good_till_canceled' | 'immediate_or_cancel';

export type SelfTradePrevention = 'taker_at_cross' | 'maker';

export type UpdateReason =
  | 'Decrease'
  | 'Amend'
  | 'MarginCancel'
  | 'SelfTradeCancel'
  | 'ExpiryCancel'
  | 'CloseCancel'
  | 'HaltCancel'
  | 'Trade'
  | 'PostOnlyCrossCancel'
  | 'ReduceOnlyCancel';

export interface Order {
  readonly id: string;
  readonly account: string;
  readonly subaccount: number;
  readonly clientId: string | null;
  readonly ticker: string;
  readonly side: BookSide;
  readonly price: Price;
  readonly initial: Quantity;
  readonly filled: Quantity;
  /** What rests in the book; 0 once the order is over. */
  readonly remaining: Quantity;
  /** What was cancelled. */
  readonly killed: Quantity;
  readonly status: 'resting' | 'canceled' | 'executed';
  readonly reason: UpdateReason | null;
  readonly timeInForce: TimeInForce;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  readonly cancelOnPause: boolean;
  /** ms */
  readonly expiresAt: number | null;
  /** The place in its level's queue: lower goes first. */
  readonly priority: number;
  /** In YES terms, as the exchange reports them. */
  readonly takerCost: Money;
  readonly makerCost: Money;
  readonly takerFees: Money;
  readonly makerFees: Money;
  /** What rounding has overcharged so far and not given back. */
  readonly roundingCredit: Money;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Fill {
  readonly id: string;
  readonly orderId: string;
  readonly account: string;
  readonly subaccount: number;
  readonly ticker: string;
  readonly side: BookSide;
  readonly price: Price;
  readonly count: Quantity;
  readonly isTaker: boolean;
  readonly fee: Money;
  readonly at: number;
}

/** Positive `quantity` is YES, negative NO. Costs are what the owned side cost, without fees. */
export interface Position {
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly feeCost: Money;
  readonly realized: Money;
  readonly feesPaid: Money;
  readonly traded: Money;
  readonly volume: Quantity;
  readonly updatedAt: number;
}

export interface Settlement {
  readonly account: string;
  readonly subaccount: number;
  readonly ticker: string;
  readonly result: 'yes' | 'no' | 'scalar';
  readonly value: Price;
  readonly quantity: Quantity;
  readonly cost: Money;
  readonly revenue: Money;
  readonly at: number;
}

export interface Trade {
  readonly id: string;
  readonly ticker: string;
  readonly price: Price;
  readonly count: Quantity;
  readonly takerSide: BookSide;
  readonly at: number;
}

export interface Market {
  readonly ticker: string;
  readonly id: string;
  readonly eventTicker: string;
  readonly seriesTicker: string;
  readonly title: string;
  readonly marketType: 'binary' | 'scalar';
  readonly status: MarketStatus;
  readonly openAt: number;
  readonly closeAt: number;
  readonly expectedExpirationAt: number | null;
  readonly latestExpirationAt: number;
  readonly settlementTimerSeconds: number;
  readonly canCloseEarly: boolean;
  readonly priceLevelStructure: string;
  readonly priceRanges: readonly PriceRange[];
  readonly exchangeIndex: number;
  readonly feeWaiverUntil: number | null;
  readonly lastPrice: Price | null;
  readonly volume: Quantity;
  /** Contracts traded before the exchange started. */
  readonly volumeBefore: Quantity;
  readonly openInterest: Quantity;
  readonly dollarVolume: Money;
  readonly result: '' | 'yes' | 'no' | 'scalar';
  readonly settlementValue: Price | null;
  readonly settledAt: number | null;
  /** When a determined market becomes final by itself. */
  readonly finalizeAt: number | null;
  /** When the orders that a close left resting are cancelled. */
  readonly sweepAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A write request as it arrived, and what became of it. */
export interface WriteRecord {
  at: number;
  account: string | null;
  method: string;
  path: string;
  body: string;
  clientIds: string[];
  /** What happened inside the exchange; `pending` until a late request is carried out. */
  outcome: 'accepted' | 'refused' | 'not_carried_out' | 'pending';
  status: number | null;
  code: string | null;
  orderIds: string[];
  carriedOutAt: number | null;
  /** What the sender got to see: the exchange's own answer, a made-up one, or nothing. */
  answer: 'sent' | 'replaced' | 'dropped';
  delayMs: number;
}

/** A change of fees that was announced: for a series, or as an event's override. */
export interface FeeChange {
  id: string;
  series: string | null;
  event: string | null;
  feeType: FeeType;
  feeMultiplier: number;
  at: number;
}

export interface FeeRule {
  feeType: FeeType;
  feeMultiplier: number;
}

export interface Series extends FeeRule {
  ticker: string;
  title: string;
  category: string;
  flatFee: Money;
}

export interface EventRecord {
  ticker: string;
  seriesTicker: string;
  title: string;
  feeTypeOverride: FeeType | null;
  feeMultiplierOverride: number | null;
}
