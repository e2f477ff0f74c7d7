/** What becomes of a position's price, so that it comes to every kind of exit. */
import { ONE_DOLLAR, type Price, type Quantity } from '../../src/domain/money.ts';
import type { LevelSpec } from '../../src/exchange/exchange.ts';

/** From `at` (ms) on the owned side's mid goes straight to this share of the entry, and the spread is so wide. */
interface Scene {
  at: number;
  share: number;
  spread?: Price;
}

export const SPREAD: Price = 200;
/** Where most end, and all do in the end. */
export const LAST_SHARE = 0.7;

/** Each ends below the stop loss, so that nothing stays, or in the settlement of its market. */
const STORIES = {
  falls: endsAt(1_000),
  'rises and turns': [{ at: 1_000, share: 1.14 }, { at: 2_500, share: 1.14 }, ...endsAt(3_500, 1.04)],
  'climbs by stages': [{ at: 1_000, share: 1.18 }, { at: 3_000, share: 1.3 }, ...endsAt(5_000, 1.12)],
  rises: [{ at: 1_000, share: 1.24 }, ...endsAt(4_000, 1.24)],
  'dries up': [
    { at: 1_500, share: 1 },
    { at: 1_600, share: 1, spread: 800 },
    ...endsAt(4_500).map((scene) => ({ ...scene, spread: 800 })),
  ],
  'loses its edge': endsAt(6_000),
  'is settled': [
    { at: 1_500, share: 1 },
    { at: 2_000, share: 0.78 },
  ],
} satisfies Record<string, Scene[]>;

export type Story = keyof typeof STORIES;

/** When the market of a story that ends so is settled (ms). */
export const SETTLES_AT = 3_500;

export const storiesOf = ({ settles }: { settles: boolean }): Story[] =>
  (Object.keys(STORIES) as Story[]).filter((story) => settles || story !== 'is settled');

function endsAt(at: number, share = 1): Scene[] {
  return [
    { at, share },
    { at: at + 1_500, share },
    { at: at + 2_500, share: LAST_SHARE },
  ];
}

/** On the way from one scene to the next, `at` ms into the story. */
export function sceneOf(story: Story, at: number): { share: number; spread: Price } {
  let from: Scene = { at: 0, share: 1 };
  for (const to of STORIES[story] as readonly Scene[]) {
    const { spread = SPREAD } = from;
    if (at < to.at) {
      const passed = (at - from.at) / (to.at - from.at);
      return { share: from.share + (to.share - from.share) * passed, spread };
    }
    from = to;
  }
  return { share: from.share, spread: from.spread ?? SPREAD };
}

/** Three levels a cent apart on each side. */
export function bookAround(
  mid: Price,
  spread: Price,
  size: () => Quantity,
): { bids: LevelSpec[]; asks: LevelSpec[] } {
  const levels = (best: Price, by: number): LevelSpec[] =>
    [0, 1, 2]
      .map((i) => [best + i * by, size()] as const)
      .filter(([price]) => price > 0 && price < ONE_DOLLAR);
  return { bids: levels(mid - spread / 2, -100), asks: levels(mid + spread / 2, 100) };
}
