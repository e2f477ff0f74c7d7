import { forecastExit } from '../../domain/exit-forecast.ts';
import { isPatient, outranks } from '../../domain/exit-priority.ts';
import {
  endsInMarket,
  lastQuote,
  marketTimeoutMs,
  type NextOrder,
  ownedGrid,
} from '../../domain/exit-progress.ts';
import { isFresh, snapUp } from '../../domain/market.ts';
import {
  amount,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Price,
  type Quantity,
} from '../../domain/money.ts';
import { costOfFirst, pnlFraction } from '../../domain/pnl.ts';
import { type Position, type RunningExit, remaining } from '../../domain/position.ts';
import { isOverForGood, type Watched } from '../../domain/position-facts.ts';
import type { ExitPreview, ExitTerms } from '../operations/operations.ts';
import { moneyText, percentText, priceText, quantityText, secondsText } from './figures.ts';

/** A position under watch, as its market's last book shows it. */
export interface Previewed {
  watched: Watched;
  /** At the bid; null when not known. */
  bidSize: Quantity | null;
  at: number;
}

/** What an operator's exit would do at once, planned as the real one is; by the last quote known, fresh or not. */
export function describeExitPreview(previewed: Previewed, terms: ExitTerms): ExitPreview {
  const { watched, at } = previewed;
  const { position, surroundings } = watched;
  const facts = describeOffer(position, terms, at);
  const left = remaining(position);
  if (isOverForGood(surroundings.market)) {
    const { status } = surroundings.market;
    return impossible(facts, `The market of ${lotText(position)} is ${status}: it is settled, not sold.`);
  }
  if (terms.quantity !== null && terms.quantity > left)
    return impossible(
      facts,
      `${quantityText(terms.quantity)} can't be sold: of ${lotText(position)} ${quantityText(left)} are left.`,
    );
  const ageless = { ...watched, method: { ...watched.method, maxQuoteAgeMs: Number.POSITIVE_INFINITY } };
  const { exit, order } = forecastExit(ageless, { ...terms, note: null, at });
  const held = waiting(watched, exit);
  return {
    ...facts,
    order: exit.step === 'market' ? 'market' : 'limit',
    limit_price: order.kind === 'order' ? formatPrice(order.limitPrice) : null,
    replaces: nameOf(position.exit),
    possible: true,
    text: [
      ...replacing(position, exit),
      firstSentence(previewed, exit, order, held.length > 0),
      ...held,
      ...followUp(watched, exit, order),
    ].join(' '),
  };
}

/** Of a position that is closed: nothing is left. */
export const describeClosedPreview = (position: Position, terms: ExitTerms, at: number): ExitPreview =>
  impossible(
    { ...describeOffer(position, terms, at), bid: null, ask: null, mark_age_seconds: null },
    `${lotText(position)} is closed: nothing is left to sell.`,
  );

function describeOffer(position: Position, { quantity, priority }: ExitTerms, at: number) {
  const { id, market, side, bid, ask, quotedAt } = position;
  const left = position.phase === 'closed' ? 0 : remaining(position);
  const wanted = quantity ?? left;
  const isKnown = bid !== null && wanted <= left;
  return {
    id,
    market,
    side,
    priority,
    quantity: formatQuantity(wanted),
    remaining: formatQuantity(left),
    bid: bid === null ? null : formatPrice(bid),
    ask: ask === null ? null : formatPrice(ask),
    mark_age_seconds:
      bid === null || quotedAt === null ? null : Math.max(0, Math.round(at - quotedAt) / 1000),
    worth: isKnown ? formatMoney(amount(bid, wanted)) : null,
    pnl: isKnown ? formatMoney(gainAt(position, bid, wanted)) : null,
  };
}

const impossible = (facts: ReturnType<typeof describeOffer>, text: string): ExitPreview => ({
  ...facts,
  order: null,
  limit_price: null,
  worth: null,
  pnl: null,
  replaces: null,
  possible: false,
  text,
});

/** What the next `quantity` contracts bring at `price` more than they cost, before fees (1e-6 $). */
function gainAt(position: Position, price: Price, quantity: Quantity): number {
  const gone = position.sold + position.writtenOff;
  return amount(price, quantity) - (costOfFirst(position, gone + quantity) - costOfFirst(position, gone));
}

// ── In words ───────────────────────────────────────────────────────────────────────────────────────────────

const lotText = ({ side, market }: Position): string => `${side.toUpperCase()} ${market}`;

const nameOf = (exit: RunningExit | null): string | null =>
  exit === null ? null : `${exit.reason} (${exit.priority})`;

