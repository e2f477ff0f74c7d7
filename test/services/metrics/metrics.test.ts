import { describe, expect, it } from 'vitest';
import type { Composition } from '../../../src/compose/composition.ts';
import type { Position } from '../../../src/domain/position.ts';
import { OpenAlerts } from '../../../src/services/log/notifier.ts';
import { Metrics } from '../../../src/services/metrics/metrics.ts';
import { methodWithoutPartialExits } from '../../support/domain-builders.ts';
import { parseExposition, sampleOf } from '../../support/exposition.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { World, type WorldOptions } from '../../support/world.ts';

/** A tree with metrics; each real time that is measured takes a millisecond. */
async function measured(options: WorldOptions = {}) {
  let metrics!: Metrics;
  let real = 0;
  const open = new OpenAlerts([]);
  const adjust = (composition: Composition): Composition => {
    const { clock, mode, venue } = composition;
    metrics = new Metrics({ clock, mode, venue: venue.name, speed: 1, now: () => real++ });
    return metrics.measure({
      ...composition,
      notifier: {
        ...composition.notifier,
        alertRaised: (alert) => {
          open.alertRaised(alert);
          composition.notifier.alertRaised(alert);
        },
        alertResolved: (alert) => open.alertResolved(alert),
      },
    });
  };
  const world = await World.open({ methods: [methodWithoutPartialExits()], ...options, adjust });
  metrics.watchTree({
    tree: world.postern,
    openAlerts: () => open.list(),
    budget: () => ({ used: 7, limit: 60 }),
    isLeaseValid: () => true,
  });
  const scrape = async () => {
    const families = parseExposition(await metrics.text());
    return {
      families,
      of: (name: string, labels: Record<string, string> = {}): number => sampleOf(families, name, labels),
      all: (name: string): Record<string, number> =>
        Object.fromEntries(
          families.get(name)!.samples.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
        ),
    };
  };
  return { world, metrics, scrape };
}

const HIGH: Partial<Position> = { id: 'high', market: 'GAME-H', peak: 5_100, trailingStop: 4_800 };

const fillAll = (world: World): void => {
  for (const { clientId, status, quantity, filled } of [...world.venue.orders.values()])
    if (status === 'resting') world.venue.fill(clientId, quantity - filled);
};

describe('an exit', () => {
  it('is counted, and timed from its trigger to its first order and to its last fill', async () => {
    const { world, scrape } = await measured({ positions: [{}, HIGH] });
    await world.pass(31);
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(30);
    fillAll(world);
    await world.pass(10);
    const { of, all } = await scrape();
    expect(all('postern_exits_triggered_total')).toEqual({ 'stop_loss CRITICAL': 1 });
    expect(all('postern_exits_ended_total')).toEqual({ 'CRITICAL filled': 1 });
    expect(all('postern_positions_closed_total')).toEqual({ sold: 1 });
    expect(of('postern_decision_duration_seconds_count', { priority: 'CRITICAL' })).toBe(1);
    expect(of('postern_trigger_to_order_seconds_count', { priority: 'CRITICAL' })).toBe(1);
    expect(of('postern_trigger_to_filled_seconds_count', { priority: 'CRITICAL' })).toBe(1);
    const [exit] = (await world.file()).exits;
    expect(of('postern_trigger_to_filled_seconds_sum')).toBe((exit!.executedAt! - exit!.triggeredAt) / 1000);
  });

  it('that walks counts each further order as a retry and is timed to its first one only', async () => {
    const { world, scrape } = await measured({ positions: [HIGH] });
    await world.pass(31);
    world.venue.show('GAME-H', 4700, 4800);
    await world.pass(60);
    const { of, all } = await scrape();
    const { attempts } = await world.file('high');
    const limits = attempts.filter(({ orderType }) => orderType === 'limit').length;
    expect(limits).toBe(3);
    expect(all('postern_orders_total')).toEqual({
      'sell limit': limits,
      'sell market': attempts.length - limits,
    });
    expect(of('postern_retries_total', { what: 'attempt' })).toBe(attempts.length - 1);
    expect(of('postern_trigger_to_order_seconds_count')).toBe(1);
    const ended = attempts.filter(({ endedAt }) => endedAt !== null).length;
    expect(all('postern_orders_ended_total')).toEqual({ 'sell cancelled': ended });
  });

  it('whose order nobody answers is sent once more: a resend', async () => {
    const { world, scrape } = await measured({
      positions: [{}],
      answers: {
        place: [{ kind: 'unknown', reason: 'timed out' }],
        find: [{ kind: 'not_found', at: 0, mayLand: false }],
      },
    });
    await world.pass(31);
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(40);
    const { of } = await scrape();
    expect(of('postern_retries_total', { what: 'resend' })).toBe(1);
    expect(of('postern_venue_call_duration_seconds_count', { call: 'place', result: 'failed' })).toBe(1);
  });

  it('of an earlier life is not triggered once more; its end is timed from its own trigger', async () => {
    const { world, scrape } = await measured({ positions: [HIGH] });
    await world.pass(31);
    world.venue.show('GAME-H', 4700, 4800);
    await world.pass(31);
    world.kill();
    const { of: before } = await scrape();
    expect(before('postern_exits_triggered_total')).toBe(1);
    await world.start();
    await world.pass(1);
    fillAll(world);
    await world.pass(30);
    const file = await world.file('high');
    expect(file.position.phase).toBe('closed');
    const { all, of, families } = await scrape();
    expect(families.get('postern_exits_triggered_total')!.samples).toEqual([]);
    expect(families.get('postern_trigger_to_order_seconds')!.samples).toEqual([]);
    expect(all('postern_exits_ended_total')).toEqual({ 'HIGH filled': 1 });
    const { executedAt, triggeredAt } = file.exits[0]!;
    expect(of('postern_trigger_to_filled_seconds_sum')).toBe((executedAt! - triggeredAt) / 1000);
  });
});

