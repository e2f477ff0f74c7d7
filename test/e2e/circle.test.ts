import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { parseMoney } from '../../src/domain/money.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { playCircle } from '../circle/play.ts';
import { AFTERWARDS, BETTER, CALM, CRASHED, ENTERED, GROUPED, REFUSED } from '../circle/plays.ts';
import { killDaemons } from '../support/daemon-process.ts';
import { killExchanges } from '../support/exchange-process.ts';
import { auditBooks } from '../support/kalshi-audit.ts';
import { stockFolder } from '../support/stocked-folder.ts';

vi.setConfig({ testTimeout: 300_000 });

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-circle-'));
  await stockFolder(join(folder, 'data'));
});
afterEach(async () => {
  await killDaemons();
  await killExchanges();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the whole circle: thirty edges, every exit, a tripped loss breaker, a killed daemon, books that agree', async () => {
  const outcome = await playCircle(folder, () => {});
  const { edges, exits, ids, refusals, report, resetRefusal, cash, daemon, exchange, dataDir } = outcome;

  const bought = [...Object.values(ENTERED), GROUPED[0], BETTER, ...CRASHED, ...CALM, ...AFTERWARDS];
  expect(bought.filter(({ market }) => edges.get(market) !== 'filled')).toEqual([]);
  expect(refusals).toEqual(['duplicate', 'late', 'too_old', 'in_the_future', 'unknown_method']);
  expect(edges.get(GROUPED[1].market)).toContain('market_group');
  expect(edges.get(REFUSED.full.market)).toBe('open_positions');
  expect(edges.get(REFUSED.paused.market)).toBe('entries_paused');
  expect(edges.get(REFUSED.broken.market)).toBe('daily_loss_breaker');
  expect(resetRefusal).toMatch(/^409 .*--until-tomorrow/);

  expect(Object.fromEntries(exits)).toMatchObject({
    [ENTERED.stop.market]: ['stop_loss filled'],
    [ENTERED.stopNo.market]: ['stop_loss filled'],
    [ENTERED.trail.market]: expect.arrayContaining(['trailing_stop filled']),
    [ENTERED.stages.market]: expect.arrayContaining(['partial_exit_target filled']),
    [ENTERED.target.market]: ['profit_target filled'],
    [ENTERED.closing.market]: ['time_based_urgent filled'],
    [ENTERED.wide.market]: ['liquidity_dried_up filled'],
    [ENTERED.smaller.market]: ['early_exit filled'],
    [ENTERED.gone.market]: ['edge_disappeared filled'],
    [ENTERED.operator.market]: ['operator filled'],
    [ENTERED.settled.market]: [],
    [ENTERED.weaker.market]: ['rebalance filled'],
    [CALM[0].market]: ['circuit_breaker filled'],
    [CALM[1].market]: ['circuit_breaker filled'],
    [AFTERWARDS[0].market]: ['stop_loss filled'],
    [AFTERWARDS[1].market]: ['stop_loss filled'],
  });
  for (const { market } of CRASHED)
    expect(exits.get(market)!.at(-1)).toMatch(/^(stop_loss|circuit_breaker) filled$/);

  const explained = (await daemon.ask(`/positions/${ids.get(ENTERED.stages.market)!}/explain`)).body;
  const story = JSON.stringify(explained);
  for (const step of ['entry.detected', 'entry.checked', 'entry.sized', 'entry.ordered', 'entry.filled'])
    expect(story).toContain(step);

  expect(parseMoney(report.cash.net)).toBe(cash.after - cash.before);

  daemon.signal('SIGTERM');
  expect(await daemon.exited).toBe(0);
  const { store, close } = await openStore({ url: undefined, dataDir, migrate: false });
  try {
    expect(await auditBooks(await exchange.account(), store, `p${await store.instance()}-`)).toEqual([]);
    expect(await store.positions({ closed: false })).toEqual([]);
  } finally {
    await close();
  }
});
