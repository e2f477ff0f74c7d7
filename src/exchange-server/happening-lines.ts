/** What a person wants to read about, as the difference between two truths. */
import { formatMoney, formatPrice, formatQuantity, ONE_DOLLAR, type Price } from '../domain/money.ts';
import type { AccountTruth, OrderTruth, Truth } from '../exchange/exchange.ts';
import type { MarketStatus } from '../exchange/specs.ts';

/** One line for each order accepted, fill, cancel, settlement and change of a market's status. */
export function happeningLines(before: Truth, after: Truth): string[] {
  return [
    ...Object.entries(after.accounts).flatMap(([name, account]) =>
      accountLines(before.accounts[name] ?? NOTHING, account),
    ),
    ...marketLines(before, after),
  ];
}

const NOTHING: AccountTruth = {
  cash: {},
  positions: {},
  portfolios: {},
  orders: [],
  fills: [],
  settlements: [],
};

function accountLines(before: AccountTruth, after: AccountTruth): string[] {
  const known = new Map(before.orders.map((order) => [order.id, order]));
  const orders = after.orders.flatMap((order) => orderLines(known.get(order.id), order, before));
  const settled = after.settlements.slice(before.settlements.length).map((settlement) => {
    const { ticker, quantity, value, revenue } = settlement;
    const side = quantity > 0 ? 'YES' : 'NO';
    return `${ticker} settles at ${dollars(formatPrice(value))}: ${contracts(Math.abs(quantity))} ${side} pay ${dollars(formatMoney(revenue))}`;
  });
  return [...orders, ...settled];
}

function orderLines(before: OrderTruth | undefined, after: OrderTruth, account: AccountTruth): string[] {
  const lines: string[] = [];
  const name = `${after.ticker} order ${after.id.slice(-6)}`;
  const terms = termsOf(after, account.positions[after.ticker] ?? 0);
  const { outcome } = terms;
  if (!before) {
    const limit = dollars(formatPrice(terms.own(after.price)));
    lines.push(
      `${name} accepted: ${terms.verb} ${contracts(after.initial)} ${outcome} at ${limit}${manner(after)}`,
    );
  } else if (after.price !== before.price) {
    const limit = dollars(formatPrice(terms.own(after.price)));
    lines.push(`${name} amended: ${contracts(after.remaining)} ${outcome} at ${limit}`);
  }
  const filled = after.filled - (before?.filled ?? 0);
  if (filled > 0) {
    const traded = costOf(after) - (before ? costOf(before) : 0);
    const average = dollars(formatPrice(terms.own(Math.round(traded / filled))));
    const fee = dollars(formatMoney(feesOf(after) - (before ? feesOf(before) : 0)));
    lines.push(`${name} filled: ${contracts(filled)} ${outcome} at ${average}, fee ${fee}`);
  }
  if (after.status === 'canceled' && before?.status !== 'canceled')
    lines.push(
      `${name} cancelled${reason(after)}: ${contracts(after.filled)} of ${contracts(after.initial)} traded`,
    );
  return lines;
}

/** A sale when it closes what is held, otherwise a purchase of the other side; `own` gives prices in its terms. */
function termsOf({ side }: OrderTruth, held: number) {
  const sells = side === 'ask' ? held > 0 : held < 0;
  const isNo = (side === 'bid') === sells;
  return {
    verb: sells ? 'sell' : 'buy',
    outcome: isNo ? 'NO' : 'YES',
    own: (price: Price): Price => (isNo ? ONE_DOLLAR - price : price),
  };
}

function manner({ timeInForce, reduceOnly, clientId }: OrderTruth): string {
  const words = [timeInForce === 'good_till_canceled' ? 'resting' : timeInForce.replaceAll('_', ' ')];
  if (reduceOnly) words.push('reduce only');
  if (clientId !== null) words.push(clientId);
  return `, ${words.join(', ')}`;
}

/** Nothing where its owner cancelled it, or where it was never to rest. */
const reason = ({ reason: why }: OrderTruth): string =>
  why === null || why === 'Trade' || why === 'Decrease' ? '' : ` (${why})`;
const costOf = (order: OrderTruth): number => order.takerCost + order.makerCost;
const feesOf = (order: OrderTruth): number => order.takerFees + order.makerFees;
const contracts = formatQuantity;
/** "0.5100" → "$0.51", "0.0410" → "$0.041". */
export const dollars = (text: string): string => `$${text.replace(/(\.\d\d\d*?)0+$/, '$1')}`;

function marketLines(before: Truth, after: Truth): string[] {
  return Object.entries(after.markets).flatMap(([ticker, market]) => {
    const was = before.markets[ticker];
    if (!was) return [`${ticker} is listed`];
    if (was.status === market.status) return [];
    return [`${ticker} ${WORDS[market.status] ?? `is ${market.status}`}${result(market)}`];
  });
}

const WORDS: Partial<Record<MarketStatus, string>> = {
  active: 'trades',
  inactive: 'is paused',
  closed: 'is closed: trading is over',
  determined: 'is determined',
  finalized: 'is final',
};

const result = ({ result: outcome }: { result: string }): string => (outcome === '' ? '' : `: ${outcome}`);
