import { test } from 'vitest';
import { openPage } from './browser.ts';
import { startPageDaemon } from './daemon.ts';
test('x', async () => {
  const daemon = await startPageDaemon();
  const page = await openPage(daemon.url, { path: '/positions/t1' });
  await page.getByRole('group', { name: 'Statechart of position' }).waitFor();
  await daemon.ask('/positions/t1/exit', { priority: 'LOW', by: 'tester', reason: 'to be seen' });
  const t0 = Date.now();
  while (Date.now() - t0 < 10000) {
    console.log(Date.now() - t0, JSON.stringify(await page.locator('.pending').allInnerTexts()));
    await page.waitForTimeout(500);
  }
  await page.goto(`${daemon.url}/system`);
  await page.getByRole('row', { name: /monitor t2/ }).waitFor();
  console.log(await page.getByRole('region', { name: 'Actors' }).ariaSnapshot());
});
