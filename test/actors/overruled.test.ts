import { expect, it } from 'vitest';
import { World } from '../support/world.ts';

it('a trigger that does not outrank the running exit is journaled as overruled, once', async () => {
  const world = await World.open({ positions: [{ modelProbability: 510_000, cost: 48_000_000 }] });
  await world.pass(1);
  expect(world.position().exit?.reason).toBe('early_exit');
  world.venue.show('GAME-A', 5200, 5300);
  await world.pass(20);
  const lines = world.journal.filter((d) => d.kind === 'exit.overruled');
  expect(lines.map(({ exitId, summary }) => ({ exitId, summary }))).toEqual([
    { exitId: 'pworld-1x1', summary: 'edge_disappeared triggered while early_exit (LOW) works: overruled' },
  ]);
  expect((await world.file()).position.exit?.overruled).toEqual(['edge_disappeared']);
});
