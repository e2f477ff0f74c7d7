import { seeded } from '../simulation/random.ts';

/** What one part of an hour draws: parts don't disturb each other's numbers. */
export interface Draw {
  chance(share: number): boolean;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
}

export function drawFor(seed: number, part: string): Draw {
  let mixed = Math.imul(seed, 2_654_435_761) >>> 0;
  for (const letter of part) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 16_777_619) >>> 0;
  const { next, below, pick } = seeded(mixed);
  return {
    chance: (share) => next() < share,
    between: (low, high) => low + below(high - low + 1),
    pick,
  };
}
