import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { EvaluationMetrics } from '../../../src/services/metrics/evaluation-metrics.ts';
import { parseExposition, sampleOf } from '../../support/exposition.ts';

async function read(registry: Registry, name: string): Promise<number> {
  return sampleOf(parseExposition(await registry.metrics()), name);
}

describe('evaluations', () => {
  it('in a burst are measured one in 64, and all counted', async () => {
    const registry = new Registry();
    let real = 0;
    const { evaluating } = new EvaluationMetrics(registry, () => real);
    let measured = 0;
    for (let i = 0; i < 640; i++) {
      const done = evaluating(2_000, 5_000);
      if (!done) continue;
      measured += 1;
      real += 0.25;
      done();
    }
    expect(measured).toBe(11);
    expect(await read(registry, 'postern_evaluations_total')).toBe(640);
    expect(await read(registry, 'postern_evaluation_duration_seconds_count')).toBe(11);
    expect(await read(registry, 'postern_evaluation_duration_seconds_sum')).toBeCloseTo(11 * 0.000_25, 12);
    expect(await read(registry, 'postern_quote_age_seconds_sum')).toBe(22);
  });

  it('a second apart are measured each', async () => {
    const registry = new Registry();
    const { evaluating } = new EvaluationMetrics(registry, () => 0);
    for (let i = 0; i < 10; i++) evaluating(0, i * 1_000)?.();
    expect(await read(registry, 'postern_evaluation_duration_seconds_count')).toBe(10);
  });

  it('of a quote from a venue whose clock is ahead count as of no age', async () => {
    const registry = new Registry();
    const { evaluating } = new EvaluationMetrics(registry, () => 0);
    evaluating(-300, 0);
    expect(await read(registry, 'postern_quote_age_seconds_sum')).toBe(0);
  });
});
