import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KellyInput, kellySize, type Sizing } from '../../src/domain/kelly.ts';

/** 0.07 × C × P × (1 − P), up to 1e-6 $, then up until the balance moves by a multiple of $0.0001. */
const takerFee = (price: number) => (quantity: number) => {
  const p = new Decimal(price).div(10_000);
  const exact = new Decimal('0.07').times(quantity).div(100).times(p).times(new Decimal(1).minus(p));
  const spend = exact
    .times(1e6)
    .ceil()
    .plus(price * quantity);
  return spend
    .div(100)
    .ceil()
    .times(100)
    .minus(price * quantity)
    .toNumber();
};
const noFee = () => 0;

/** $10,000, p = 0.60 at $0.50, a quarter of Kelly, whole contracts, no fee. */
const anInput = (overrides: Partial<KellyInput> = {}): KellyInput => ({
  probability: 600_000,
  price: 5000,
  feeOf: noFee,
  balance: 10_000_000_000,
  kellyFraction: 250_000,
  confidenceScale: 1_000_000,
  maxSpend: 10_000_000_000,
  maxQuantity: 10_000_000,
  step: 100,
  ...overrides,
});

describe('kellySize', () => {
  it.each<{ name: string; change: Partial<KellyInput>; sizing: Sizing }>([
    {
      name: 'f* = 0.2, a quarter of it: 5 % of the balance',
      change: {},
      sizing: {
        kind: 'sized',
        quantity: 100_000,
        spend: 500_000_000,
        fraction: 200_000,
        stake: 500_000_000,
        cappedBy: 'kelly',
      },
    },
    {
      name: 'half the confidence, half the size',
      change: { confidenceScale: 500_000 },
      sizing: {
        kind: 'sized',
        quantity: 50_000,
        spend: 250_000_000,
        fraction: 200_000,
        stake: 250_000_000,
        cappedBy: 'kelly',
      },
    },
    {
      name: 'the fee makes a contract cost $0.5175: f* = 0.0825 / 0.4825',
      change: { feeOf: takerFee(5000) },
      sizing: {
        kind: 'sized',
        quantity: 82_600,
        spend: 427_455_000,
        fraction: 170_984,
        stake: 427_461_139,
        cappedBy: 'kelly',
      },
    },
    {
      name: 'down to the quantity step',
      change: { balance: 1_009_000_000, maxSpend: 1_009_000_000 },
      sizing: {
        kind: 'sized',
        quantity: 10_000,
        spend: 50_000_000,
        fraction: 200_000,
        stake: 50_450_000,
        cappedBy: 'kelly',
      },
    },
    {
      name: 'the limits leave $10.30',
      change: { maxSpend: 10_300_000 },
      sizing: {
        kind: 'sized',
        quantity: 2000,
        spend: 10_000_000,
        fraction: 200_000,
        stake: 500_000_000,
        cappedBy: 'limits',
      },
    },
    {
      name: 'the book shows 7.5 contracts',
      change: { maxQuantity: 750 },
      sizing: {
        kind: 'sized',
        quantity: 700,
        spend: 3_500_000,
        fraction: 200_000,
        stake: 500_000_000,
        cappedBy: 'depth',
      },
    },
    {
      name: 'never more than the balance, whatever the scale',
      change: {
        probability: 1_000_000,
        kellyFraction: 1_000_000,
        confidenceScale: 3_000_000,
        maxSpend: 20_000_000_000,
      },
      sizing: {
        kind: 'sized',
        quantity: 2_000_000,
        spend: 10_000_000_000,
        fraction: 1_000_000,
        stake: 30_000_000_000,
        cappedBy: 'limits',
      },
    },
    {
      name: 'the price is what the model says: no edge',
      change: { probability: 500_000 },
      sizing: { kind: 'refused', reason: 'no_edge', fraction: 0, wanted: 0 },
    },
    {
      name: 'the fee eats the edge: (0.51 − 0.5175) / 0.4825',
      change: { probability: 510_000, feeOf: takerFee(5000) },
      sizing: { kind: 'refused', reason: 'no_edge', fraction: -15_545, wanted: 0 },
    },
    {
      name: 'a hundredth of a contract at $0.9999 costs its payout, rounded up',
      change: { probability: 1_000_000, price: 9999, step: 1, feeOf: takerFee(9999) },
      sizing: { kind: 'refused', reason: 'no_edge', fraction: -1_000_000, wanted: 0 },
    },
    {
      name: 'Kelly wants 0.60 contracts where only whole ones trade',
      change: { balance: 6_000_000 },
      sizing: { kind: 'refused', reason: 'too_small', fraction: 200_000, wanted: 60 },
    },
    {
      name: 'the limits are used up',
      change: { maxSpend: 0 },
      sizing: { kind: 'refused', reason: 'too_small', fraction: 200_000, wanted: 100_000 },
    },
    {
      name: 'the limits are exceeded already',
      change: { maxSpend: -5_000_000 },
      sizing: { kind: 'refused', reason: 'too_small', fraction: 200_000, wanted: 100_000 },
    },
    {
      name: 'an empty account',
      change: { balance: 0 },
      sizing: { kind: 'refused', reason: 'too_small', fraction: 200_000, wanted: 0 },
    },
    {
      name: 'an edge that rounds to 0 is still one, though too small',
      change: { probability: 10_001, price: 100, feeOf: () => 5, step: 1000 },
      sizing: { kind: 'refused', reason: 'too_small', fraction: 0, wanted: 12 },
    },
  ])('$name', ({ change, sizing }) => {
    expect(kellySize(anInput(change))).toEqual(sizing);
  });

  it.each([{ price: 0 }, { step: 0 }])('throws on %o', (change) => {
    expect(() => kellySize(anInput(change))).toThrow('must be above 0');
  });
});

