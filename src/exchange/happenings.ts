/** What the streams tell about. */
import type { Price, Quantity } from '../domain/money.ts';
import type { FeeChange, Fill, Market, Order, Position, Trade } from './records.ts';
import type { BookSide } from './specs.ts';

export type LifecycleEvent =
  | 'created'
  | 'activated'
  | 'deactivated'
  | 'close_date_updated'
  | 'determined'
  | 'settled'
  | 'price_level_structure_updated'
  | 'metadata_updated';

export type Happening =
  | {
      kind: 'book';
      at: number;
      ticker: string;
      side: BookSide;
      price: Price;
      delta: Quantity;
      account: string;
      subaccount: number;
      clientId: string | null;
    }
  | { kind: 'trade'; at: number; trade: Trade }
  | { kind: 'fill'; at: number; fill: Fill; clientId: string | null; positionAfter: Quantity }
  | { kind: 'order'; at: number; order: Order }
  | {
      kind: 'position';
      at: number;
      account: string;
      subaccount: number;
      ticker: string;
      position: Position;
    }
  | { kind: 'lifecycle'; at: number; event: LifecycleEvent; market: Market }
  | { kind: 'fees'; at: number; change: FeeChange };
