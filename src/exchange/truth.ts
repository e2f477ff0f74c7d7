import { current } from './history.ts';
import type { Fill, Order, Position, Settlement, WriteRecord } from './records.ts';
import type { MarketStatus } from './specs.ts';
import { topOf } from './trading/book.ts';
import type { World } from './world.ts';
import { CROWD } from './world.ts';

/** An order with every state it has been in. */
export interface OrderTruth extends Order {
  changes: Pick<Order, 'status' | 'price' | 'filled' | 'remaining' | 'killed' | 'reason' | 'updatedAt'>[];
}

export interface AccountTruth {
  /** By subaccount. */
  cash: Record<string, number>;
  /** Subaccount 0's positions that are not flat, signed (YES positive), by ticker. */
  positions: Record<string, number>;
  /** All positions there are or were, by subaccount and ticker. */
  portfolios: Record<string, Record<string, Position>>;
  orders: OrderTruth[];
  fills: Fill[];
  settlements: Settlement[];
}

/** The exchange's own knowledge, with no lag and no fault; without the crowd. */
export interface Truth {
  at: number;
  accounts: Record<string, AccountTruth>;
  markets: Record<
    string,
    { status: MarketStatus; closeAt: number; result: string; openInterest: number } & ReturnType<typeof topOf>
  >;
  writes: WriteRecord[];
}

/** A picture of now: what the world's histories hold is replaced when it changes, so it is not copied again. */
export function truthOf(world: World): Truth {
  const names = Object.keys(world.accounts).filter((account) => account !== CROWD);
  return {
    at: world.at,
    accounts: Object.fromEntries(names.map((account) => [account, accountTruth(world, account)])),
    markets: Object.fromEntries(
      Object.values(world.markets).map(({ ticker, status, closeAt, result, openInterest }) => [
        ticker,
        { status, closeAt, result, openInterest, ...topOf(world, ticker) },
      ]),
    ),
    writes: world.writes.map((write) => ({ ...write })),
  };
}

function accountTruth(world: World, account: string): AccountTruth {
  const truth: AccountTruth = {
    cash: {},
    positions: {},
    portfolios: {},
    orders: [],
    fills: world.fills.filter((fill) => fill.account === account),
    settlements: world.settlements.filter((settlement) => settlement.account === account),
  };
  for (const portfolio of Object.values(world.portfolios)) {
    if (portfolio.account !== account) continue;
    const held = Object.entries(portfolio.positions).map(
      ([ticker, history]) => [ticker, current(history)] as const,
    );
    truth.cash[portfolio.subaccount] = current(portfolio.cash);
    truth.portfolios[portfolio.subaccount] = Object.fromEntries(held);
    if (portfolio.subaccount !== 0) continue;
    for (const [ticker, { quantity }] of held) if (quantity !== 0) truth.positions[ticker] = quantity;
  }
  for (const history of Object.values(world.orders)) {
    if (history[0]!.value.account !== account) continue;
    const changes = history.map(
      ({ value: { status, price, filled, remaining, killed, reason, updatedAt } }) => ({
        status,
        price,
        filled,
        remaining,
        killed,
        reason,
        updatedAt,
      }),
    );
    truth.orders.push({ ...current(history), changes });
  }
  return truth;
}