function replacing({ exit, phase }: Position, next: RunningExit): string[] {
  if (exit === null) return [];
  const name = nameOf(exit);
  if (phase === 'failed') return [`Replaces ${name}, which failed.`];
  const sellsAll = exit.ending === null && exit.quantity - exit.filled >= next.quantity;
  if (sellsAll && !outranks(next.priority, exit.priority))
    return [`Replaces ${name}, which sells as much already: that may only lose time.`];
  return [`Replaces ${name}${exit.attempt === null ? '' : ' once its order is cancelled'}.`];
}

function firstSentence(previewed: Previewed, exit: RunningExit, order: NextOrder, waits: boolean): string {
  const { position } = previewed.watched;
  const what = `${quantityText(exit.quantity)} of ${quantityText(remaining(position))} ${lotText(position)}`;
  const isOld = !hasFreshQuote(previewed);
  const start = isOld
    ? 'as soon as a fresh quote is there'
    : order.kind === 'no_bid'
      ? 'at the next bid'
      : 'now';
  const when = waits ? '' : `, ${start}`;
  const seen = bookText(previewed, exit.quantity, isOld);
  const isMarket = exit.step === 'market';
  const price = order.kind === 'order' ? `${isOld ? 'about ' : ''}${priceText(order.limitPrice)}` : null;
  const how = isMarket
    ? ` with a market order${price === null ? '' : ` at ${price} or better`}`
    : price === null
      ? ' with a limit order'
      : ` at ${price}`;
  return `${isMarket ? 'Sells' : 'Offers'} ${what}${how}${when}: ${seen}.`;
}

const hasFreshQuote = ({ watched: { position, method }, at }: Previewed): boolean => {
  const quote = lastQuote(position);
  return quote !== null && isFresh(quote, at, method.maxQuoteAgeMs);
};

/** "the bid is $0.56 for 200, about $56.00, a loss of $4.00 (−6.67 %)" */
function bookText(
  { watched: { position }, bidSize, at }: Previewed,
  quantity: Quantity,
  isOld: boolean,
): string {
  const { bid, quotedAt } = position;
  if (quotedAt === null) return 'there is no quote yet';
  const [when, is] = isOld ? [`${secondsText(at - quotedAt)} ago `, 'was'] : ['', 'is'];
  if (bid === null) return `${when}there ${is} no bid`;
  const size =
    bidSize === null ? '' : bidSize === 0 ? ', with nothing left at it' : ` for ${quantityText(bidSize)}`;
  const gain = gainAt(position, bid, quantity);
  const share = percentText(pnlFraction(position, bid));
  const result =
    gain === 0 ? 'what it cost' : `a ${gain < 0 ? 'loss' : 'profit'} of ${moneyText(gain)} (${share})`;
  return `${when}the bid ${is} ${priceText(bid)}${size}, about ${moneyText(amount(bid, quantity))}, ${result}`;
}

/** What keeps its first order back. */
function waiting({ surroundings }: Watched, exit: RunningExit): string[] {
  if (surroundings.market.status === 'paused')
    return ['The market does not trade now: the order goes out when it does.'];
  if (surroundings.patientPaused && isPatient(exit.priority))
    return ['The database breaker is tripped: the order goes out once it is reset.'];
  return [];
}

/** What follows when the first order is not filled. */
function followUp(
  { position, method, surroundings }: Watched,
  exit: RunningExit,
  order: NextOrder,
): string[] {
  const { execution, marketFloor } = exit;
  const { marketRepeats } = method.numbers;
  const wait = secondsText(marketTimeoutMs(method));
  const grid = ownedGrid(position, surroundings.market);
  const floor = marketFloor === null ? '' : `, never below ${priceText(snapUp(marketFloor, grid))}`;
  if (order.kind === 'below_floor')
    return [
      `That is below its floor of ${priceText(snapUp(order.floor, grid))}: it fails, and you are alerted.`,
    ];
  if (exit.step === 'market')
    return [
      `${order.kind === 'no_bid' ? 'It looks for a bid' : 'What is not filled is sent again'} every ${wait}, ` +
        `up to ${marketRepeats} times${floor}; then it has failed, and you are alerted.`,
    ];
  const { maxWalks, walkTimeoutMs, timeoutMs } = execution;
  const walks =
    maxWalks === 0 ? '' : `the price walks down ${maxWalks} times, ${secondsText(walkTimeoutMs)} each, then `;
  const last = endsInMarket(execution) ? `market orders sell the rest${floor}` : 'it gives up';
  return [`If it is not filled within ${secondsText(timeoutMs)}, ${walks}${last}.`];
}
