/** How much to buy (SPEC 11): fractional Kelly for a contract that pays one dollar or nothing. */
import {
  amount,
  checked,
  compareProducts,
  type Fraction,
  type Money,
  mulDivCeil,
  mulDivFloor,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  WHOLE,
} from './money.ts';

export interface KellyInput {
  /** The model's probability for the side bought. */
  probability: Fraction;
  /** What one contract costs at the limit price that would be sent. */
  price: Price;
  /** The fee of buying so many contracts at that price as a taker; never less for more contracts. */
  feeOf: (quantity: Quantity) => Money;
  balance: Money;
  /** The method's share of full Kelly. */
  kellyFraction: Fraction;
  confidenceScale: Fraction;
  /** Most that limits and cash leave to spend, fees included. */
  maxSpend: Money;
  /** Most that the book's depth allows. */
  maxQuantity: Quantity;
  /** What quantities are multiples of. */
  step: Quantity;
}

export type Sizing =
  | {
      kind: 'sized';
      quantity: Quantity;
      /** Price × quantity + fee. */
      spend: Money;
      /** Full Kelly at this quantity's cost (1e-6, rounded down). */
      fraction: Fraction;
      /** What Kelly would stake at this quantity's cost, limits and depth aside (rounded down). */
      stake: Money;
      /** The first of these that one step more would break. */
      cappedBy: 'kelly' | 'limits' | 'depth';
    }
  | {
      kind: 'refused';
      reason: 'no_edge' | 'too_small';
      /** Full Kelly at the cost of one step (1e-6, rounded down). */
      fraction: Fraction;
      /** What the Kelly stake alone would buy at the cost of one step, in 0.01 contracts; 0 without an edge. */
      wanted: Quantity;
    };

/**
 * The largest multiple of `step` whose spend (price × quantity + fee, 1e-6 $) is at most the balance, `maxSpend` and
 * balance × f* × kellyFraction × confidenceScale, and which is at most `maxQuantity`. f* = (p − c) / (1 − c) with
 * c = spend / quantity of that same quantity. `no_edge` when f* ≤ 0 at the cost of one step, where rounding makes the fee
 * dearest; `too_small` when no step fits. Throws a RangeError without a price and a step above 0, or outside the exact range.
 */
export function kellySize(input: KellyInput): Sizing {
  const { price, maxQuantity, step } = input;
  if (price <= 0 || step <= 0) throw new RangeError(`price ${price} and step ${step} must be above 0`);
  const one = purchase(input, step);
  const hasEdge = compareProducts(input.probability, one.payout, WHOLE, one.spend) > 0;
  if (!hasEdge) return { kind: 'refused', reason: 'no_edge', fraction: fullKelly(input, one), wanted: 0 };
  const most = Math.min(input.maxSpend, input.balance);
  const steps = Math.floor(Math.min(maxQuantity, mulDivFloor(most, 1, price)) / step);
  const quantity = step * largestFit(1, steps, mayFit);
  if (quantity === 0) {
    const wanted = mulDivFloor(stakeFor(input, one), step, one.spend);
    return { kind: 'refused', reason: 'too_small', fraction: fullKelly(input, one), wanted };
  }
  const bought = purchase(input, quantity);
  return {
    kind: 'sized',
    quantity,
    spend: bought.spend,
    fraction: fullKelly(input, bought),
    stake: stakeFor(input, bought),
    cappedBy: capOf(purchase(input, quantity + step)),
  };

  function capOf(more: Purchase): 'kelly' | 'limits' | 'depth' {
    if (more.spend > stakeFor(input, more)) return 'kelly';
    return more.spend > most ? 'limits' : 'depth';
  }

  /** False only if no number of steps from `first` to `last` fits; exact for a single one. The fee is the least of them. */
  function mayFit(first: number, last: number): boolean {
    const fee = input.feeOf(first * step);
    const least = checked(amount(price, first * step) + fee);
    const cheapest = { spend: checked(amount(price, last * step) + fee), payout: ONE_DOLLAR * last * step };
    return least <= most && least <= stakeFor(input, cheapest);
  }
}

/** The largest number from `first` to `last` that fits, 0 for none: rounded fees leave gaps, so halves are ruled out, not trusted. */
function largestFit(first: number, last: number, mayFit: (first: number, last: number) => boolean): number {
  if (first > last || !mayFit(first, last)) return 0;
  if (first === last) return last;
  const middle = Math.floor((first + last) / 2);
  return largestFit(middle + 1, last, mayFit) || largestFit(first, middle, mayFit);
}

/** What is paid, and what comes back if the side bought wins: 1 $ per contract. */
interface Purchase {
  spend: Money;
  payout: Money;
}

const purchase = ({ price, feeOf }: KellyInput, quantity: Quantity): Purchase => ({
  spend: checked(amount(price, quantity) + feeOf(quantity)),
  payout: amount(ONE_DOLLAR, quantity),
});

/** f* = 1 − (1 − p) × payout / (payout − spend), rounded down; −1 where nothing can be won. */
function fullKelly({ probability }: KellyInput, { spend, payout }: Purchase): Fraction {
  if (spend >= payout) return -WHOLE;
  return WHOLE - mulDivCeil(WHOLE - probability, payout, payout - spend);
}

/** balance × kellyFraction × confidenceScale × f* (1e-6 $, rounded down); 0 without an edge. */
function stakeFor(input: KellyInput, { spend, payout }: Purchase): Money {
  const whole = BigInt(WHOLE);
  const gain = BigInt(payout) - BigInt(spend);
  const edge = whole * gain - (whole - BigInt(input.probability)) * BigInt(payout);
  if (gain <= 0n || edge <= 0n) return 0;
  const scale = BigInt(input.balance) * BigInt(input.kellyFraction) * BigInt(input.confidenceScale);
  return checked(Number((scale * edge) / (gain * whole ** 3n)));
}
