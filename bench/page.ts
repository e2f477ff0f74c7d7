/** What the page costs a browser: 2,000 positions whose quotes all move, told as the daemon tells them, 20 times a second. */
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../test/page/chromium.ts';
import { Crowd } from './page-crowd.ts';
import { servePositions } from './page-server.ts';
import { countFrames, type Watched, watchWhile } from './page-watch.ts';
import { type Line, milliseconds, printTable, whole } from './table.ts';

const POSITIONS = 2_000;
const STIR_MS = 50;
const WATCH_MS = 15_000;
const LONG_MS = 50;

const crowd = new Crowd(POSITIONS);
const stirring = setInterval(() => crowd.stir(), STIR_MS);
const { http, url } = await servePositions(crowd);
const browser = await chromium.launch({ ...(await findChromium()), headless: true, args: ['--no-sandbox'] });
printTable(await measure(await browser.newPage({ viewport: { width: 1280, height: 800 } })));
await browser.close();
clearInterval(stirring);
await http.close(1_000);

async function measure(page: Page): Promise<Line[]> {
  const during = (act: () => Promise<unknown>): Promise<Watched> => watchWhile(browser, page, act);
  await countFrames(page);
  return [
    ...tell('loading', await during(() => load(page))),
    ...tell('left alone', await during(() => page.waitForTimeout(WATCH_MS))),
    ...tell('scrolled through', await during(() => scrollThrough(page))),
    ...tell('sorted and filtered', await during(() => sortAndFilter(page))),
  ];
}

async function load(page: Page): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('.positions tr[data-id]');
}

/** In steps, as a wheel does. */
async function scrollThrough(page: Page): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.wheel(0, 480);
    await page.waitForTimeout(20);
  }
}

async function sortAndFilter(page: Page): Promise<void> {
  for (const title of ['Market', 'P&L', 'Mark', 'State']) {
    await page.getByRole('button', { name: title, exact: true }).click();
    await page.waitForTimeout(500);
  }
  await page.keyboard.press('/');
  await page.keyboard.type('market-1 p1', { delay: 120 });
  await page.keyboard.press('Escape');
}

function tell(when: string, { tasks, frames, longestFrame, ms }: Watched): Line[] {
  const line = (what: string, value: string, ratio = ''): Line => ({
    what: `${when}: ${what}`,
    value,
    ratio,
  });
  const longest = (by: 'wall' | 'cpu'): string => milliseconds(Math.max(...tasks.map((task) => task[by])));
  const long = tasks.filter(({ wall }) => wall > LONG_MS).length;
  return [
    line('longest task', longest('wall'), `${longest('cpu')} of a processor in the one that used most`),
    line(
      `tasks longer than ${LONG_MS} ms`,
      String(long),
      `of ${whole(tasks.length)} in ${whole(ms / 1000)} s`,
    ),
    line('frames a second', whole((frames * 1000) / ms), `${milliseconds(longestFrame)} at most between two`),
  ];
}
