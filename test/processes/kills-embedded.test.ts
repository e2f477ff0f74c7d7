import { expect, test } from 'vitest';
import { playKills } from './kills.ts';
import { onStage } from './on-stage.ts';

test('eight kills on PGlite: nothing is lost, sold twice or oversold', { timeout: 480_000 }, async () => {
  await onStage({ seed: 7, markets: 6, settles: false, postgres: null }, async (stage) => {
    const { kills, inFlight, books } = await playKills(stage, { kills: 8, seed: 7, waitsForLease: true });
    expect(stage.differences).toEqual([]);
    expect([kills, books.positions.every(({ phase }) => phase === 'closed')]).toEqual([8, true]);
    expect(inFlight).toBeGreaterThan(0);
    expect(books.fills).toBeGreaterThan(0);
  });
});
