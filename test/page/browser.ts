import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, expect, onTestFinished, vi } from 'vitest';
import { findChromium } from './chromium.ts';

/** A browser, a daemon and what bundles them take their time on a busy machine. */
vi.setConfig({ testTimeout: 180_000 });
const PATIENCE_MS = 40_000;

export interface OpenOptions {
  /** `/` unless told otherwise. */
  path?: string;
  /** Handed over in the link, as `postern run` prints it. */
  token?: string | null;
  colorScheme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
  locale?: string;
  reducedMotion?: 'reduce' | 'no-preference';
  /** Called before the page loads, for who wants to come between it and the daemon. */
  before?: (page: Page) => Promise<unknown>;
}

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const SCREENSHOTS = fileURLToPath(new URL('../../test-artefacts/screenshots/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Promise<Browser> | null = null;

/** One browser for all tests of a file. Playwright's own switches do; the package's are for a cloud and weaken Origin. */
const launch = async (): Promise<Browser> =>
  chromium.launch({ ...(await findChromium()), headless: true, args: ['--no-sandbox'] });

afterAll(async () => {
  await (await browser)?.close();
  browser = null;
});

interface Watched {
  errors: string[];
  strangers: string[];
}

const watchedPages = new WeakMap<Page, Watched>();

/** Opens the daemon's page in a context of its own, which ends with the test; a failure leaves a screenshot. */
export async function openPage(daemonUrl: string, options: OpenOptions = {}): Promise<Page> {
  const { path = '/', token = null, before, ...look } = options;
  browser ??= launch();
  const context = await (await browser).newContext({
    ...{ colorScheme: 'light', viewport: DESKTOP, locale: 'en-GB', timezoneId: 'UTC' },
    ...{ reducedMotion: 'reduce', ...look },
  });
  const page = await context.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await takeScreenshot(page, `failed ${task.name} ${path}`);
    await context.close();
  });
  page.setDefaultTimeout(PATIENCE_MS);
  watch(page, new URL(daemonUrl).host);
  await before?.(page);
  await page.goto(`${daemonUrl}${path}${token === null ? '' : `#token=${token}`}`);
  return page;
}

function watch(page: Page, host: string): void {
  const watched: Watched = { errors: [], strangers: [] };
  watchedPages.set(page, watched);
  const note = (url: string): void => {
    if (!/^(data|blob):/.test(url) && new URL(url).host !== host) watched.strangers.push(url);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') watched.errors.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => watched.errors.push(error.stack ?? error.message));
  page.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
}

/** No error in the console, none thrown, and nothing asked of anybody but the daemon. */
export function expectQuiet(page: Page, { except = [] }: { except?: RegExp[] } = {}): void {
  const { errors, strangers } = watchedPages.get(page)!;
  const unexpected = errors.filter((error) => !except.some((pattern) => pattern.test(error)));
  expect({ errors: unexpected, strangers }).toEqual({ errors: [], strangers: [] });
}

interface Finding {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string; failureSummary: string }[];
}

/** No serious or critical finding of axe. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(AXE);
  const findings: Finding[] = await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  const grave = findings.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const shown = grave.map(
    ({ id, impact, help, nodes }) =>
      `${impact} ${id}: ${help}\n` +
      nodes.map(({ html, failureSummary }) => `  ${html}\n    ${failureSummary}`).join('\n'),
  );
  expect(shown.join('\n')).toBe('');
}

/** Kept in test-artefacts/screenshots/, for people to look at. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.png`;
  await page.screenshot({ path: join(SCREENSHOTS, file) });
}
