import type { OrderReport } from '../../../actors/ports.ts';
import type { Level, Side, TradingStatus } from '../../../domain/market.ts';
import type { Money, Price, Quantity } from '../../../domain/money.ts';

/** An order as the paper exchange keeps it. */
export interface PaperOrder extends OrderReport {
  timeInForce: 'ioc' | 'gtc';
  createdAt: number;
}

export interface PaperHolding {
  market: string;
  side: Side;
  quantity: Quantity;
  cost: Money;
}

/** The last book the paper exchange showed, with what our own fills have used up of it, in YES terms. */
export interface PaperMarket {
  market: string;
  bids: Level[];
  asks: Level[];
  observedAt: number;
  status: TradingStatus;
  settlementValue: Price | null;
}

/** The paper exchange's own truth. Nothing else reads or writes it (`paper_*` tables). */
export interface PaperWorld {
  orders: PaperOrder[];
  holdings: PaperHolding[];
  markets: PaperMarket[];
  /** The exchange's time at the last save (ms): an accelerated clock goes on from here. */
  at: number | null;
  nextId: number;
  /** Null: the account was saved before cash was kept, or not at all. */
  cash: Money | null;
}

/** Only what changed; records replace those with the same key (clientId; market and side; market). */
export type PaperChange = Partial<PaperWorld>;

export interface PaperStore {
  load(): Promise<PaperWorld>;
  /** All of the change or nothing. */
  save(change: PaperChange): Promise<void>;
}