describe('the tree', () => {
  it('is counted by state when somebody looks', async () => {
    const { world, scrape } = await measured({ positions: [{}, HIGH, { id: 'calm', market: 'GAME-B' }] });
    await world.pass(31);
    world.venue.show('GAME-H', 4700, 4800);
    await world.pass(31);
    const { all, of } = await scrape();
    expect(all('postern_positions')).toEqual({ open: 2, urgent: 0, exiting: 1, walking: 0, failed: 0 });
    expect(of('postern_monitors_running')).toBe(3);
    expect(of('postern_oldest_quote_age_seconds')).toBeLessThanOrEqual(30);
    expect(of('postern_trading')).toBe(1);
    expect(of('postern_api_calls_last_minute')).toBe(7);
    expect(of('postern_api_calls_per_minute_limit')).toBe(60);
    expect(all('postern_breaker_tripped')).toEqual({ daily_loss: 0, api: 0, database: 0 });
  });

  it('tells how its evaluations go: at least one a second is measured', async () => {
    const { world, scrape } = await measured({ positions: [{}] });
    await world.pass(120);
    const { of } = await scrape();
    const measuredCount = of('postern_evaluation_duration_seconds_count');
    expect(measuredCount).toBeGreaterThan(0);
    expect(of('postern_evaluation_duration_seconds_sum')).toBeGreaterThanOrEqual(measuredCount / 1000);
    expect(of('postern_evaluations_total')).toBeGreaterThanOrEqual(measuredCount);
    expect(of('postern_quote_age_seconds_count')).toBe(measuredCount);
  });

  it('tells what it asks the venue for, and what came of it', async () => {
    const { world, scrape } = await measured({ positions: [{}] });
    world.venue.next.books.push({ kind: 'unavailable', reason: 'HTTP 503' });
    world.venue.next.account.push({ kind: 'unavailable', reason: 'slow down', limited: true }, 'hang');
    await world.pass(90);
    const { of, all } = await scrape();
    const books = world.venue.calls.filter((call) => call.startsWith('books')).length;
    expect(all('postern_api_calls_total').books).toBe(books);
    expect(of('postern_venue_call_duration_seconds_count', { call: 'books', result: 'failed' })).toBe(1);
    expect(of('postern_venue_call_duration_seconds_count', { call: 'books', result: 'ok' })).toBe(books - 1);
    expect(of('postern_venue_call_duration_seconds_count', { call: 'account', result: 'limited' })).toBe(1);
    expect(of('postern_retries_total', { what: 'read' })).toBe(2);
  });

  it('tells of restarts, quarantines and the alerts that are open', async () => {
    const drill = ({ id }: Position): void => {
      if (id === '1') throw new Error('drill');
    };
    const { world, scrape } = await measured({ positions: [{}], drill });
    await world.pass(120);
    const { of, all } = await scrape();
    expect(of('postern_restarts_total', { part: 'monitor' })).toBe(
      world.kinds().filter((kind) => kind === 'monitor.restarted').length,
    );
    expect(of('postern_quarantines_total')).toBe(1);
    expect(of('postern_quarantined_positions')).toBe(1);
    expect(all('postern_alerts_open')).toEqual({ info: 0, warning: 0, critical: 1 });
    expect(of('postern_alerts_raised_total', { severity: 'critical' })).toBe(1);
    expect(of('postern_positions', { state: 'open' })).toBe(1);
    expect(of('postern_monitors_running')).toBe(0);
  });

  it('tells of a part that was started again', async () => {
    const { world, scrape } = await measured({ positions: [{}] });
    world.venue.next.account.push('throw');
    await world.pass(90);
    expect((await scrape()).of('postern_restarts_total', { part: 'reconciler' })).toBe(1);
  });

  it('tells what differs from the account, by kind', async () => {
    const { world, scrape } = await measured({ positions: [{}, { id: '2', market: 'GAME-B' }] });
    world.venue.hold('GAME-A', 8_000);
    world.venue.hold('GAME-B', 0);
    world.venue.hold('GAME-X', 500);
    await world.pass(180);
    const { all } = await scrape();
    expect(all('postern_reconcile_differences_total')).toEqual({
      shortage: world.alerts.filter((alert) => alert.startsWith('raised critical holdings_short')).length,
      excess: 1,
      not_adopted: 0,
      gone: 1,
      stray_order: 0,
      overcommitted_order: 0,
    });
    expect(all('postern_positions_closed_total')).toEqual({ holdings_gone: 1 });
  });
});

