import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { killDaemons, startDaemon } from '../support/daemon-process.ts';
import { parseExposition, sampleOf } from '../support/exposition.ts';

/** Starting a database takes its time on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const CONFIG = `
clock: {speed: 20}
server: {port: 0}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:
    - {market: DEEP, start_price: 0.50, path: waypoints, waypoints: [{after_seconds: 9000, price: 0.50}],
       spread: 0.02, levels: 3, size: 500, volume_24h: 5000}
tracked:
  - {market: DEEP, side: yes, quantity: 100, entry_price: 0.50}
  - {market: DEEP, side: yes, quantity: 10, entry_price: 0.50}
`;

/** Every series that the README promises, by its type. */
const PROMISED = {
  gauge: [
    'postern_info',
    'postern_positions',
    'postern_monitors_running',
    'postern_oldest_quote_age_seconds',
    'postern_api_calls_last_minute',
    'postern_api_calls_per_minute_limit',
    'postern_breaker_tripped',
    'postern_alerts_open',
    'postern_alert_messages_waiting',
    'postern_quarantined_positions',
    'postern_journal_file_batches_waiting',
    'postern_journal_file_active',
    'postern_lease_valid',
    'postern_trading',
    'postern_event_loop_delay_seconds',
    'process_resident_memory_bytes',
  ],
  counter: [
    'postern_evaluations_total',
    'postern_exits_triggered_total',
    'postern_exits_ended_total',
    'postern_orders_total',
    'postern_orders_ended_total',
    'postern_positions_closed_total',
    'postern_api_calls_total',
    'postern_retries_total',
    'postern_restarts_total',
    'postern_quarantines_total',
    'postern_reconcile_differences_total',
    'postern_alerts_raised_total',
    'postern_alert_messages_total',
    'postern_entries_total',
  ],
  histogram: [
    'postern_evaluation_duration_seconds',
    'postern_quote_age_seconds',
    'postern_decision_duration_seconds',
    'postern_trigger_to_order_seconds',
    'postern_trigger_to_filled_seconds',
    'postern_feed_delay_seconds',
    'postern_venue_call_duration_seconds',
    'postern_store_commit_duration_seconds',
    'postern_store_commit_writes',
    'postern_journal_file_append_duration_seconds',
  ],
};

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-metrics-'));
  writeFileSync(join(scratch, 'config.yaml'), CONFIG);
});
afterEach(killDaemons);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const eventually = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 50 });

test('the README names every series, and no other', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const section = readme.slice(readme.indexOf('## Metrics'), readme.indexOf('## Figures'));
  const named = [...section.matchAll(/`(postern_\w+)/g)].map((match) => match[1]!);
  const served = Object.values(PROMISED).flat();
  expect(named.sort()).toEqual(served.filter((name) => name.startsWith('postern_')).sort());
});

test('a daemon that has sold a position says so to Prometheus, and is alive and ready', async () => {
  const daemon = startDaemon({ config: join(scratch, 'config.yaml'), dataDir: join(scratch, 'data') });
  const url = await daemon.ready;
  const probe = async (path: string) => {
    const answer = await fetch(`${url}${path}`);
    return { status: answer.status, body: await answer.json() };
  };
  await eventually(async () =>
    expect(await probe('/readyz')).toEqual({
      status: 200,
      body: { ready: true, lease: true, store: true, account: true, feed: true, reasons: [] },
    }),
  );
  expect(await probe('/healthz')).toEqual({ status: 200, body: { alive: true, reasons: [] } });

  const { body: positions } = await daemon.ask('/positions');
  const { id } = positions[0];
  expect((await daemon.ask(`/positions/${id}/exit`, { priority: 'CRITICAL' })).status).toBe(200);
  await eventually(async () => expect((await daemon.ask(`/positions/${id}`)).body.state).toBe('closed'));

  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  const families = parseExposition(text);
  for (const [type, names] of Object.entries(PROMISED))
    for (const name of names) expect({ name, type: families.get(name)?.type }).toEqual({ name, type });
  const own = [...families.keys()].filter((name) => name.startsWith('postern_'));
  expect(own.filter((name) => !Object.values(PROMISED).flat().includes(name))).toEqual([]);
  const of = (name: string, labels: Record<string, string> = {}) => sampleOf(families, name, labels);
  const critical = { priority: 'CRITICAL' };
  expect(of('postern_positions', { state: 'open' })).toBe(1);
  expect(of('postern_exits_triggered_total', { reason: 'operator', ...critical })).toBe(1);
  const { body: story } = await daemon.ask(`/positions/${id}/explain`);
  const told = `${JSON.stringify(story)}\n${daemon.log()}`;
  expect(of('postern_exits_ended_total', { result: 'filled', ...critical }), told).toBe(1);
  expect(of('postern_positions_closed_total', { reason: 'sold' })).toBe(1);
  expect(of('postern_decision_duration_seconds_count', critical)).toBe(1);
  expect(of('postern_trigger_to_order_seconds_count', critical)).toBe(1);
  expect(of('postern_trigger_to_filled_seconds_count', critical)).toBe(1);
  expect(of('postern_store_commit_duration_seconds_count', { result: 'committed' })).toBeGreaterThan(0);
  expect(of('postern_venue_call_duration_seconds_count', { call: 'place', result: 'accepted' })).toBe(1);
  expect(of('postern_evaluation_duration_seconds_count')).toBeGreaterThan(0);
  expect(of('postern_api_calls_last_minute')).toBeGreaterThan(0);
  expect(of('postern_lease_valid')).toBe(1);
  expect(text).not.toMatch(new RegExp(`DEEP|"${id}"`));
});