/** Exact fractions, so that the oracle can say SPEC 11 and Kelly's formula as they are written. */
const exact = (n: number | bigint, d: number | bigint = 1n): [bigint, bigint] => [BigInt(n), BigInt(d)];
type Exact = ReturnType<typeof exact>;
const times = (...factors: Exact[]): Exact => factors.reduce(([a, b], [c, d]) => [a * c, b * d]);
const minus = ([a, b]: Exact, [c, d]: Exact): Exact => [a * d - c * b, b * d];
const over = ([a, b]: Exact, [c, d]: Exact): Exact => (c < 0n ? [-a * d, -b * c] : [a * d, b * c]);
const atMost = ([a, b]: Exact, [c, d]: Exact): boolean => a * d <= c * b;
const toUnit = ([a, b]: Exact, unit: bigint): number => {
  const scaled = a * unit;
  return Number(scaled / b - (scaled % b < 0n ? 1n : 0n));
};

const million = 1_000_000;

function betOn(input: KellyInput, quantity: number) {
  const spend = input.price * quantity + input.feeOf(quantity);
  const dollars = exact(spend, million);
  const contractCost = over(dollars, exact(quantity, 100));
  const probability = exact(input.probability, million);
  const one = exact(1);
  if (atMost(one, contractCost)) return { spend, dollars, kelly: null, stake: exact(0) };
  const kelly = over(minus(probability, contractCost), minus(one, contractCost));
  const scales = [exact(input.kellyFraction, million), exact(input.confidenceScale, million)];
  return { spend, dollars, kelly, stake: times(exact(input.balance, million), kelly, ...scales) };
}

function breaks(input: KellyInput, quantity: number): 'kelly' | 'limits' | 'depth' | null {
  const { spend, dollars, stake } = betOn(input, quantity);
  if (!atMost(dollars, stake)) return 'kelly';
  if (spend > input.maxSpend || spend > input.balance) return 'limits';
  return quantity > input.maxQuantity ? 'depth' : null;
}

/** Every multiple of the step, one after the other. */
function sizeByTrying(input: KellyInput): Sizing {
  const first = betOn(input, input.step);
  const fraction = first.kelly === null ? -million : toUnit(first.kelly, 1_000_000n);
  if (first.kelly === null || first.kelly[0] <= 0n)
    return { kind: 'refused', reason: 'no_edge', fraction, wanted: 0 };
  let quantity = 0;
  for (let q = input.step; q <= input.maxQuantity; q += input.step)
    if (breaks(input, q) === null) quantity = q;
  if (quantity === 0) {
    const stake = toUnit(first.stake, 1_000_000n);
    const wanted = Number((BigInt(stake) * BigInt(input.step)) / BigInt(first.spend));
    return { kind: 'refused', reason: 'too_small', fraction, wanted };
  }
  const { spend, kelly, stake } = betOn(input, quantity);
  return {
    kind: 'sized',
    quantity,
    spend,
    fraction: toUnit(kelly!, 1_000_000n),
    stake: toUnit(stake, 1_000_000n),
    cappedBy: breaks(input, quantity + input.step)!,
  };
}

