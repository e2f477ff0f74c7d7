import { amount, type Price, type Quantity } from '../../domain/money.ts';
import { current, record } from '../history.ts';
import { nextId } from '../ids.ts';
import type { Fill, Order, Trade } from '../records.ts';
import { CROWD, HISTORY_MS, type World } from '../world.ts';
import { orderOf, otherSide } from './book.ts';
import { chargeFill } from './fees.ts';
import { portfolioOf, positionIn, putOrder } from './order-store.ts';
import { applyFill, cashOf } from './position.ts';

/**
 * One trade at the resting order's price: both sides' cash, positions, fees and fills, the market's totals, and the
 * resting order's next state. Returns the arriving order after it; writing that one is the caller's. Without a maker
 * the crowd trades outside the book.
 */
export function carryOutTrade(
  world: World,
  arriving: Order,
  match: { makerId: string | null; price: Price; count: Quantity },
  at: number,
): Order {
  const { makerId, price, count } = match;
  const resting = makerId === null ? offBook(arriving, count) : orderOf(world, makerId);
  const trade: Trade = {
    id: nextId(world, 'trade'),
    ticker: arriving.ticker,
    price,
    count,
    takerSide: arriving.side,
    at,
  };
  const before = openInterestOf(world, [arriving, resting]);
  const maker = fillOrder(world, resting, trade, false);
  if (makerId !== null)
    putOrder(world, { ...maker, status: maker.remaining === 0 ? 'executed' : 'resting' }, at);
  const taker = fillOrder(world, arriving, trade, true);
  const after = openInterestOf(world, [arriving, maker]);

  const market = world.markets[arriving.ticker]!;
  world.markets[arriving.ticker] = {
    ...market,
    lastPrice: price,
    volume: market.volume + count,
    dollarVolume: market.dollarVolume + amount(price, count),
    openInterest: market.openInterest + after - before,
    updatedAt: at,
  };
  world.trades.push(trade);
  world.happenings.push({ kind: 'trade', at, trade });
  return taker;
}

const offBook = (arriving: Order, count: Quantity): Order => ({
  ...arriving,
  account: CROWD,
  subaccount: 0,
  side: otherSide(arriving.side),
  remaining: count,
});

/** The YES contracts that the owners of two orders hold together. */
function openInterestOf(world: World, orders: readonly Order[]): Quantity {
  const portfolios = new Set(orders.map((order) => portfolioOf(world, order.account, order.subaccount)));
  let sum = 0;
  for (const portfolio of portfolios) sum += Math.max(0, positionIn(portfolio, orders[0]!.ticker).quantity);
  return sum;
}

function fillOrder(world: World, order: Order, trade: Trade, isTaker: boolean): Order {
  const { account, subaccount, ticker, side } = order;
  const { price, count, at } = trade;
  const portfolio = portfolioOf(world, account, subaccount);
  const proceeds = cashOf(positionIn(portfolio, ticker).quantity, side, price, count);
  const { charged, credit } = chargeFill(world, order, { isTaker, price, count, proceeds }, at);
  moveCash(world, account, subaccount, proceeds - charged, at);
  const position = applyFill(positionIn(portfolio, ticker), { side, price, count, fee: charged, at });
  putPosition(world, account, subaccount, ticker, position, at);

  if (account !== CROWD) {
    const fill: Fill = {
      id: trade.id,
      orderId: order.id,
      account,
      subaccount,
      ticker,
      side,
      price,
      count,
      isTaker,
      fee: charged,
      at,
    };
    world.fills.push(fill);
    world.happenings.push({
      kind: 'fill',
      at,
      fill,
      clientId: order.clientId,
      positionAfter: position.quantity,
    });
  }
  return {
    ...order,
    filled: order.filled + count,
    remaining: order.remaining - count,
    reason: 'Trade',
    takerCost: order.takerCost + (isTaker ? amount(price, count) : 0),
    makerCost: order.makerCost + (isTaker ? 0 : amount(price, count)),
    takerFees: order.takerFees + (isTaker ? charged : 0),
    makerFees: order.makerFees + (isTaker ? 0 : charged),
    roundingCredit: credit,
    updatedAt: at,
  };
}

export function moveCash(
  world: World,
  account: string,
  subaccount: number,
  change: number,
  at: number,
): void {
  const { cash } = portfolioOf(world, account, subaccount);
  record(cash, at, current(cash) + change, HISTORY_MS);
}

export function putPosition(
  world: World,
  account: string,
  subaccount: number,
  ticker: string,
  position: ReturnType<typeof applyFill>,
  at: number,
): void {
  const { positions } = portfolioOf(world, account, subaccount);
  const history = positions[ticker];
  if (history) record(history, at, position, HISTORY_MS);
  else positions[ticker] = [{ at, value: position }];
  if (account !== CROWD)
    world.happenings.push({ kind: 'position', at, account, subaccount, ticker, position });
}
