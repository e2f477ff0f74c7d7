import { describe, expect, it } from 'vitest';
import { audit } from '../support/kalshi-audit.ts';
import { type Hour, playHour } from './mixed-hour.ts';

/** `SEED=7 npx vitest run test/kalshi/mixed-hour.test.ts` plays one hour again, `SEEDS=100` that many. */
const { SEED, SEEDS = '2' } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(SEEDS) }, (_, i) => i + 1);

const REASONS = [
  'stop_loss',
  'circuit_breaker',
  'trailing_stop',
  'time_based_urgent',
  'liquidity_dried_up',
  'profit_target',
  'partial_exit_target',
  'edge_disappeared',
  'rebalance',
];

describe('an hour of 50 positions in which everything goes wrong', () => {
  const sold = new Set<string>();
  const faults = new Set<string>();

  it.each(seeds)(
    'seed %d: the ledger is the exchange’s books, fill by fill',
    async (seed) => {
      const hour = await playHour(seed, seed % 2 === 0);
      expect(hour.world.end).toBeNull();
      expect(await audit(hour.world)).toEqual([]);
      expect(left(hour)).toEqual([]);
      for (const name of Object.keys(hour.faults)) faults.add(name);
      for (const { kind, summary } of hour.world.journal)
        if (kind === 'exit.ended' && !summary.includes('sold 0.00')) sold.add(summary.split(' ')[0]!);
    },
    120_000,
  );

  if (SEED === undefined)
    it('every kind of exit sold, and every kind of trouble came', () => {
      expect(REASONS.filter((reason) => !sold.has(reason))).toEqual([]);
      expect(faults.size).toBeGreaterThanOrEqual(18);
    });
});

/** What is still under watch when nothing goes wrong any more and the breaker sells everything. */
const left = ({ world }: Hour): string[] =>
  world
    .positions()
    .filter(({ awaitingSettlement }) => !awaitingSettlement)
    .map(({ id, market, phase, exit }) => `${id} ${market} ${phase} ${exit?.failure?.code ?? ''}`);
