import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Action } from '../../src/exchange/exchange.ts';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { type DaemonProcess, killDaemons, startDaemon } from '../support/daemon-process.ts';
import { type ExchangeProcess, killExchanges, startExchange } from '../support/exchange-process.ts';
import { auditBooks } from '../support/kalshi-audit.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { practiceVenue, QUICK_MONITORING } from '../support/practice-venue.ts';
import { rowsOf } from '../support/test-database.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let scratch: string;
let postgres: OwnPostgres;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-outage-'));
  postgres = await startOwnPostgres();
});
afterEach(async () => {
  await killDaemons();
  await killExchanges();
});
afterAll(async () => {
  await postgres.stop();
  rmSync(scratch, { recursive: true, force: true });
});

const MARKET = 'KXA-SLOW';

/** Somebody buys two contracts at a time, a cent below what is asked for: a HIGH exit has to walk. */
const SCENARIO = `name: outage
step_seconds: 86400
markets:
  - market: ${MARKET}
    start_price: 0.50
    spread: 0.02
    size: 2
account:
  cash: 10000
  tier: advanced
  holdings:
    - {market: ${MARKET}, side: yes, quantity: 20, entry_price: 0.50}
`;

const configOf = (exchange: ExchangeProcess, folder: string): string => `
server: {port: 0}
lease: {ttl_seconds: 90}
${practiceVenue(exchange.url, join(folder, 'key.pem'))}
${QUICK_MONITORING}
retries: {database_backoff_seconds: [0.1]}
exit_conditions:
  liquidity_dried_up: {enabled: false}
exit_execution:
  HIGH: {timeout_seconds: 3, walk_timeout_seconds: 3}
`;

const book = (bid: number, size: number): Action => ({
  type: 'book.set',
  ticker: MARKET,
  bids: [[bid, size]],
  asks: [[bid + 200, size]],
});

const eventually = <T>(look: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(look, { timeout: 90_000, interval: 100 });

async function shown(daemon: DaemonProcess): Promise<PositionView> {
  const open = await daemon.ask('/positions');
  const closed = await daemon.ask('/positions?closed=true');
  const [view] = [...open.body, ...closed.body] as PositionView[];
  expect(view).toBeDefined();
  return view!;
}

describe('PostgreSQL goes down while a HIGH exit works', () => {
  test.each(['stays alive', 'is killed'])(
    'the exit goes on from the journal file; the daemon %s',
    async (fate) => {
      const folder = mkdtempSync(join(scratch, 'exchange-'));
      const dataDir = mkdtempSync(join(scratch, 'data-'));
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      const scenario = join(folder, 'scenario.yaml');
      writeFileSync(scenario, SCENARIO);
      const exchange = await startExchange({ dataDir: join(folder, 'state'), scenario });
      const config = join(folder, 'kalshi.yaml');
      writeFileSync(config, configOf(exchange, join(folder, 'state')));
      const databaseUrl = await postgres.createDatabase();
      let daemon = startDaemon({ config, dataDir, databaseUrl });
      await daemon.ready;
      const journal = join(dataDir, 'journal.jsonl');

      await exchange.act(book(4900, 200));
      const { id } = await eventually(async () => {
        const view = await shown(daemon);
        expect(view.peak).not.toBeNull();
        return view;
      });
      const wish = { priority: 'HIGH', reason: 'enough' };
      expect((await daemon.ask(`/positions/${id}/exit`, wish)).status).toBe(200);
      await eventually(async () => expect((await shown(daemon)).exit).not.toBeNull());
      await postgres.halt();
      await eventually(() => expect(existsSync(journal)).toBe(true));
      await eventually(() => expect(readFileSync(journal, 'utf8')).toContain('"kind":"fill"'));
      await eventually(() => expect(readFileSync(journal, 'utf8')).toContain(`${id}x1-2"`));
      expect(daemon.log()).toContain('the database is out of order');

      if (fate === 'is killed') {
        daemon.signal('SIGKILL');
        await daemon.exited;
        await postgres.resume();
        await letLeaseRunOut(databaseUrl);
        daemon = startDaemon({ config, dataDir, databaseUrl });
        await daemon.ready;
        expect(daemon.log()).toContain('of the journal file were brought into the database');
      } else {
        await postgres.resume();
        await eventually(() => expect(daemon.log()).toContain('resolved: database_down'));
      }
      expect(existsSync(journal)).toBe(false);
      await exchange.act(book(4800, 10_000));
      await eventually(async () => expect((await shown(daemon)).state).toBe('closed'));

      const reset = await daemon.ask('/breakers/database/reset', { reason: 'it is back' });
      expect(reset).toMatchObject({ status: 200, body: { name: 'database', tripped: false } });
      daemon.signal('SIGTERM');
      expect(await daemon.exited).toBe(0);
      const truth = await exchange.account();
      const { store, close } = await openStore({ url: databaseUrl, dataDir, migrate: false });
      try {
        expect(await auditBooks(truth, store, `p${await store.instance()}-`)).toEqual([]);
        const file = (await store.position(id))!;
        expect(file.position).toMatchObject({ phase: 'closed', sold: 2_000 });
        expect(file.attempts.length).toBeGreaterThan(1);
      } finally {
        await close();
      }
    },
  );
});

/** Its owner is dead, and nobody waits for it as long as it lasts. */
const letLeaseRunOut = (connectionString: string) =>
  rowsOf({ connectionString }, 'update leases set expires_at = clock_timestamp()');
