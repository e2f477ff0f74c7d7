import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeeType } from '../../src/exchange/specs.ts';
import { roundFee, tradeFee } from '../../src/exchange/trading/fees.ts';
import { DAY, GB, Rig, START } from './rig.ts';

const rule = (feeType: FeeType, feeMultiplier = 1) => ({ feeType, feeMultiplier, flatFee: 10_000 });

describe('the trade fee, in 1e-6 $', () => {
  test.each([
    ['taker: 0.07 × C × P × (1 − P)', rule('quadratic'), true, 400, 10_300, 276_864],
    ['the same for YES at 0.96', rule('quadratic'), true, 9600, 10_300, 276_864],
    ['maker: nothing', rule('quadratic'), false, 400, 10_300, 0],
    ['maker where makers pay: 0.0175', rule('quadratic_with_maker_fees'), false, 5000, 100, 4375],
    ['taker there', rule('quadratic_with_maker_fees'), true, 5000, 100, 17_500],
    ['maker of combos: half the taker', rule('quadratic_with_combo_maker_fees'), false, 5000, 100, 8750],
    ['times the multiplier', rule('quadratic', 0.5), true, 5000, 100, 8750],
    ['a multiplier of nothing', rule('quadratic', 0), true, 5000, 100, 0],
    ['rounded up', rule('quadratic'), true, 100, 1, 7],
    ['flat: per contract', rule('flat'), true, 5000, 250, 25_000],
  ] as const)('%s', (_, fees, isTaker, price, count, expected) => {
    expect(tradeFee(fees, isTaker, price, count)).toBe(expected);
  });
});

describe('rounding', () => {
  test.each([
    ['to $0.0001', 276_864, -98_880_000, 0, 100, { charged: 276_900, credit: 36 }],
    ['to a cent via a broker', 276_864, -98_880_000, 0, 10_000, { charged: 280_000, credit: 3136 }],
    ['what was overcharged comes back', 276_864, -98_880_000, 70, 100, { charged: 276_800, credit: 6 }],
    ['but never more than the fee', 0, 50, 70, 100, { charged: 50, credit: 120 }],
  ] as const)('%s', (_, fee, proceeds, credit, precision, expected) => {
    expect(roundFee(fee, proceeds, credit, precision)).toEqual(expected);
  });

  test('the balance moves in whole steps, no fee is negative, and an order overpays less than it holds in credit', () => {
    const fills = fc.array(
      fc.record({ price: fc.integer({ min: 1, max: 9999 }), count: fc.integer({ min: 1, max: 5000 }) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(fills, fc.constantFrom(100, 10_000), fc.constantFrom(true, false), (all, step, taker) => {
        let credit = 0;
        let [charged, exact] = [0, 0];
        for (const { price, count } of all) {
          const fee = tradeFee(rule('quadratic'), taker, price, count);
          const next = roundFee(fee, -price * count, credit, step);
          expect((price * count + next.charged) % step).toBe(0);
          expect(next.charged).toBeGreaterThanOrEqual(0);
          charged += next.charged;
          exact += fee;
          credit = next.credit;
        }
        expect(charged - exact).toBe(credit);
      }),
    );
  });
});

describe('on the exchange', () => {
  const feeOf = (rig: Rig): string => rig.get('/portfolio/fills').fills[0].fee_cost;

  test('a fill books its own fee, an order their sum, a position all of them', () => {
    const rig = new Rig();
    const { order_id, average_fee_paid } = rig.create({ price: '0.6300', count: '100' }).body;
    const fees = rig.get('/portfolio/fills').fills.map((fill: { fee_cost: string }) => fill.fee_cost);
    expect(fees).toEqual(['0.081600', '1.566800']);
    expect(average_fee_paid).toBe('0.016484');
    expect(rig.get(`/portfolio/orders/${order_id}`).order).toMatchObject({
      taker_fees_dollars: '1.648400',
      maker_fees_dollars: '0.000000',
    });
    expect(rig.get('/portfolio/positions').market_positions[0].fees_paid_dollars).toBe('1.648400');
  });

  test('equal fills may carry unequal fees', () => {
    const rig = new Rig();
    for (let n = 0; n < 4; n++)
      rig.act({ type: 'crowd.place', ticker: GB, side: 'ask', price: 6150, count: 100 });
    rig.create({ price: '0.6200', count: '4' });
    const fees = rig.get('/portfolio/fills').fills.map((fill: { fee_cost: string }) => fill.fee_cost);
    expect(fees.reverse()).toEqual(['0.016600', '0.016600', '0.016600', '0.016500']);
  });

  test('makers pay nothing, or a quarter of the taker', () => {
    for (const [feeType, fee] of [
      ['quadratic', '0.000000'],
      ['quadratic_with_maker_fees', '0.043800'],
    ] as const) {
      const rig = new Rig({ series: [{ ticker: 'KXNFLGAME', feeType }] });
      rig.act({ type: 'crowd.take', orderId: rig.rest() });
      expect(feeOf(rig)).toBe(fee);
    }
  });

  test('an event’s override goes before its series', () => {
    const rig = new Rig({
      events: [{ ticker: 'KXNFLGAME-26NOV29', feeTypeOverride: 'quadratic', feeMultiplierOverride: 2 }],
    });
    rig.create();
    expect(feeOf(rig)).toBe('0.329900');
  });

  test('a waiver holds until its time', () => {
    const rig = new Rig({
      markets: [{ ticker: GB, closeAt: START + DAY, feeWaiverUntil: START + 1000, asks: [[6200, 9000]] }],
    });
    expect(rig.get(`/markets/${GB}`).market.fee_waiver_expiration_time).toBe('2026-11-23T17:00:01Z');
    rig.create();
    expect(feeOf(rig)).toBe('0.000000');
    rig.wait(1000);
    rig.create();
    expect(feeOf(rig)).toBe('0.165000');
  });
});
