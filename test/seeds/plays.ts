/** What happens in one market during the hour, so that its position comes to every kind of exit. */
import { ONE_DOLLAR, type Price } from '../../src/domain/money.ts';
import type { HoldingSpec, LevelSpec, MarketSpec } from '../../src/exchange/exchange.ts';
import { MINUTE, SECOND } from '../support/domain-builders.ts';
import type { Draw } from './draw.ts';

export const KINDS = [
  'falls',
  'falls and loses its bids',
  'falls where bids are pulled',
  'rises and turns',
  'rises',
  'rises where nobody pays',
  'climbs by stages',
  'closes',
  'dries up',
  'loses its edge',
  'is outdone',
  'stays',
  'is traded by hand',
  'is ordered about',
  'is bought',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Play {
  ticker: string;
  kind: Kind;
  side: 'yes' | 'no';
  entry: Price;
  /** When its story begins (ms after the start). */
  at: number;
  /** How often its book changes (ms). */
  everyMs: number;
  /** When its market closes (ms after the start); null: a day later. */
  closesAt: number | null;
}

const SERIES: Partial<Record<Kind, string>> = {
  rises: 'KXPLAIN',
  'rises where nobody pays': 'KXFAR',
};

export function drawPlay(index: number, kind: Kind, at: number, draw: Draw): Play {
  return {
    ticker: `${SERIES[kind] ?? 'KXGAME'}-26NOV29-T${index}`,
    kind,
    side: draw.chance(0.4) ? 'no' : 'yes',
    entry: draw.between(35, 65) * 100,
    at,
    everyMs: draw.between(10, 40) * SECOND,
    closesAt: kind === 'closes' ? at + draw.between(6, 9) * MINUTE : null,
  };
}

export const marketOf = ({ ticker, entry, side, closesAt }: Play, start: number): MarketSpec => ({
  ticker,
  closeAt: start + (closesAt ?? 1_440 * MINUTE),
  volume: 5_000_000,
  ...bookAround(inYes(side, entry), 100, 1_500),
});

export const holdingOf = ({ ticker, side, entry }: Play, draw: Draw): HoldingSpec => ({
  ticker,
  side,
  count: draw.between(3, 40) * 100 + (draw.chance(0.3) ? draw.between(1, 99) : 0),
  price: entry,
});

export const inYes = (side: 'yes' | 'no', price: Price): Price =>
  side === 'yes' ? price : ONE_DOLLAR - price;

interface Levels {
  bids: LevelSpec[];
  asks: LevelSpec[];
}

/** Three levels a cent apart around `mid` in YES terms. */
function bookAround(mid: Price, spread: Price, size: number): Levels {
  const bid = Math.min(9_700, Math.max(300, Math.round((mid - spread / 2) / 100) * 100));
  const ask = Math.min(9_900, bid + spread);
  const levels = (from: Price, by: number): LevelSpec[] =>
    [0, 1, 2]
      .map((i) => [from + i * by, size * (i + 1)] as const)
      .filter(([price]) => price > 0 && price < ONE_DOLLAR);
  return { bids: levels(bid, -100), asks: levels(ask, 100) };
}

/** The book `t` ms into the story, in YES terms. */
export function bookAt({ kind, side, entry }: Play, t: number, draw: Draw): Levels {
  const mid = inYes(side, entry * shareAt(kind, t) + draw.between(-1, 1) * 20);
  const spread = spreadAt(kind, t);
  const book = bookAround(mid, spread, draw.chance(0.1) ? 300 : 1_500);
  const [bought, sold] = side === 'yes' ? (['asks', 'bids'] as const) : (['bids', 'asks'] as const);
  if (kind === 'falls and loses its bids' && t > 1.5 * MINUTE && t < 9 * MINUTE)
    return { ...book, [sold]: [] };
  if (kind === 'is bought' && draw.chance(0.5))
    return { ...book, [bought]: book[bought].slice(0, 1).map(([price]) => [price, FEW] as const) };
  return book;
}

/** What is bought there is bought in part. */
const FEW = 200;

function spreadAt(kind: Kind, t: number): Price {
  if (kind === 'dries up' && t > 0 && t < 4 * MINUTE) return 600;
  return kind === 'rises where nobody pays' && t > 0 ? 2_400 : 100;
}

/** The owned side's price as a share of the entry. */
function shareAt(kind: Kind, t: number): number {
  const going = (to: number, until: number, from = 0): number =>
    1 + (to - 1) * Math.min(1, Math.max(0, (t - from) / (until - from)));
  switch (kind) {
    case 'falls':
    case 'falls and loses its bids':
    case 'falls where bids are pulled':
      return going(0.72, 2 * MINUTE);
    case 'rises and turns':
      return t < 3 * MINUTE ? going(1.14, 2 * MINUTE) : 1.14 - 0.2 * Math.min(1, (t - 3 * MINUTE) / MINUTE);
    case 'rises':
      return going(1.3, 2 * MINUTE);
    case 'rises where nobody pays':
      return going(1.65, MINUTE);
    case 'climbs by stages':
      return t < 6 * MINUTE ? going(1.35, 5 * MINUTE) : 1.35 - 0.4 * Math.min(1, (t - 6 * MINUTE) / MINUTE);
    case 'is outdone':
      return going(1.06, MINUTE);
    case 'is bought':
      return t < 6 * MINUTE ? 1 : going(0.8, 8 * MINUTE, 6 * MINUTE);
    default:
      return 1;
  }
}

/** Bids are withdrawn as an order comes for them. */
export const pullsBids = ({ kind }: Play, t: number): boolean =>
  kind === 'falls where bids are pulled' && t > 0 && t < 7 * MINUTE;
