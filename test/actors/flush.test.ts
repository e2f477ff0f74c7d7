import { expect, it } from 'vitest';
import { World } from '../support/world.ts';

it('several that wait for the same writes all hear that they are there', async () => {
  const world = await World.open({ positions: [{}] });
  await world.pass(31);
  const { post } = world.postern;
  const heard: string[] = [];
  const at = world.clock.now();
  post('ledger', {
    type: 'journal',
    decision: { positionId: '1', exitId: null, at, kind: 'test', summary: 'first', data: {} },
  });
  for (const name of ['one', 'two', 'three'])
    post('ledger', {
      type: 'flush',
      done: () => {
        heard.push(`${name} after ${world.journal.at(-1)!.summary}`);
      },
    });
  await world.settle();
  expect(heard).toEqual(['one after first', 'two after first', 'three after first']);
});
