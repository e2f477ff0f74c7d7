/** What the world does to the exchange. Prices in YES terms (1e-4 $), counts in 0.01 contract, times in ms. */
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { Matcher } from './faults/armed-fault.ts';
import type { SelfTradePrevention } from './records.ts';
import type { BookSide, FeeType, LevelSpec, MarketSpec, PriceRange, Readings } from './specs.ts';
import type { Channel } from './stream/stream-state.ts';

export type Action =
  | CrowdAction
  | HandAction
  | MarketAction
  | ExchangeAction
  | AccountAction
  | FaultAction
  | StreamAction
  /** Does something at a later time. */
  | { type: 'later'; at: number; action: Action };

export type CrowdAction =
  /**
   * Makes the other traders' orders exactly these levels; orders of accounts stay and come on top. Levels that cross
   * an account's order trade with it (in a market that trades).
   */
  | { type: 'book.set'; ticker: string; bids: readonly LevelSpec[]; asks: readonly LevelSpec[] }
  /** Another trader's order; with `immediate`, what does not trade at once is gone. Answers its `orderId`. */
  | {
      type: 'crowd.place';
      ticker: string;
      side: BookSide;
      price: Price;
      count: Quantity;
      immediate?: boolean;
    }
  /** Withdraws another trader's order. */
  | { type: 'crowd.cancel'; orderId: string }
  /** Somebody takes an account's resting order (all of it without a count), whatever else stands in the book. */
  | { type: 'crowd.take'; orderId: string; count?: Quantity };

export type HandAction =
  /** A person trades in the account at this price outside the book: it fills, whatever the book shows. */
  | {
      type: 'hand.trade';
      account: string;
      subaccount?: number;
      ticker: string;
      side: BookSide;
      price: Price;
      count: Quantity;
    }
  /** A person places an order in the account; it rests unless `immediate`. Answers `orderId` or `refused`. */
  | {
      type: 'hand.place';
      account: string;
      subaccount?: number;
      ticker: string;
      side: BookSide;
      price: Price;
      count: Quantity;
      immediate?: boolean;
      selfTradePrevention?: SelfTradePrevention;
    }
  /** A person cancels an order of the account, whoever placed it. */
  | { type: 'hand.cancel'; orderId: string };

export type MarketAction =
  | { type: 'market.add'; market: MarketSpec }
  /** active → inactive. Orders that asked for it are cancelled. */
  | { type: 'market.pause'; ticker: string }
  /** initialized or inactive → active. Wipes the resting orders of a paused market. */
  | { type: 'market.activate'; ticker: string }
  /** Moves close_time either way; a closed market reopens when it then lies ahead. */
  | { type: 'market.moveClose'; ticker: string; closeAt: number }
  /** Cancels resting orders: all of them, or one account's. */
  | { type: 'market.wipeResting'; ticker: string; account?: string }
  /** Another price grid; resting orders stay where they are. */
  | {
      type: 'market.setGrid';
      ticker: string;
      priceRanges: readonly PriceRange[];
      priceLevelStructure?: string;
    }
  /** The market moves to another shard. */
  | { type: 'market.setShard'; ticker: string; exchangeIndex: number }
  /** The outcome is known; final after the settlement timer. `value` is what one YES pays. */
  | { type: 'market.determine'; ticker: string; value: Price }
  | { type: 'market.dispute'; ticker: string }
  /** The outcome is replaced by another one; final after the settlement timer. */
  | { type: 'market.amendOutcome'; ticker: string; value: Price }
  /** Determines where that is still to do, and pays at once. */
  | { type: 'market.settle'; ticker: string; value: Price };

export type ExchangeAction =
  /** Pauses or resumes the exchange or its trading, on one shard or on all. */
  | {
      type: 'exchange.set';
      exchangeIndex?: number;
      exchangeActive?: boolean;
      tradingActive?: boolean;
      resumeAt?: number | null;
    }
  /** Switches the Thursday maintenance on or off. */
  | { type: 'exchange.weeklyPause'; on: boolean }
  /** Puts the exchange's clock ahead (or behind): the Date header and the check of signed timestamps. */
  | { type: 'exchange.clockOffset'; offsetMs: number }
  /** Changes a series' fees or an event's override, now or at `effectiveAt`. */
  | {
      type: 'exchange.setFees';
      series?: string;
      event?: string;
      feeType: FeeType;
      feeMultiplier: number;
      effectiveAt?: number;
    }
  | { type: 'exchange.readings'; readings: Partial<Readings> }
  /** How long market reads (not books) are answered from a shared cache. */
  | { type: 'exchange.marketCache'; cacheMs: number };

