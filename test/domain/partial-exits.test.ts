import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Method } from '../../src/domain/method.ts';
import {
  allSkipped,
  cumulativeQuantity,
  markFinishedStages,
  nextStage,
  stageQuantity,
} from '../../src/domain/partial-exits.ts';
import type { StageStatus } from '../../src/domain/position.ts';
import { aPosition, defaultMethod } from '../support/domain-builders.ts';

const method = defaultMethod();
const rules = method.partialExits;

const withShares = (...percentages: number[]): Method => ({
  ...method,
  partialExits: {
    ...rules,
    stages: percentages.map((percentage, i) => ({
      name: `s${i}`,
      threshold: 150_000 + i * 100_000,
      percentage,
    })),
  },
});

describe('stage quantities', () => {
  it.each([
    { name: '100 contracts: 50, then 25', quantity: 10_000, stages: [5000, 2500] },
    { name: '3 contracts sell 1, then 1, and 1 rides', quantity: 300, stages: [100, 100] },
    { name: '2 contracts sell 1, then none', quantity: 200, stages: [100, 0] },
    { name: '1 contract has nothing to share', quantity: 100, stages: [0, 0] },
    { name: 'fractions ride along: 4.75 contracts', quantity: 475, stages: [200, 100] },
  ])('$name', ({ quantity, stages }) => {
    expect([0, 1].map((i) => stageQuantity(quantity, rules, i))).toEqual(stages);
  });

  it('a finer step sells finer', () => {
    expect([0, 1].map((i) => stageQuantity(475, { ...rules, stageStep: 1 }, i))).toEqual([237, 119]);
  });

  it('percentages with decimals sum exactly', () => {
    const thirds = withShares(33.3, 33.3, 33.4).partialExits;
    expect(cumulativeQuantity(100_000, thirds, 2)).toBe(100_000);
  });

  it('all shares together reach the cumulative share rounded down, and no stage is negative', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        shares,
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(1, 10, 100),
        (list, quantity, stageStep) => {
          const partial = { ...withShares(...list).partialExits, stageStep };
          const parts = list.map((_, i) => stageQuantity(quantity, partial, i));
          const total = list.reduce((a, b) => a + b);
          expect(parts.every((part) => part >= 0 && part % stageStep === 0)).toBe(true);
          expect(parts.reduce((a, b) => a + b)).toBe(
            Math.floor((quantity * total) / 100 / stageStep) * stageStep,
          );
        },
      ),
    );
  });
});

describe('markFinishedStages', () => {
  it.each<{ name: string; quantity: number; sold: number; before: StageStatus[]; after: StageStatus[] }>([
    { name: 'initialises', quantity: 10_000, sold: 0, before: [], after: ['pending', 'pending'] },
    {
      name: 'skips stages without a contract',
      quantity: 200,
      sold: 0,
      before: [],
      after: ['pending', 'skipped'],
    },
    {
      name: 'skips all of a single contract',
      quantity: 100,
      sold: 0,
      before: [],
      after: ['skipped', 'skipped'],
    },
    {
      name: 'a cent short of the share is not finished',
      quantity: 10_000,
      sold: 4999,
      before: ['pending', 'pending'],
      after: ['pending', 'pending'],
    },
    {
      name: 'finished at the share',
      quantity: 10_000,
      sold: 5000,
      before: ['pending', 'pending'],
      after: ['finished', 'pending'],
    },
    {
      name: 'sold by another exit counts',
      quantity: 10_000,
      sold: 8000,
      before: ['pending', 'pending'],
      after: ['finished', 'finished'],
    },
    {
      name: 'finished stays finished',
      quantity: 10_000,
      sold: 0,
      before: ['finished', 'pending'],
      after: ['finished', 'pending'],
    },
  ])('$name', ({ quantity, sold, before, after }) => {
    expect(markFinishedStages(aPosition({ quantity, sold, stages: before }), method)).toEqual(after);
  });

  it('returns the very same array when nothing changed', () => {
    const position = aPosition({ sold: 5000, stages: ['finished', 'pending'] });
    expect(markFinishedStages(position, method)).toBe(position.stages);
  });

  it('leaves the stages alone while partial exits are disabled', () => {
    const off = { ...method, partialExits: { ...rules, enabled: false } };
    expect(markFinishedStages(aPosition({ stages: [] }), off)).toEqual([]);
  });
});

describe('nextStage', () => {
  it.each<{ name: string; position: Parameters<typeof aPosition>[0]; next: ReturnType<typeof nextStage> }>([
    { name: 'the first with its share', position: {}, next: { index: 0, quantity: 5000 } },
    {
      name: 'what a started stage still has to sell',
      position: { sold: 1200 },
      next: { index: 0, quantity: 3800 },
    },
    { name: 'the second after the first', position: { sold: 5000 }, next: { index: 1, quantity: 2500 } },
    {
      name: 'the second less what was sold beyond the first',
      position: { sold: 6000 },
      next: { index: 1, quantity: 1500 },
    },
    { name: 'none after the last', position: { sold: 7500 }, next: null },
    { name: 'no more than what is left', position: { writtenOff: 9000 }, next: { index: 0, quantity: 1000 } },
    { name: 'none when nothing is left', position: { writtenOff: 10_000 }, next: null },
    { name: 'none when all are skipped', position: { quantity: 100 }, next: null },
    {
      name: 'a skipped first stage leads to the second',
      position: { quantity: 100, stages: ['skipped', 'pending'] },
      next: null,
    },
    {
      name: 'works before the first evaluation',
      position: { stages: [] },
      next: { index: 0, quantity: 5000 },
    },
  ])('$name', ({ position, next }) => {
    expect(nextStage(aPosition(position), method)).toEqual(next);
  });

  it('a stage is never offered again once finished, whatever is filled, lost or restarted', () => {
    const fills = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fills, fc.integer({ min: 1, max: 50_000 }), (parts, quantity) => {
        let position = aPosition({ quantity, stages: [] });
        const finished = new Set<number>();
        for (const part of parts) {
          const next = nextStage(position, method);
          const stages = markFinishedStages(position, method);
          stages.forEach((status, i) => void (status === 'finished' && finished.add(i)));
          for (const index of finished) expect(stages[index]).toBe('finished');
          if (next === null) break;
          expect(finished.has(next.index)).toBe(false);
          expect(position.sold + next.quantity).toBe(cumulativeQuantity(quantity, rules, next.index));
          position = { ...position, stages, sold: position.sold + Math.min(part, next.quantity) };
        }
        expect(position.sold).toBeLessThanOrEqual(cumulativeQuantity(quantity, rules, 1));
      }),
    );
  });
});

describe('allSkipped', () => {
  it.each<{ stages: StageStatus[]; skipped: boolean }>([
    { stages: ['skipped', 'skipped'], skipped: true },
    { stages: ['skipped', 'pending'], skipped: false },
    { stages: ['finished', 'skipped'], skipped: false },
    { stages: [], skipped: true },
  ])('$stages → $skipped', ({ stages, skipped }) => {
    expect(allSkipped(stages)).toBe(skipped);
  });
});
