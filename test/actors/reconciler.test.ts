import { expect, it } from 'vitest';
import { World } from '../support/world.ts';

const DOWN = { kind: 'unavailable', reason: 'no answer within 10000 ms' } as const;

it('an account that can not be read is never passed over in silence', async () => {
  const world = await World.open({ positions: [{}] });
  world.venue.next.account.push(...Array.from({ length: 700 }, () => DOWN));
  await world.pass(119);
  expect(world.alerts).toEqual(['raised warning api_errors']);
  await world.pass(31);
  expect(world.alerts).toEqual(['raised warning api_errors', 'raised critical account_unread']);
  const alert = (await world.store.alerts({ open: true })).find(({ kind }) => kind === 'account_unread');
  expect(alert?.text).toMatch(
    /^the account could not be read for 1[2-5]\d s \(no answer within 10000 ms\): /,
  );
  await world.pass(631);
  expect(world.alerts.slice(1)).toEqual(['raised critical account_unread', 'raised critical account_unread']);
  world.venue.next.account.length = 0;
  await world.pass(31);
  expect(world.alerts.slice(3)).toEqual(['resolved account_unread']);
  await world.pass(300);
  expect(world.alerts.slice(4)).toEqual(['resolved api_errors']);
});

it('who asks again and again does not put the read off', async () => {
  const world = await World.open({ positions: [{}] });
  const reads = (): number => world.venue.calls.filter((call) => call === 'account').length;
  const before = reads();
  for (let second = 0; second < 20; second++) {
    world.postern.post('reconciler', { type: 'account.wanted' });
    await world.pass(1);
  }
  expect(reads() - before).toBeGreaterThanOrEqual(6);
});