const anyStep = fc.constantFrom(1, 1, 10, 100);
const anyPrice = fc.oneof(
  fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100),
  fc.integer({ min: 1, max: 9999 }),
);
const aboveOrBelow = (price: number, edge: number) => Math.max(0, Math.min(million, price * 100 + edge));

const anyRealistic = fc
  .record({
    price: anyPrice,
    edge: fc.integer({ min: -20_000, max: 300_000 }),
    balance: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    kellyFraction: fc.constantFrom(250_000, 220_000, 180_000, million),
    confidenceScale: fc.constantFrom(million, 750_000, 500_000),
    share: fc.integer({ min: -10, max: 120 }),
    maxQuantity: fc.oneof(fc.integer({ min: 0, max: 10_000_000 }), fc.constant(Number.MAX_SAFE_INTEGER)),
    step: anyStep,
    hasFee: fc.boolean(),
  })
  .map(({ edge, share, hasFee, ...rest }) =>
    anInput({
      ...rest,
      probability: aboveOrBelow(rest.price, edge),
      maxSpend: Math.floor((rest.balance * share) / 100),
      feeOf: hasFee ? takerFee(rest.price) : noFee,
    }),
  );

/** A fee that climbs by steps of any size at any quantity: only that it never falls is certain. */
const anyClimbingFee = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 60_000 })), { maxLength: 12 })
  .map((climbs) => (quantity: number) => {
    return climbs.reduce((fee, [from, by]) => (quantity >= from ? fee + by : fee), 0);
  });

const anySmall = fc
  .record({
    price: anyPrice,
    edge: fc.integer({ min: -5000, max: 100_000 }),
    balance: fc.integer({ min: 0, max: 60_000_000 }),
    kellyFraction: fc.constantFrom(250_000, million),
    maxSpend: fc.integer({ min: 0, max: 3_000_000 }),
    maxQuantity: fc.integer({ min: 0, max: 400 }),
    step: fc.constantFrom(1, 1, 7, 100),
    fee: fc.oneof(fc.constant('taker' as const), anyClimbingFee),
  })
  .map(({ edge, fee, ...rest }) =>
    anInput({
      ...rest,
      probability: aboveOrBelow(rest.price, edge),
      feeOf: fee === 'taker' ? takerFee(rest.price) : fee,
    }),
  );

describe('against trying every quantity', () => {
  it('finds the very largest that fits, for any fee that never falls', () => {
    fc.assert(
      fc.property(anySmall, (input) => {
        expect(kellySize(input)).toEqual(sizeByTrying(input));
      }),
      { numRuns: 500 },
    );
  });

  it('never exceeds a limit, and one step more would, for realistic accounts', () => {
    fc.assert(
      fc.property(anyRealistic, (input) => {
        const sizing = kellySize(input);
        if (sizing.kind === 'refused') {
          if (sizing.reason === 'too_small') expect(breaks(input, input.step)).not.toBeNull();
          else expect(betOn(input, input.step).kelly?.[0] ?? 0n).toBeLessThanOrEqual(0n);
          return;
        }
        expect(sizing.quantity % input.step).toBe(0);
        expect(sizing.spend).toBe(betOn(input, sizing.quantity).spend);
        expect(breaks(input, sizing.quantity)).toBeNull();
        expect(breaks(input, sizing.quantity + input.step)).toBe(sizing.cappedBy);
      }),
      { numRuns: 500 },
    );
  });

  it('asks for thousands of fees at most, however thin the edge', () => {
    fc.assert(
      fc.property(anyRealistic, fc.integer({ min: 1, max: 2000 }), (input, edge) => {
        let asked = 0;
        const price = input.price;
        const worst = takerFee(price);
        const probability = aboveOrBelow(price, Math.ceil((worst(input.step) * 100) / input.step) + edge);
        const feeOf = (quantity: number) => {
          asked += 1;
          return worst(quantity);
        };
        kellySize({ ...input, probability, feeOf });
        expect(asked).toBeLessThan(20_000);
      }),
    );
  });
});
