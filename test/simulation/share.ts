import { seeded } from './random.ts';

/** `SHARE=all` runs every case of the simulations (`npm run simulate:crashes`); `SHARE=7` draws another share of them. */
const { SHARE = '20260208', CASE } = process.env;

export const runsAll = SHARE === 'all' || CASE !== undefined;

/** Draws the same share again. */
export const shareName = `SHARE=${SHARE}`;

/** Of each kind one case, and of a kind with many one in `every`, drawn from the seed. A case may be of several kinds. */
export function shareOf<T>(cases: readonly T[], kindsOf: (one: T) => readonly string[], every: number): T[] {
  if (runsAll) return [...cases];
  const random = seeded(Number(SHARE));
  const kinds = new Map<string, T[]>();
  for (const one of cases)
    for (const kind of kindsOf(one)) kinds.set(kind, [...(kinds.get(kind) ?? []), one]);
  const drawn = new Set<T>();
  for (const ofKind of kinds.values()) {
    const left = ofKind.filter((one) => !drawn.has(one));
    const wanted = Math.ceil(ofKind.length / every) - (ofKind.length - left.length);
    for (let n = 0; n < wanted; n++) drawn.add(left.splice(random.below(left.length), 1)[0]!);
  }
  return cases.filter((one) => drawn.has(one));
}
