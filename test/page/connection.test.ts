import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectQuiet, openPage, takeScreenshot } from './browser.ts';
import { startPageDaemon } from './daemon.ts';

/** What a browser says of its own when nobody answers, or a daemon that is not ready yet. */
const NOBODY_THERE = [/net::ERR_/, /WebSocket connection .* failed/, /status of 503/];

const says = (page: Page, words: string) =>
  page.getByRole('banner').getByRole('status').getByText(words, { exact: true }).waitFor();

test('each view says that its daemon is gone, and goes on by itself when it is back', async () => {
  const daemon = await startPageDaemon();
  const views = await Promise.all(
    ['/', '/positions/t1', '/system'].map((path) => openPage(daemon.url, { path })),
  );
  const [overview, position] = views as [Page, Page, Page];
  for (const page of views) await says(page, 'live');
  await overview.getByRole('row', { name: /DEEP-A/ }).waitFor();
  await position.getByRole('heading', { name: 'DEEP-A' }).waitFor();

  await daemon.kill();
  for (const page of views) {
    await says(page, 'disconnected');
    await page.getByRole('alert').filter({ hasText: 'Disconnected' }).waitFor();
    await takeScreenshot(page, `disconnected ${new URL(page.url()).pathname}`);
  }
  expect(await overview.getByRole('row', { name: /DEEP-A/ }).isVisible()).toBe(true);
  expect(await position.getByRole('heading', { name: 'DEEP-A' }).isVisible()).toBe(true);

  await daemon.restart();
  for (const page of views) {
    await says(page, 'live');
    await page.getByRole('alert').filter({ hasText: 'Disconnected' }).waitFor({ state: 'detached' });
  }
  expect((await daemon.ask('/positions/t1/hold', { by: 'tester' })).status).toBe(200);
  await overview
    .getByRole('row', { name: /DEEP-A/ })
    .filter({ hasText: 'held' })
    .waitFor();
  await position.getByRole('button', { name: 'Release… YES DEEP-A' }).waitFor();
  for (const page of views) expectQuiet(page, { except: NOBODY_THERE });
});

test('a chart that could not be laid out while the daemon was away is when it is back', async () => {
  const daemon = await startPageDaemon();
  const page = await openPage(daemon.url, {
    path: '/positions/t1',
    before: (cut) => cut.route('**/chart-layout.js', (route) => route.abort()),
  });
  const statechart = page.getByRole('region', { name: 'Statechart' });
  await statechart.getByRole('alert').filter({ hasText: "The chart can't be laid out" }).waitFor();
  await page.unrouteAll();
  await daemon.kill();
  await says(page, 'disconnected');
  await daemon.restart();
  await statechart.getByRole('button', { name: 'open, active' }).waitFor();
  expectQuiet(page, { except: NOBODY_THERE });
});
