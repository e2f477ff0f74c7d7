import fc from 'fast-check';
import { expect, test } from 'vitest';
import { A, aHolding, aMarket, CLOSED, crash, ending, MINUTE, watching } from '../kalshi/rig.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import { type Json, partAt, partsOf, spoiled, tries, withPart } from './mutations.ts';
import { answersChanged, framesChanged } from './spoiled-exchange.ts';

const UNREADABLE = [
  '',
  '<html>502</html>',
  '{',
  'null',
  '[]',
  '"\\ud800"',
  '7',
  `${'['.repeat(50_000)}`,
  '{"a":'.repeat(50_000),
];

/** The same as a text that can't be read, or with an amount that is none. */
function unreadable(body: Json, choice: number): Json | string {
  const amounts = partsOf(body).filter((path) => /^-?\d+\.\d+$/.test(String(partAt(body, path) ?? '')));
  const path = amounts[choice % Math.max(1, amounts.length)];
  if (path === undefined || choice % 3 === 0) return UNREADABLE[choice % UNREADABLE.length]!;
  return withPart(body, path, choice % 3 === 1 ? undefined : 'NaN');
}

const lie = (body: Json, seed: number): Json => fc.sample(spoiled(body), { seed, numRuns: 1 })[0]!;

interface Spoiling {
  /** Of a hundred answers. */
  share: number;
  seed: number;
  streaming: boolean;
}

const spoiling: fc.Arbitrary<Spoiling> = fc.record({
  share: fc.constantFrom(10, 30, 60),
  seed: fc.nat({ max: 1_000_000 }),
  streaming: fc.boolean(),
});

/** A position is watched, falls, and is sold, while so many answers and frames are changed; then they are right again. */
async function trade(
  { share, seed, streaming }: Spoiling,
  change: (body: Json, choice: number) => Json | string,
): Promise<KalshiWorld> {
  const world = await watching({ streaming, markets: [aMarket()], holdings: [aHolding()] });
  let isOver = false;
  let turn = seed;
  const perhaps = (body: Json): Json | string => {
    turn = (turn * 1_103_515_245 + 12_345) % 2 ** 31;
    return isOver || Math.floor(turn / 7) % 100 >= share ? body : change(body, turn >> 5);
  };
  answersChanged(world, (_, body) => perhaps(body));
  await framesChanged(world, perhaps);
  await world.pass(60);
  crash(world);
  await world.pass(120);
  isOver = true;
  return world.pass(15 * (MINUTE / 1_000));
}

/** What crashed, if anything did. */
const crashes = (world: KalshiWorld): string[] =>
  world.journal.filter(({ kind }) => /^(part|monitor)\.restarted$/.test(kind)).map(({ summary }) => summary);

test('answers that can not be read delay an exit and change nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(spoiling, async (given) => {
      const world = await trade(given, unreadable);
      expect(crashes(world)).toEqual([]);
      expect(world.end).toBeNull();
      expect(await ending(world)).toEqual(CLOSED);
    }),
    tries(4),
  );
});

test('answers that say anything at all bring nothing down', async () => {
  await fc.assert(
    fc.asyncProperty(spoiling, async (given) => {
      const world = await trade(given, lie);
      expect(crashes(world)).toEqual([]);
      expect(world.end).toBeNull();
      expect(world.held(A)).toBeGreaterThanOrEqual(0);
    }),
    tries(5),
  );
});
