import { ONE_DOLLAR, type Price } from '../../../domain/money.ts';

/** How a generated market's mid price moves. */
export type PricePath =
  /** Pulled back to its start price. */
  | { kind: 'mean_reverting' }
  /** Mostly calm, with a jump of 10 to 20 times the volatility every two minutes on average (steps of 1 s). */
  | { kind: 'jumpy' }
  /** Straight lines from the start price through these points; the last price stays. */
  | { kind: 'waypoints'; points: { afterMs: number; price: Price }[] };

/** Numbers in [0, 1). */
export type Random = () => number;

/**
 * Mulberry32 (public domain, Tommy Ettinger): 32 bits of state, the same numbers on every machine. The state is the
 * FNV-1a hash of the text, so that each name has a stream of its own.
 */
export function createRandom(seed: string): Random {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i += 1) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PULL = 0.02;
const CALM_SHARE = 0.3;
const JUMP_CHANCE = 1 / 120;
const LOWEST_MID: Price = 150;

export interface PathOptions {
  path: PricePath;
  start: Price;
  /** Standard deviation of one step, in 1e-4 $. */
  volatility: Price;
  random: Random;
}

/** Calls of the result give the mid price (not rounded) of one step after the other; `elapsedMs` only grows. */
export function createPath({ path, start, volatility, random }: PathOptions): (elapsedMs: number) => number {
  let walked: number = start;
  return (elapsedMs) => {
    const noise = drawNoise(random) * volatility;
    const jump = drawJump(random) * volatility;
    if (path.kind === 'waypoints') return clampMid(followPoints(path.points, start, elapsedMs) + noise);
    walked += path.kind === 'jumpy' ? noise * CALM_SHARE + jump : noise + PULL * (start - walked);
    walked = clampMid(walked);
    return walked;
  };
}

/** Mean 0, standard deviation 1, from four uniform numbers: additions only, hence the same everywhere. */
const drawNoise = (random: Random): number => (random() + random() + random() + random() - 2) * 1.7320508;

function drawJump(random: Random): number {
  const happens = random() < JUMP_CHANCE;
  const size = (random() < 0.5 ? -1 : 1) * (10 + 10 * random());
  return happens ? size : 0;
}

const clampMid = (mid: number): number => Math.min(Math.max(mid, LOWEST_MID), ONE_DOLLAR - LOWEST_MID);

function followPoints(points: { afterMs: number; price: Price }[], start: Price, elapsedMs: number): number {
  let from = { afterMs: 0, price: start };
  for (const to of points) {
    if (elapsedMs < to.afterMs) {
      return (
        from.price + ((to.price - from.price) * (elapsedMs - from.afterMs)) / (to.afterMs - from.afterMs)
      );
    }
    from = to;
  }
  return from.price;
}
