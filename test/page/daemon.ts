import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, vi } from 'vitest';
import { findDaemon } from '../../src/services/http/client.ts';
import { type Running, startPostern } from '../cli/run-postern.ts';
import type { Answer } from '../support/daemon-process.ts';
import { stockFolder } from '../support/stocked-folder.ts';

const market = (name: string, price: string, size: number): string => `
    - {market: ${name}, start_price: ${price}, path: waypoints, waypoints: [{after_seconds: 90000, price: ${price}}],
       spread: 0.02, levels: 3, size: ${size}, volume_24h: 5000}`;

/**
 * Markets in which nothing happens by itself: what moves was asked for. THIN-B shows 8 contracts a level. Paper time runs
 * ten times as fast.
 */
export const QUIET_MARKETS = `
clock: {speed: 10}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:${market('DEEP-A', '0.50', 500)}${market('THIN-B', '0.40', 8)}${market('DEEP-C', '0.70', 500)}
`;

export const THREE_POSITIONS = `
tracked:
  - {market: DEEP-A, side: yes, quantity: 100, entry_price: 0.50}
  - {market: THIN-B, side: yes, quantity: 60, entry_price: 0.40}
  - {market: DEEP-C, side: no, quantity: 40.05, entry_price: 0.30}
`;

/** The built daemon on a data folder of its own. Its positions are t1, t2, … in the order of the configuration. */
export interface PageDaemon {
  url: string;
  token: string;
  /** GET, or POST of a body with the token. */
  ask(path: string, body?: unknown): Promise<Answer>;
  /** Waits until an answer satisfies `is`. */
  until(path: string, is: (body: Answer['body']) => boolean): Promise<Answer['body']>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Again, on the same folder and port; resolves when it is ready. */
  restart(): Promise<void>;
}

const all: { running: Running; dataDir: string }[] = [];

afterAll(async () => {
  for (const { running } of all) running.child.kill('SIGKILL');
  await Promise.all(all.map(({ running }) => running.ended));
  for (const { dataDir } of all.splice(0)) rmSync(dataDir, { recursive: true, force: true });
});

/** `config` is YAML without data folder and server. It ends with the tests of the file. */
export async function startPageDaemon(config = QUIET_MARKETS + THREE_POSITIONS): Promise<PageDaemon> {
  const dataDir = await stockFolder(mkdtempSync(join(tmpdir(), 'postern-page-')));
  const file = join(dataDir, 'config.yaml');
  const entry = { running: start(dataDir, file, config, 0), dataDir };
  all.push(entry);
  const url = await isReady(entry);
  const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
  const ask = async (path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(15_000),
    });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    url,
    token,
    ask,
    until: (path, is) =>
      vi.waitFor(
        async () => {
          const { body } = await ask(path);
          if (!is(body)) throw new Error(`not yet: ${JSON.stringify(body).slice(0, 600)}`);
          return body;
        },
        { timeout: 60_000, interval: 50 },
      ),
    async kill() {
      entry.running.child.kill('SIGKILL');
      await entry.running.ended;
    },
    async restart() {
      entry.running = start(dataDir, file, config, Number(new URL(url).port));
      await isReady(entry);
    },
  };
}

function start(dataDir: string, file: string, config: string, port: number): Running {
  writeFileSync(file, `${config}\nserver: {port: ${port}}\ndata_dir: ${dataDir}\nlease: {ttl_seconds: 2}\n`);
  return startPostern(['run', '--config', file], { cwd: dataDir });
}

/** Resolves with its address once every position has been quoted. */
async function isReady({ running, dataDir }: (typeof all)[number]): Promise<string> {
  const ended = running.ended.then(({ stderr }) => Promise.reject(new Error(`the daemon ended: ${stderr}`)));
  const found = vi.waitFor(
    async () => {
      const daemon = await findDaemon(dataDir);
      if (daemon?.pid !== running.child.pid) throw new Error('the daemon is not there yet');
      const answer = await fetch(`${daemon!.url}/readyz`);
      if (!answer.ok) throw new Error(`the daemon is not ready: ${await answer.text()}`);
      return daemon!.url;
    },
    { timeout: 100_000, interval: 50 },
  );
  return Promise.race([found, ended]);
}
