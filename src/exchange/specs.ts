/** What a practice exchange is set up from. Prices in 1e-4 $, counts in 0.01 contract, money in 1e-6 $, times in ms. */
import type { Money, Price, Quantity } from '../domain/money.ts';

export type BookSide = 'bid' | 'ask';
export type OutcomeSide = 'yes' | 'no';
export type FeeType = 'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees' | 'flat';
export type MarketStatus =
  | 'initialized'
  | 'active'
  | 'inactive'
  | 'closed'
  | 'determined'
  | 'disputed'
  | 'amended'
  | 'finalized';
export type Tier = 'basic' | 'advanced' | 'expert' | 'premier' | 'paragon' | 'prime' | 'prestige';

/** Prices from `start` to `end` in multiples of `step` above `start`. */
export interface PriceRange {
  start: Price;
  end: Price;
  step: Price;
}

/** Price in YES terms and size, as in `[6100, 31000]` for 310 contracts at $0.61. */
export type LevelSpec = readonly [price: Price, size: Quantity];

export interface MarketSpec {
  ticker: string;
  /** Default: the ticker without its last part. */
  eventTicker?: string;
  /** Default: the ticker's first part. */
  seriesTicker?: string;
  title?: string;
  marketType?: 'binary' | 'scalar';
  /** Default: active. */
  status?: MarketStatus;
  /** Default: a day before the exchange starts. */
  openAt?: number;
  closeAt: number;
  expectedExpirationAt?: number;
  /** Default: closeAt. */
  latestExpirationAt?: number;
  settlementTimerSeconds?: number;
  canCloseEarly?: boolean;
  priceLevelStructure?: string;
  /** Default: whole cents. */
  priceRanges?: readonly PriceRange[];
  exchangeIndex?: number;
  feeWaiverUntil?: number;
  lastPrice?: Price;
  /** Contracts traded before the exchange starts; all of them within the last 24 h. */
  volume?: Quantity;
  /** Resting orders of other traders, one per level, in YES terms. */
  bids?: readonly LevelSpec[];
  asks?: readonly LevelSpec[];
}

interface SeriesSpec {
  ticker: string;
  title?: string;
  /** Default: Sports. */
  category?: string;
  /** Default: quadratic. */
  feeType?: FeeType;
  /** Default: 1. */
  feeMultiplier?: number;
  /** Per contract, for fee type `flat` alone. */
  flatFee?: Money;
}

interface EventSpec {
  ticker: string;
  seriesTicker?: string;
  title?: string;
  feeTypeOverride?: FeeType;
  feeMultiplierOverride?: number;
}

export interface KeySpec {
  keyId: string;
  /** PEM; needed unless signatures go unverified. */
  publicKey?: string;
  /** Default: read and write::trade. */
  scopes?: readonly string[];
  name?: string;
  /** Pins the key to one subaccount. */
  subaccount?: number;
}

/** One past trade. `price` is what one contract of `side` cost. */
export interface PastFill {
  at: number;
  action: 'buy' | 'sell';
  count: Quantity;
  price: Price;
  fee?: Money;
}

/** A position held from the start; `price` is the average paid per contract of `side`. */
export interface HoldingSpec {
  ticker: string;
  side: OutcomeSide;
  count: Quantity;
  price: Price;
  /** Default: one buy an hour before the start. An empty list: a holding without history, as after a transfer. */
  fills?: readonly PastFill[];
  subaccount?: number;
}

/** Tokens per second, and the most that a bucket holds. */
export interface BucketSpec {
  refillRate: number;
  capacity: number;
}

export interface AccountSpec {
  account: string;
  keys: readonly KeySpec[];
  /** Cash after the holdings were paid for. */
  balance: Money;
  holdings?: readonly HoldingSpec[];
  /** Default: basic. */
  tier?: Tier;
  /** Token buckets other than the tier's. */
  limits?: { read?: BucketSpec; write?: BucketSpec };
  /** To what the balance change of a fill is floored. Default: direct ($0.0001); broker is $0.01. */
  member?: 'direct' | 'broker';
}

/** How the exchange behaves where its documentation leaves it open. */
export interface Readings {
  /** What `remaining_count` says after a remainder was killed. Default: zero. */
  killedRemainder: 'zero' | 'shown';
  /** The status of an immediate-or-cancel order that filled in part. Default: canceled. */
  partialImmediate: 'canceled' | 'executed';
  /** A reduce-only order with nothing to reduce: accepted and cancelled, or refused. Default: canceled. */
  nothingToReduce: 'canceled' | 'refused';
  /** How an empty side of a book is sent over REST. Default: empty. */
  emptySide: 'empty' | 'null' | 'missing';
  /** Default: nested, `{"error":{code,message,details}}`. */
  envelope: 'nested' | 'flat';
  /** The code of a price off the grid. Default: invalid_order. */
  offGridCode: 'invalid_order' | 'INVALID_PRICE';
  /** The status of the refusal at the dead order endpoints. Default: 200. */
  deprecatedStatus: number;
  /** Whether an id may be used again once its order is over. Default: false. */
  clientIdReusable: boolean;
  /** Whether a cancel-all also sweeps what is placed in the minute after it. Default: true. */
  cancelAllSweepsNew: boolean;
  /** Whether the `ok` of a subscription update takes a sequence number of its own. Default: true. */
  okTakesSequence: boolean;
}

export interface ExchangeOptions {
  at: number;
  markets: readonly MarketSpec[];
  accounts: readonly AccountSpec[];
  series?: readonly SeriesSpec[];
  events?: readonly EventSpec[];
  /** Default: true. */
  verifySignatures?: boolean;
  /** How far a signed timestamp may lie off the exchange's clock. Default: 5 000. */
  timestampToleranceMs?: number;
  /** How long after close_time the resting orders are cancelled. Default: 2 000. */
  closeSweepMs?: number;
  /** How long market reads (not books) are answered from a shared cache. Default: 0. */
  marketCacheMs?: number;
  /** How long the live endpoints show what is over. Defaults: 14 and 90 days. */
  orderRetentionMs?: number;
  fillRetentionMs?: number;
  /** Default: 200 000. */
  maxOpenOrders?: number;
  /** Default: false. */
  weeklyPause?: boolean;
  readings?: Partial<Readings>;
}
