import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { DESKTOP, expectAccessible, expectQuiet, openPage, PHONE, takeScreenshot } from './browser.ts';
import { type PageDaemon, QUIET_MARKETS, startPageDaemon } from './daemon.ts';

let daemon: PageDaemon;
beforeAll(async () => {
  daemon = await startPageDaemon();
});

const rowOf = (page: Page, market: string) => page.getByRole('row', { name: new RegExp(market) });

describe('positions', () => {
  test.each([
    ['light', 'desktop', DESKTOP],
    ['dark', 'desktop', DESKTOP],
    ['light', 'phone', PHONE],
    ['dark', 'phone', PHONE],
  ] as const)('are shown %s on a %s', async (colorScheme, device, viewport) => {
    const page = await openPage(daemon.url, { colorScheme, viewport });
    const lot = device === 'phone' ? 'listitem' : 'row';
    for (const market of ['DEEP-A', 'THIN-B', 'DEEP-C'])
      await page.getByRole(lot).filter({ hasText: market }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await takeScreenshot(page, `overview ${colorScheme} ${device}`);
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expectQuiet(page);
  });

  test('say what is held, what it is worth and what would trigger next', async () => {
    const page = await openPage(daemon.url);
    const row = rowOf(page, 'DEEP-C');
    await row.filter({ hasText: '○ open' }).waitFor();
    const cells = await row.getByRole('cell').allInnerTexts();
    expect(cells.slice(0, 3)).toEqual(['NO', expect.stringMatching(/^40\.05\s+of 40\.05$/), '$0.30']);
    expect(cells[3]).toMatch(/^\$0\.29\s/);
    expect(cells[4]).toContain('−$0.40');
    expect(cells[7]).toMatch(/^stop loss\s+\$0\.0\d+ from \$0\.2\d+$/);
  });

  test('are sorted by their titles and filtered by text and state', async () => {
    const page = await openPage(daemon.url);
    const markets = () => page.getByRole('rowheader').getByRole('link').allInnerTexts();
    const title = page.getByRole('columnheader', { name: 'Market' });
    await title.getByRole('button').click();
    await page.locator('th[aria-sort=ascending]', { hasText: 'Market' }).waitFor();
    expect(await markets()).toEqual(['DEEP-A', 'DEEP-C', 'THIN-B']);
    await title.getByRole('button').click();
    await page.locator('th[aria-sort=descending]', { hasText: 'Market' }).waitFor();
    expect(await markets()).toEqual(['THIN-B', 'DEEP-C', 'DEEP-A']);
    await page.keyboard.press('/');
    await page.keyboard.type('deep');
    await page.getByText('2 shown').waitFor();
    expect(await markets()).toEqual(['DEEP-C', 'DEEP-A']);
    await page.getByRole('button', { name: /failed/ }).click();
    await page.getByText('No position matches').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('3 shown').waitFor();
    expectQuiet(page);
  });
});

test('an exit goes by, from open to closed', async () => {
  const page = await openPage(daemon.url);
  const row = rowOf(page, 'DEEP-A');
  await row.filter({ hasText: '○ open' }).waitFor();
  await daemon.ask('/positions/t1/exit', { priority: 'LOW', by: 'tester', reason: 'to be seen' });
  await row
    .filter({ hasText: '◑ exiting' })
    .filter({ hasText: /LOW operator.*→ walk 1 of 10/s })
    .waitFor();
  await page.getByRole('rowheader').first().filter({ hasText: 'DEEP-A' }).waitFor();
  await takeScreenshot(page, 'overview exiting');
  await row
    .filter({ hasText: '↘ walking' })
    .filter({ hasText: /walk 1 .*→ walk 2 of 10/s })
    .waitFor();
  await row.filter({ hasText: '● closed' }).filter({ hasText: '0 of 100' }).waitFor();
  await takeScreenshot(page, 'overview closed');
  expect(await daemon.ask('/positions/t1')).toMatchObject({ body: { state: 'closed', remaining: '0.00' } });
  expectQuiet(page);
});

describe('without positions to show', () => {
  const FAILED = [/the server responded with a status of 500/, /WebSocket connection .* failed/];

  test('there are none', async () => {
    const empty = await startPageDaemon(QUIET_MARKETS);
    const page = await openPage(empty.url);
    await page.getByRole('status').filter({ hasText: 'No open positions' }).waitFor();
    await takeScreenshot(page, 'overview empty');
    await expectAccessible(page);
    expectQuiet(page);
  });

  test('the daemon has not answered yet', async () => {
    const page = await openPage(daemon.url, {
      before: async (held) => {
        await held.route('**/api/v1/**', () => {});
        await held.routeWebSocket('**/api/v1/**', () => {});
      },
    });
    await page.getByRole('status').filter({ hasText: 'Asking the daemon…' }).waitFor();
    await takeScreenshot(page, 'overview loading');
    await expectAccessible(page);
    expectQuiet(page);
  });

  test('the daemon answers with errors', async () => {
    const page = await openPage(daemon.url, {
      before: async (broken) => {
        await broken.route('**/api/v1/**', (route) =>
          route.fulfill({ status: 500, json: { status: 500, code: 'internal', detail: 'it broke inside' } }),
        );
        await broken.routeWebSocket('**/api/v1/**', (socket) => socket.close());
      },
    });
    await page.getByRole('alert').filter({ hasText: 'It broke inside. It is asked again' }).waitFor();
    await takeScreenshot(page, 'overview error');
    await expectAccessible(page);
    expectQuiet(page, { except: FAILED });
    await page.unrouteAll();
  });
});
