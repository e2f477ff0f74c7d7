import { amount, type Money, ONE_DOLLAR, type Quantity } from '../domain/money.ts';
import { begin, current } from './history.ts';
import { nextId } from './ids.ts';
import type { Fill, Position } from './records.ts';
import type { BookSide, HoldingSpec, PastFill } from './specs.ts';
import { draftOf, plainPlacement } from './trading/draft.ts';
import { feeRuleOf, roundFee, tradeFee } from './trading/fees.ts';
import { portfolioOf } from './trading/order-store.ts';
import { applyFill, noPosition } from './trading/position.ts';
import { CROWD, type World } from './world.ts';

const HOUR_MS = 3_600_000;

/**
 * Gives an account a position that it had before the exchange started, the crowd being the other side. The position is
 * what the fills make of it; where they do not add up to `count`, it is `count` at `price`, as after a transfer.
 */
export function addHolding(world: World, account: string, spec: HoldingSpec): void {
  const market = world.markets[spec.ticker];
  if (!market) throw new RangeError(`${account} holds ${spec.ticker}, which is no market`);
  const subaccount = spec.subaccount ?? 0;
  const since = world.startedAt - HOUR_MS;
  const past = spec.fills ?? [{ at: since, action: 'buy', count: spec.count, price: spec.price }];
  const fills = [...past]
    .sort((a, b) => a.at - b.at)
    .map((fill) => addFill(world, account, subaccount, spec, fill));
  const folded = fills.reduce(
    (position, fill) => applyFill(position, fill),
    noPosition(fills[0]?.at ?? since),
  );
  const quantity = spec.side === 'yes' ? spec.count : -spec.count;
  const cost = amount(spec.price, spec.count);
  const position: Position =
    folded.quantity === quantity ? folded : { ...folded, quantity, cost, traded: cost };
  portfolioOf(world, account, subaccount).positions[spec.ticker] = begin(position.updatedAt, position);
  addToCrowd(world, spec.ticker, -quantity, amount(ONE_DOLLAR - spec.price, spec.count));
  world.markets[spec.ticker] = { ...market, openInterest: openInterest(world, spec.ticker) };
}

function addFill(
  world: World,
  account: string,
  subaccount: number,
  { ticker, side: owned }: HoldingSpec,
  past: PastFill,
): Fill {
  const side: BookSide = (owned === 'yes') === (past.action === 'buy') ? 'bid' : 'ask';
  const price = owned === 'yes' ? past.price : ONE_DOLLAR - past.price;
  const { count, at } = past;
  const fee = past.fee ?? standardFee(world, account, ticker, price, count);
  const id = nextId(world, 'order');
  const placement = {
    ...plainPlacement(account, { ticker, side, price, count }, 'good_till_canceled'),
    subaccount,
  };
  const order = {
    ...draftOf(world, placement, id, at),
    filled: count,
    remaining: 0,
    status: 'executed' as const,
    reason: 'Trade' as const,
    takerCost: amount(price, count),
    takerFees: fee,
  };
  world.orders[id] = begin(at, order);
  const trade = nextId(world, 'trade');
  const fill = {
    id: trade,
    orderId: id,
    account,
    subaccount,
    ticker,
    side,
    price,
    count,
    isTaker: true,
    fee,
    at,
  };
  world.fills.push(fill);
  world.fills.sort((a, b) => a.at - b.at);
  return fill;
}

function standardFee(world: World, account: string, ticker: string, price: number, count: Quantity): Money {
  const fee = tradeFee(feeRuleOf(world, world.markets[ticker]!), true, price, count);
  return roundFee(fee, -amount(price, count), 0, world.accounts[account]!.precision).charged;
}

function addToCrowd(world: World, ticker: string, quantity: Quantity, cost: Money): void {
  const { positions } = portfolioOf(world, CROWD, 0);
  const before = positions[ticker] ? current(positions[ticker]) : noPosition(world.startedAt);
  const after = before.quantity + quantity;
  positions[ticker] = begin(world.startedAt, { ...before, quantity: after, cost: before.cost + cost });
}

export const openInterest = (world: World, ticker: string): Quantity =>
  Object.values(world.portfolios).reduce((sum, { positions }) => {
    const history = positions[ticker];
    return sum + Math.max(0, history ? current(history).quantity : 0);
  }, 0);
