/** What the other traders of a scenario's market show, as a function of the time since its start. */
import { mulDivFloor, ONE_DOLLAR, type Price, type Quantity } from '../domain/money.ts';
import type { LevelSpec } from '../exchange/specs.ts';
import { GRIDS, type GridName, type ScenarioEvent, type ScenarioMarket } from './scenario.ts';

interface ShownBook {
  bids: LevelSpec[];
  asks: LevelSpec[];
}

/**
 * The other traders' book `afterMs` from the start: the best bid is the highest price at or below mid − spread / 2,
 * the best ask the lowest at or above bid + spread, further levels lie one tick apart.
 */
export function bookAt(market: ScenarioMarket, afterMs: number): ShownBook {
  const events = market.events.filter((event) => isOn(event, afterMs));
  const spread = events.findLast((event) => event.kind === 'widen')?.spread ?? market.spread;
  const most = events.findLast((event) => event.kind === 'thin')?.size ?? Number.POSITIVE_INFINITY;
  const sizes = market.sizes.map((size) => Math.min(size, most));
  const ladder = ladderOf(market.grid);
  const { bid, ask } = bestOf(ladder, midAt(market, afterMs), spread);
  const shows = (hidden: ScenarioEvent['kind']) => !events.some(({ kind }) => kind === hidden);
  return {
    bids: shows('bid_vanishes') ? levels(ladder, bid, -1, sizes) : [],
    asks: shows('ask_vanishes') ? levels(ladder, ask, 1, sizes) : [],
  };
}

/** The mid price on the way from the start through the waypoints. */
export function midAt({ startPrice, waypoints }: ScenarioMarket, afterMs: number): Price {
  let from = { afterMs: 0, price: startPrice };
  for (const to of waypoints) {
    if (afterMs < to.afterMs)
      return (
        from.price + mulDivFloor(to.price - from.price, afterMs - from.afterMs, to.afterMs - from.afterMs)
      );
    from = to;
  }
  return from.price;
}

function isOn(event: ScenarioEvent, afterMs: number): boolean {
  const forMs = ('forMs' in event ? event.forMs : null) ?? Number.POSITIVE_INFINITY;
  return afterMs >= event.afterMs && afterMs < event.afterMs + forMs;
}

/** Places on the ladder; the bid always lies below the ask. */
function bestOf(ladder: readonly Price[], mid: Price, spread: Price): { bid: number; ask: number } {
  const highestBid = ladder.findLastIndex((price) => price <= mid - spread / 2);
  const bid = Math.min(Math.max(highestBid, 0), ladder.length - 2);
  const lowestAsk = ladder.findIndex((price) => price >= ladder[bid]! + spread);
  return { bid, ask: lowestAsk < 0 ? ladder.length - 1 : lowestAsk };
}

const levels = (
  ladder: readonly Price[],
  best: number,
  direction: 1 | -1,
  sizes: readonly Quantity[],
): LevelSpec[] =>
  sizes.flatMap((size, index) => {
    const price = ladder[best + index * direction];
    return price === undefined ? [] : [[price, size] as const];
  });

const ladders = new Map<GridName, readonly Price[]>();

/** Every price an order may have, ascending. */
export function ladderOf(grid: GridName): readonly Price[] {
  const known = ladders.get(grid);
  if (known) return known;
  const prices = new Set<Price>();
  for (const { start, end, step } of GRIDS[grid])
    for (let price: number = start; price <= end; price += step)
      if (price > 0 && price < ONE_DOLLAR) prices.add(price);
  const ladder = [...prices].sort((a, b) => a - b);
  ladders.set(grid, ladder);
  return ladder;
}
