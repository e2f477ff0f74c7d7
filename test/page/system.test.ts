import { beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, expectAccessible, expectQuiet, openPage, PHONE, takeScreenshot } from './browser.ts';
import { type PageDaemon, startPageDaemon } from './daemon.ts';

let daemon: PageDaemon;
beforeAll(async () => {
  daemon = await startPageDaemon();
});

describe('the system', () => {
  test.each([
    ['light', 'desktop', DESKTOP],
    ['dark', 'desktop', DESKTOP],
    ['light', 'phone', PHONE],
    ['dark', 'phone', PHONE],
  ] as const)('is shown %s on a %s', async (colorScheme, device, viewport) => {
    const page = await openPage(daemon.url, { path: '/system', colorScheme, viewport });
    const actors = page.getByRole('region', { name: 'Actors' });
    for (const name of ['ledger', 'desk', 'watch', 'feed', 'reconciler', 'discovery', 'breakers', 'entries'])
      await actors
        .getByRole('row', { name: new RegExp(name) })
        .first()
        .waitFor();
    await actors.getByRole('row', { name: /^monitor t1#1 .*open/ }).waitFor();
    await page.getByRole('region', { name: 'Daemon', exact: true }).getByText('✓ ready').waitFor();
    await takeScreenshot(page, `system ${colorScheme} ${device}`);
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expectQuiet(page);
  });

  test.each(['position', 'order', 'entry', 'lossBreaker', 'errorBreaker', 'system'])(
    'has the chart of %s',
    async (machine) => {
      const page = await openPage(daemon.url, { path: `/system/${machine}` });
      const chart = page.getByRole('group', { name: `Statechart of ${machine}` });
      await chart.waitFor();
      await page.getByRole('status').filter({ hasText: 'Laying out' }).waitFor({ state: 'detached' });
      const { body } = await daemon.ask('/machines');
      const { root } = body.find(({ id }: { id: string }) => id === machine);
      expect(await chart.getByRole('button').count()).toBe(statesIn(root) - 1);
      await takeScreenshot(page, `system ${machine}`);
      await expectAccessible(page);
      expectQuiet(page);
    },
  );

  test('tells what happens as it happens, filtered and held', async () => {
    const page = await openPage(daemon.url, { path: '/system' });
    const events = page.getByRole('region', { name: 'Events, newest last' });
    await events.getByText('quote').first().waitFor();
    await page.getByLabel('Filter events').fill('operator.hold');
    await events.getByText('No event fits.').waitFor();
    expect((await daemon.ask('/positions/t3/hold', { by: 'tester' })).status).toBe(200);
    await events.getByText('operator.hold').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /Held, \d/ })
      .waitFor();
    expect((await daemon.ask('/positions/t3/release', { by: 'tester' })).status).toBe(200);
    await page.getByLabel('Filter events').fill('operator.release');
    await events.getByText('No event fits.').waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    await events.getByText('operator.release').waitFor();
    expectQuiet(page);
  });

  test('shows an order while it works', async () => {
    const page = await openPage(daemon.url, { path: '/system' });
    const actors = page.getByRole('region', { name: 'Actors' });
    await daemon.ask('/positions/t1/exit', { priority: 'LOW', by: 'tester', reason: 'to be seen' });
    await actors.getByRole('row', { name: /^order \S+-1 .*working/ }).waitFor();
    await actors.getByRole('row', { name: /^monitor t1#1 .*exiting/ }).waitFor();
    await actors.getByRole('row', { name: /^monitor t1#1/ }).waitFor({ state: 'detached' });
    expectQuiet(page);
  });
});

interface State {
  states: State[];
}

const statesIn = ({ states }: State): number => states.reduce((sum, state) => sum + statesIn(state), 1);
