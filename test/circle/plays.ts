/** The markets of the circle, the edges in them, and the settings under which they are played. */
import type { Action } from '../../src/exchange/exchange.ts';
import { practiceVenue, QUICK_MONITORING } from '../support/practice-venue.ts';

export interface Play {
  market: string;
  side: 'yes' | 'no';
  /** Where the owned side's price (the mid) goes: at the start, then, and at last. */
  mids: [start: number, then?: number, last?: number];
  /** Contracts on each of three levels. */
  size?: number;
  /** More lines of the scenario. */
  more?: string;
}

const SIZE = 400;

/** Each is entered by its edge and left in a way of its own. Prices are the owned side's. */
export const ENTERED = {
  stop: { market: 'KXSTOPA-1', side: 'yes', mids: [0.5, 0.38] },
  stopNo: { market: 'KXSTOPB-1', side: 'no', mids: [0.5, 0.38] },
  trail: { market: 'KXTRAIL-1', side: 'yes', mids: [0.5, 0.59, 0.54] },
  stages: { market: 'KXSTAGES-1', side: 'no', mids: [0.4, 0.54, 0.47] },
  target: { market: 'KXPLAIN-1', side: 'yes', mids: [0.4, 0.54] },
  closing: { market: 'KXCLOSING-1', side: 'yes', mids: [0.5] },
  wide: { market: 'KXWIDE-1', side: 'yes', mids: [0.5] },
  smaller: { market: 'KXSMALLER-1', side: 'yes', mids: [0.5] },
  gone: { market: 'KXGONE-1', side: 'no', mids: [0.5] },
  operator: { market: 'KXOPERATOR-1', side: 'yes', mids: [0.5] },
  settled: { market: 'KXSETTLED-1', side: 'no', mids: [0.5] },
  weaker: { market: 'KXRAIN-1', side: 'yes', mids: [0.5, 0.54] },
} satisfies Record<string, Play>;

/** Of one evening: the group has room for the first alone. */
export const GROUPED: [Play, Play] = [
  { market: 'KXEVENING-A', side: 'yes', mids: [0.5] },
  { market: 'KXEVENING-B', side: 'yes', mids: [0.5] },
];

/** A better opportunity than KXRAIN-1, with which it moves together: there is room for one of them. */
export const BETTER: Play = { market: 'KXSNOW-1', side: 'yes', mids: [0.3, 0.2] };

/** They fall through a hole in the book, and the day's loss reaches its limit. */
export const CRASHED: [Play, Play] = [
  { market: 'KXCRASHA-1', side: 'yes', mids: [0.5, 0.06] },
  { market: 'KXCRASHB-1', side: 'no', mids: [0.5, 0.06] },
];

/** Nothing happens to them: the breaker sells them. */
export const CALM: [Play, Play] = [
  { market: 'KXCALMA-1', side: 'yes', mids: [0.5] },
  { market: 'KXCALMB-1', side: 'no', mids: [0.5] },
];

/** Entered after the breaker was reset, over a restart. */
export const AFTERWARDS: [Play, Play] = [
  { market: 'KXAFTERA-1', side: 'yes', mids: [0.5, 0.38] },
  { market: 'KXAFTERB-1', side: 'no', mids: [0.45, 0.34] },
];

/** Nobody gets in here, each for a reason of its own. */
export const REFUSED = {
  little: { market: 'KXLITTLE-1', side: 'yes', mids: [0.5] },
  thin: { market: 'KXTHIN-1', side: 'yes', mids: [0.5], size: 0.5 },
  soon: { market: 'KXSOON-1', side: 'yes', mids: [0.5], more: 'close_after_seconds: 200' },
  paused: { market: 'KXPAUSED-1', side: 'yes', mids: [0.5] },
  full: { market: 'KXFULL-1', side: 'yes', mids: [0.5] },
  broken: { market: 'KXBROKEN-1', side: 'yes', mids: [0.5] },
} satisfies Record<string, Play>;

export const ALL: Play[] = [
  ...Object.values<Play>(ENTERED),
  ...GROUPED,
  BETTER,
  ...CRASHED,
  ...CALM,
  ...AFTERWARDS,
  ...Object.values<Play>(REFUSED),
];

export const CASH = 10_000;

/** The other traders do nothing by themselves: the play moves them. */
export const SCENARIO = `name: circle
step_seconds: 86400
markets:
${ALL.map(
  ({ market, side, mids: [start], more, size = SIZE }) => `  - market: ${market}
    start_price: ${(side === 'yes' ? start : 1 - start).toFixed(2)}
    spread: 0.02
    levels: 3
    size: ${size}
${more ? `    ${more}\n` : ''}`,
).join('')}
account:
  cash: ${CASH}
  tier: advanced
`;

/** Three levels around `mid` in the owned side's terms. */
export function bookOf({ market, side, size = SIZE }: Play, mid: number): Action {
  const yes = Math.round((side === 'yes' ? mid : 1 - mid) * 100) * 100;
  const levels = (from: number, by: number) =>
    [0, 1, 2].map((i): [number, number] => [from + i * by, Math.round(size * 100)]);
  return { type: 'book.set', ticker: market, bids: levels(yes - 100, -100), asks: levels(yes + 100, 100) };
}

/** Everything as by default but faster, with limits that some of the edges meet. */
export const configOf = (exchangeUrl: string, keyFile: string): string => `
server: {port: 0}
${practiceVenue(exchangeUrl, keyFile)}
${QUICK_MONITORING}
adoption:
  rules: [{series: KXPLAIN, method: plain}]
methods:
  plain: {partial_exits: {enabled: false}}
exit_conditions:
  liquidity_dried_up: {confirm_for_seconds: 1}
exit_execution:
  HIGH: {timeout_seconds: 2, walk_timeout_seconds: 2}
  MEDIUM: {timeout_seconds: 3, walk_timeout_seconds: 1}
  LOW: {timeout_seconds: 3, walk_timeout_seconds: 1}
circuit_breakers:
  daily_loss: {limit: 90, confirm_for_seconds: 2}
entry:
  enabled: true
  max_open_positions: 13
  order_timeout_seconds: 5
  market_groups: [{name: one evening, tickers: ["KXEVENING-*"]}]
  correlated_groups: [{name: the weather, tickers: ["KXRAIN-*", "KXSNOW-*"]}]
  max_group_exposure: 0.004
  max_correlated_exposure: 0.004
`;
