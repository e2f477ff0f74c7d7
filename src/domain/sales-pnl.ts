import { amount, checked, type Money, type Price, type Quantity } from './money.ts';
import { costOfFirst, type Entry } from './pnl.ts';

/** One fill of an exit: `at` in ms, the fee in 1e-6 $. */
export interface Sale {
  fillId: string;
  price: Price;
  quantity: Quantity;
  fee: Money;
  at: number;
}

/**
 * What each sale of a position realized after its fee (1e-6 $), by fill: contracts are sold in the order of their fills,
 * each at its share of the cost, so that the parts sum to the whole cost. `sales` are all there were.
 */
export function realizedBySale(entry: Entry, sales: readonly Sale[]): Map<string, Money> {
  const pnl = new Map<string, Money>();
  let sold: Quantity = 0;
  for (const { fillId, price, quantity, fee } of sales.toSorted(byTime)) {
    const cost = costOfFirst(entry, sold + quantity) - costOfFirst(entry, sold);
    sold += quantity;
    pnl.set(fillId, checked(amount(price, quantity) - fee - cost));
  }
  return pnl;
}

const byTime = (a: Sale, b: Sale): number => a.at - b.at || (a.fillId < b.fillId ? -1 : 1);
