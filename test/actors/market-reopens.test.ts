import { describe, expect, it } from 'vitest';
import type { Composition } from '../../src/compose/composition.ts';
import { World } from '../support/world.ts';

/** How often a market's status is read, and then its quote. */
const SOON_S = 95;

describe('a market that opens again', () => {
  it.each([
    ['below a stop that was not looked at while it was paused', 4_000],
    ['above it', 5_000],
  ])('%s is judged by its next quote, even where that is the same as the last', async (_, bid) => {
    const adjust = (composition: Composition) => ({ ...composition, rowWriteMs: null });
    const world = await World.open({ positions: [{}], adjust });
    world.venue.list('GAME-A', { status: 'paused' });
    await world.pass(SOON_S);
    world.venue.show('GAME-A', bid, bid + 100);
    await world.pass(SOON_S);
    expect(world.venue.calls.filter((call) => call.startsWith('place'))).toEqual([]);
    world.venue.list('GAME-A', { status: 'open' });
    await world.pass(SOON_S);
    const { at } = world.postern.watch().view('1')!.evaluation!;
    expect(world.clock.now() - at).toBeLessThan(SOON_S * 1_000);
    expect(world.kinds('1').includes('exit.triggered')).toBe(bid === 4_000);
  });
});
