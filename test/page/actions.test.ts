import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, expectQuiet, openPage, PHONE, takeScreenshot } from './browser.ts';
import { type PageDaemon, startPageDaemon } from './daemon.ts';

let daemon: PageDaemon;
beforeAll(async () => {
  daemon = await startPageDaemon();
});

const REFUSED = [/the server responded with a status of 401/];

/** Tabs until the focus is on what has this name, as who has no mouse does. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const focused = 'document.activeElement.ariaLabel ?? document.activeElement.innerText';
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(await page.evaluate(focused))) return;
  }
  throw new Error(`Tab never reached ${name}`);
}

test('an exit is forced by keyboard alone', async () => {
  const page = await openPage(daemon.url, { token: daemon.token });
  await page.getByRole('row', { name: /DEEP-A/ }).waitFor();
  await tabTo(page, /^DEEP-C|^DEEP-A|^THIN-B/);
  for (let presses = 0; presses < 3; presses += 1) {
    if ((await page.evaluate('document.activeElement.innerText')) === 'DEEP-A') break;
    await page.keyboard.press('j');
  }
  await page.keyboard.press('Enter');
  await page.waitForURL('**/positions/t1');
  await page.getByRole('heading', { name: 'DEEP-A' }).waitFor();
  await page.keyboard.press('e');
  const dialog = page.getByRole('dialog', { name: 'Exit YES DEEP-A' });
  await dialog
    .getByText(/^(Sells|Offers) 100 of 100 YES DEEP-A/)
    .first()
    .waitFor();
  await takeScreenshot(page, 'exit dialog');
  await expectAccessible(page);
  await tabTo(page, /^Sell 100 YES DEEP-A now$/);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(/Exit of YES DEEP-A taken/).waitFor();
  await page.locator('.position-head').getByText('closed').waitFor();
  const position = await daemon.until('/positions/t1', ({ state }) => state === 'closed');
  expect(position.remaining).toBe('0.00');
  expect(position.exits).toMatchObject([{ reason: 'operator', priority: 'HIGH', status: 'filled' }]);
  expectQuiet(page);
});

describe('without the token', () => {
  test('an action asks for it, refuses a wrong one, and is done with the right one', async () => {
    const page = await openPage(daemon.url, { path: '/positions/t2' });
    await page.getByRole('button', { name: 'Hold… YES THIN-B' }).click();
    const hold = page.getByRole('dialog', { name: /Hold/ });
    await hold.getByRole('button', { name: /^Hold/ }).click();
    const asks = page.getByRole('dialog', { name: 'Token needed' });
    await asks.waitFor();
    expect(await hold.getByText('Sent.').count()).toBe(0);
    await takeScreenshot(page, 'token dialog');
    await asks.getByLabel('Token', { exact: true }).fill('not-the-token');
    await page.keyboard.press('Enter');
    await asks
      .getByRole('alert')
      .getByText(/refused this token/)
      .waitFor();
    await expectAccessible(page);
    expect(await daemon.ask('/positions/t2')).toMatchObject({ body: { held: false } });
    await asks.getByLabel('Token', { exact: true }).fill(daemon.token);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Release… YES THIN-B' }).waitFor();
    expect(await daemon.ask('/positions/t2')).toMatchObject({ body: { held: true } });
    expectQuiet(page, { except: REFUSED });
  });

  test('giving up leaves everything as it was', async () => {
    const page = await openPage(daemon.url, { path: '/positions/t3' });
    await page.getByRole('button', { name: 'Exit… NO DEEP-C' }).click();
    await page.getByRole('button', { name: 'Sell 40.05 NO DEEP-C now' }).click();
    await page.getByRole('dialog', { name: 'Token needed' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Token needed' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await daemon.ask('/positions/t3')).toMatchObject({ body: { state: 'open', exit: null } });
    expectQuiet(page, { except: REFUSED });
  });
});

test('the token of a link leaves the address and stays with the tab', async () => {
  const page = await openPage(daemon.url, { path: '/system', token: daemon.token });
  await page.getByRole('button', { name: 'May act' }).waitFor();
  expect(page.url()).toBe(`${daemon.url}/system`);
  await page.reload();
  await page.getByRole('button', { name: 'May act' }).waitFor();
  expectQuiet(page);
});

test('flattening says for each position what it would sell before it asks', async () => {
  const page = await openPage(daemon.url, { token: daemon.token, viewport: PHONE });
  await page.getByRole('button', { name: 'Flatten…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('row', { name: /NO DEEP-C/ })
    .getByText('would sell')
    .waitFor();
  await takeScreenshot(page, 'flatten dialog phone');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  expect(await daemon.ask('/positions/t3')).toMatchObject({ body: { state: 'open' } });
  expectQuiet(page);
});