export type AccountAction =
  /** Changes a key's scopes or subaccount, or revokes it. */
  | {
      type: 'account.setKey';
      keyId: string;
      scopes?: readonly string[];
      subaccount?: number | null;
      revoked?: boolean;
    }
  /** From when on the account's keys trade no Sports, Elections and Entertainment; null: never. */
  | { type: 'account.regionExpiration'; account: string; expiresAt: number | null }
  /** The account's portfolio reads show the state of so long ago (at most 5 minutes). */
  | { type: 'account.readLag'; account: string; lagMs: number }
  /** Money comes in or goes out. */
  | { type: 'account.moveCash'; account: string; subaccount?: number; change: Money }
  /** Contracts come in (YES positive) or go out without a fill, as in a transfer or a block trade. */
  | {
      type: 'account.movePosition';
      account: string;
      subaccount?: number;
      ticker: string;
      change: Quantity;
      price: Price;
    };

/** Faults answer their `faultId`. Without `times` they meet one request. */
export type FaultAction =
  /** Answers with this status and body. With `carryOut` the request is carried out all the same. */
  | {
      type: 'fault.refuse';
      match: Matcher;
      status: number;
      error: ErrorBody;
      headers?: Record<string, string>;
      carryOut?: boolean;
    }
  /** 429 as the exchange sends it: a storm with `times`. */
  | { type: 'fault.rateLimit'; match: Matcher }
  /** A gateway's error page. */
  | { type: 'fault.html'; match: Matcher; status: number; carryOut?: boolean }
  /** The request is carried out at once; its answer takes longer. Adds to other faults. */
  | { type: 'fault.delay'; match: Matcher; delayMs: number }
  /** Carried out, no answer. */
  | { type: 'fault.dropAnswer'; match: Matcher }
  /** Not carried out, no answer. */
  | { type: 'fault.dropRequest'; match: Matcher }
  /** No answer now, carried out later. */
  | { type: 'fault.carryOutLate'; match: Matcher; afterMs: number }
  /** Something on the way sends the request twice; the second one's answer comes back. */
  | { type: 'fault.repeat'; match: Matcher }
  /** A successful answer lacks fields, as in a create answered 201 without order_id. */
  | { type: 'fault.trimAnswer'; match: Matcher; fields: readonly string[] }
  /** A successful cancel or amend whose answer describes another order. */
  | { type: 'fault.wobble'; match?: Matcher }
  /** The next cancel finds its order filled just before: all of it, or `count`. */
  | { type: 'fault.fillInFlight'; match?: Matcher; count?: Quantity }
  /** Reads of a single order answer 404 although it exists. */
  | { type: 'fault.hideOrder'; orderId?: string; account?: string; times?: number | 'always' }
  /** Disarms one fault, or all. */
  | { type: 'fault.clear'; faultId?: number };

/** Without an account they meet every connection there is now; frames of new connections meet frame faults too. */
export type StreamAction =
  /** The next messages (of a channel) are lost. Numbered ones leave a gap. */
  | { type: 'stream.lose'; channel?: Channel; account?: string; times?: number | 'always' }
  /** The next messages come twice. */
  | { type: 'stream.duplicate'; channel?: Channel; account?: string; times?: number | 'always' }
  /** The next message changes places with the one after it. */
  | { type: 'stream.reorder'; channel?: Channel; account?: string; times?: number | 'always' }
  /** Messages (of a channel) come later from now on, in their order. 0 ends it. */
  | { type: 'stream.delay'; channel?: Channel; delayMs: number }
  /** Ends losing, duplicating, reordering and delaying. */
  | { type: 'stream.clear' }
  /**
   * Nothing arrives any more, not even pings, although the connections stay up: for so long, or until resumed. What
   * was to be sent is lost, or delivered at the end.
   */
  | { type: 'stream.stall'; account?: string; forMs?: number; missed?: 'lost' | 'delivered' }
  | { type: 'stream.resume'; account?: string }
  /** The exchange closes connections, with 1001 unless told otherwise. */
  | { type: 'stream.close'; account?: string; code?: number }
  /** A terminal error ends the subscriptions of a channel: 10 channel error, 25 buffer overflow. */
  | { type: 'stream.error'; channel: Channel; code: 10 | 25; account?: string };

/** The envelopes an error can come in. */
export type ErrorBody =
  /** `{"error":{"code","message","details"}}` */
  | { envelope: 'nested'; code: string; message?: string; details?: string }
  /** `{"code","message","details"}` */
  | { envelope: 'flat'; code: string; message?: string; details?: string }
  /** `{"error":"too many requests"}` */
  | { envelope: 'text'; message: string }
  | { envelope: 'empty' }
  | { envelope: 'raw'; body: string };

export interface ActResult {
  orderId?: string;
  faultId?: number;
  /** Why nothing happened. */
  refused?: string;
}
