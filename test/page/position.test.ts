import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, expectAccessible, expectQuiet, openPage, PHONE, takeScreenshot } from './browser.ts';
import { type PageDaemon, startPageDaemon } from './daemon.ts';

let daemon: PageDaemon;
beforeAll(async () => {
  daemon = await startPageDaemon();
});

const chartOf = (page: Page) => page.getByRole('group', { name: 'Statechart of position' });
const active = (page: Page, state: string | RegExp) =>
  chartOf(page)
    .getByRole('button', { name: state instanceof RegExp ? state : `${state}, active`, exact: true })
    .waitFor();

describe('a position', () => {
  test.each([
    ['light', 'desktop', DESKTOP],
    ['dark', 'desktop', DESKTOP],
    ['light', 'phone', PHONE],
    ['dark', 'phone', PHONE],
  ] as const)('is shown %s on a %s', async (colorScheme, device, viewport) => {
    const page = await openPage(daemon.url, { path: '/positions/t2', colorScheme, viewport });
    await page.getByRole('heading', { name: 'THIN-B' }).waitFor();
    await page.getByRole('img', { name: /^Price of YES THIN-B: bids from \$0\.39 to \$0\.39/ }).waitFor();
    await active(page, 'open');
    await page.getByRole('row', { name: /^stop_loss CRITICAL/ }).waitFor();
    await takeScreenshot(page, `position ${colorScheme} ${device}`);
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expectQuiet(page);
  });

  test('has all ten conditions, and its journal with decisions that open', async () => {
    const page = await openPage(daemon.url, { path: '/positions/t3' });
    const conditions = page.getByRole('table', { name: 'The ten conditions, by priority' });
    await conditions.waitFor();
    expect(await conditions.getByRole('rowheader').allInnerTexts()).toEqual([
      'stop_loss',
      'circuit_breaker',
      'trailing_stop',
      'time_based_urgent',
      'liquidity_dried_up',
      'profit_target',
      'partial_exit_target',
      'early_exit',
      'edge_disappeared',
      'rebalance',
    ]);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('adopted').first().click();
    await timeline.locator('details[open]').first().waitFor();
    expectQuiet(page);
  });

  test('that is not there is said not to be', async () => {
    const page = await openPage(daemon.url, { path: '/positions/nobody' });
    await page.getByRole('status').filter({ hasText: 'There is no position nobody' }).waitFor();
    await takeScreenshot(page, 'position not there');
    await expectAccessible(page);
    expectQuiet(page, { except: [/status of 404/] });
  });

  test('is looked for, until the daemon answers', async () => {
    const page = await openPage(daemon.url, {
      path: '/positions/t2',
      before: async (held) => {
        await held.route('**/api/v1/**', () => {});
        await held.routeWebSocket('**/api/v1/**', () => {});
      },
    });
    await page.getByRole('status').filter({ hasText: 'Looking at t2' }).waitFor();
    await takeScreenshot(page, 'position loading');
    await expectAccessible(page);
    expectQuiet(page);
  });

  test('that the daemon can not tell of is asked for again', async () => {
    const page = await openPage(daemon.url, {
      path: '/positions/t2',
      before: async (broken) => {
        await broken.route('**/api/v1/**', (route) =>
          route.fulfill({ status: 500, json: { status: 500, code: 'internal', detail: 'it broke inside' } }),
        );
        await broken.routeWebSocket('**/api/v1/**', (socket) => socket.close());
      },
    });
    const note = page.getByRole('alert').filter({ hasText: "Position t2 can't be shown: it broke inside" });
    await note.waitFor();
    await takeScreenshot(page, 'position error');
    await expectAccessible(page);
    await page.unrouteAll();
    await note.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'THIN-B' }).waitFor();
    expectQuiet(page, { except: [/status of 500/, /WebSocket connection .* failed/] });
  });
});

test('an exit goes by, from open to closed, and the statechart follows', async () => {
  const page = await openPage(daemon.url, { path: '/positions/t1' });
  await active(page, 'open');
  await daemon.ask('/positions/t1/exit', { priority: 'LOW', by: 'tester', reason: 'to be seen' });
  await active(page, 'working in exiting');
  const statechart = page.getByRole('region', { name: 'Statechart' });
  await statechart.getByText(/Last: operator\.exit, open → exiting › working/).waitFor();
  await statechart.getByText(/stepLeft\s+\d+ s.*then:\s+walk 1 of 10.*at \$0\.50/is).waitFor();
  await takeScreenshot(page, 'position exiting');
  await active(page, 'working in walking');
  await statechart.getByText(/then:\s+walk 2 of 10.*at \$0\.48/is).waitFor();
  await takeScreenshot(page, 'position walking');
  await active(page, /^closed, active/);
  await statechart.getByText(/Last: order\.over, walking › working → closed/).waitFor();
  const evidence = page.getByRole('region', { name: 'Closed, by evidence' });
  await evidence.getByText('its fills add up to all that was held').waitFor();
  await takeScreenshot(page, 'position closed');
  await expectAccessible(page);
  expect(await daemon.ask('/positions/t1')).toMatchObject({ body: { state: 'closed', remaining: '0.00' } });
  expectQuiet(page);
});
