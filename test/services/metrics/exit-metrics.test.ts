import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { StoreWrite } from '../../../src/actors/ports.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import { ExitMetrics } from '../../../src/services/metrics/exit-metrics.ts';
import { NOON } from '../../support/domain-builders.ts';
import { parseExposition, sampleOf } from '../../support/exposition.ts';
import { anAttempt, anExit } from '../../support/store-records.ts';

const open = () => {
  const registry = new Registry();
  const clock = new VirtualClock(NOON);
  const retries: string[] = [];
  const metrics = new ExitMetrics(registry, clock, (what) => retries.push(what));
  const read = async (name: string) => sampleOf(parseExposition(await registry.metrics()), name);
  return { clock, metrics, retries, read };
};

const triggered = (exitId: string, at: number): StoreWrite => ({
  kind: 'decision',
  decision: { positionId: '1', exitId, at, kind: 'exit.triggered', summary: '', data: {} },
});

describe('what is under way', () => {
  it('is remembered until it is over, and no longer', async () => {
    const { metrics, read } = open();
    for (let i = 0; i < 100; i++) {
      const exitId = `x${i}`;
      const clientId = `c${i}`;
      const exit = anExit({ exitId, status: 'working', triggeredAt: NOON, endedAt: null });
      const attempt = anAttempt({ exitId, clientId, status: 'recorded', endedAt: null });
      metrics.recorded([{ kind: 'exit', exit }, { kind: 'attempt', attempt }, triggered(exitId, NOON)]);
      expect(metrics.remembered()).toEqual({ exits: 1, orders: 1 });
      metrics.recorded([{ kind: 'attempt', attempt: { ...attempt, status: 'filled', endedAt: NOON } }]);
      metrics.recorded([
        { kind: 'exit', exit: { ...exit, status: 'filled', executedAt: NOON, endedAt: NOON } },
      ]);
    }
    expect(metrics.remembered()).toEqual({ exits: 0, orders: 0 });
    expect(await read('postern_trigger_to_filled_seconds_count')).toBe(100);
  });
});

describe('an order handed to the venue', () => {
  it('is timed from the trigger the first time, and a resend after that', async () => {
    const { clock, metrics, retries, read } = open();
    metrics.recorded([
      { kind: 'exit', exit: anExit({ exitId: 'x', status: 'working', triggeredAt: NOON, endedAt: null }) },
      {
        kind: 'attempt',
        attempt: anAttempt({ exitId: 'x', clientId: 'c', status: 'recorded', endedAt: null }),
      },
      triggered('x', NOON),
    ]);
    clock.moveTo(NOON + 250);
    metrics.sent('c');
    clock.moveTo(NOON + 900);
    metrics.sent('c');
    expect(await read('postern_trigger_to_order_seconds_sum')).toBe(0.25);
    expect(await read('postern_trigger_to_order_seconds_count')).toBe(1);
    expect(retries).toEqual(['resend']);
  });

  it('by an earlier life is a resend', () => {
    const { metrics, retries } = open();
    metrics.sent('p-of-before');
    expect(retries).toEqual(['resend']);
  });
});

describe('a fill that the venue dates before our trigger', () => {
  it('took no time: the clocks differ', async () => {
    const { metrics, read } = open();
    const exit = anExit({ status: 'filled', triggeredAt: NOON, executedAt: NOON - 40, endedAt: NOON });
    metrics.recorded([{ kind: 'exit', exit }]);
    expect(await read('postern_trigger_to_filled_seconds_sum')).toBe(0);
  });
});
