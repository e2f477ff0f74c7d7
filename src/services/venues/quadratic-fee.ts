import {
  amount,
  checked,
  type Fraction,
  type Money,
  mulDivFloor,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  WHOLE,
} from '../../domain/money.ts';

/** What takers pay of C·P·(1−P), in 1e-4: the same under all fee types whose formula is known (FACTS section 10). */
export const TAKER_RATE = 700;

/** What a balance moves in: $0.0001 for direct members (FACTS section 10). */
const BALANCE_STEP: Money = 100;

interface Trade {
  action: 'sell' | 'buy';
  price: Price;
  quantity: Quantity;
}

/**
 * ⌈rate · C · P · (1−P)⌉ to 1e-6 $, then whatever brings the balance change down to a multiple of $0.0001.
 * `rate` is in 1e-4. Each fill stands alone: the exchange's rebates per order are left out.
 */
export function quadraticFee({ action, price, quantity }: Trade, rate: number): Money {
  const fee = exactFee({ price, quantity }, rate, WHOLE);
  const value = amount(price, quantity);
  const change = action === 'sell' ? value - fee : -value - fee;
  const rounded = mulDivFloor(change, 1, BALANCE_STEP) * BALANCE_STEP;
  return action === 'sell' ? value - rounded : -value - rounded;
}

/**
 * The least bound on the fee of one fill that is monotone in the quantity: rate · multiplier · C · P · (1−P) up to
 * $0.0001, and $0.0001 more where the value of the contracts itself need not be a multiple of that.
 */
export function boundQuadraticFee(
  { price, quantity }: Omit<Trade, 'action'>,
  rate: number,
  multiplier: Fraction = WHOLE,
): Money {
  const fee = exactFee({ price, quantity }, rate, multiplier);
  const steps = mulDivFloor(fee + BALANCE_STEP - 1, 1, BALANCE_STEP);
  return (steps + (price % BALANCE_STEP === 0 ? 0 : 1)) * BALANCE_STEP;
}

/** ⌈rate · multiplier · C · P · (1−P)⌉ to 1e-6 $; the rate in 1e-4. */
function exactFee({ price, quantity }: Omit<Trade, 'action'>, rate: number, multiplier: Fraction): Money {
  const perDollar = BigInt(rate) * BigInt(multiplier);
  const numerator = perDollar * BigInt(quantity) * BigInt(price) * BigInt(ONE_DOLLAR - price);
  const divisor = 10n ** 14n;
  return checked(Number((numerator + divisor - 1n) / divisor));
}