describe('the database', () => {
  it('is timed, and so is the journal file that stands in for it', async () => {
    const { world, scrape } = await measured({ positions: [{}], disk: new MemoryJournal() });
    await world.pass(31);
    const before = await scrape();
    expect(before.of('postern_store_commit_duration_seconds_count', { result: 'committed' })).toBeGreaterThan(
      0,
    );
    expect(before.of('postern_store_commit_writes_sum')).toBeGreaterThan(0);
    expect(before.of('postern_journal_file_active')).toBe(0);
    world.outage = 'refuses';
    await world.pass(40);
    const { of } = await scrape();
    expect(of('postern_journal_file_active')).toBe(1);
    expect(of('postern_journal_file_batches_waiting')).toBe(world.postern.ledger().database().waiting);
    expect(of('postern_journal_file_append_duration_seconds_count', { result: 'written' })).toBe(
      of('postern_journal_file_batches_waiting'),
    );
    expect(of('postern_retries_total', { what: 'commit' })).toBe(
      of('postern_store_commit_duration_seconds_count', { result: 'failed' }),
    );
    expect(of('postern_breaker_tripped', { name: 'database' })).toBe(1);
  });
});

describe('the text', () => {
  it('names base units, explains each series, and never names a position or a market', async () => {
    const { world, scrape } = await measured({ positions: [{}, HIGH] });
    await world.pass(31);
    world.venue.show('GAME-H', 4700, 4800);
    await world.pass(60);
    const { families } = await scrape();
    for (const { name, type, help, samples } of families.values()) {
      if (!name.startsWith('postern_')) continue;
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|percent)$/);
      expect(help.length, name).toBeGreaterThan(20);
      for (const value of samples.flatMap(({ labels }) => Object.values(labels)))
        expect(value, name).not.toMatch(/GAME|pworld|^high$/);
    }
  });

  it('is of one daemon: another in the same process has its own', async () => {
    const one = await measured({ positions: [{}] });
    const other = await measured({ positions: [] });
    await one.world.pass(31);
    expect((await one.scrape()).of('postern_positions', { state: 'open' })).toBe(1);
    expect((await other.scrape()).of('postern_positions', { state: 'open' })).toBe(0);
    one.metrics.close();
    expect((await other.scrape()).of('postern_info')).toBe(1);
    other.metrics.close();
  });

  it('has the content type that Prometheus asks for, and the process beside the daemon', async () => {
    const { metrics, scrape } = await measured();
    expect(metrics.contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    const { families, of } = await scrape();
    expect(families.has('process_resident_memory_bytes')).toBe(true);
    expect(of('postern_event_loop_delay_seconds', { quantile: '0.99' })).toBeGreaterThanOrEqual(0);
    expect(of('postern_info', { venue: 'scripted', mode: 'poll', clock_speed: '1' })).toBe(1);
  });
});
