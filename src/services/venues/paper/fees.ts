import {
  amount,
  type Money,
  mulDivCeil,
  mulDivFloor,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from '../../../domain/money.ts';

/** One fill as a fee model sees it, in the owned side's terms (the formulas are symmetric in the price). */
export interface FeeTrade {
  action: 'sell' | 'buy';
  price: Price;
  quantity: Quantity;
  maker: boolean;
}

export interface FeeModel {
  name: FeeModelName;
  fee(trade: FeeTrade): Money;
}

export const FEE_MODELS = ['kalshi', 'kalshi_maker_fees', 'none'] as const;
export type FeeModelName = (typeof FEE_MODELS)[number];

/** What a balance moves in: $0.0001 for direct members (FACTS section 10). */
const BALANCE_STEP: Money = 100;

/** Shares of C·P·(1−P) in 1e-4. */
const RATES: Record<FeeModelName, { taker: number; maker: number } | null> = {
  kalshi: { taker: 700, maker: 0 },
  kalshi_maker_fees: { taker: 700, maker: 175 },
  none: null,
};

/** The fee model that the config names. */
export function feeModel(name: FeeModelName): FeeModel {
  const rates = RATES[name];
  return { name, fee: (trade) => (rates ? quadraticFee(trade, trade.maker ? rates.maker : rates.taker) : 0) };
}

/**
 * ⌈rate · C · P · (1−P)⌉ to 1e-6 $, then whatever brings the balance change down to a multiple of $0.0001.
 * `rate` is in 1e-4. Each fill stands alone: the exchange's rebates per order are left out.
 */
export function quadraticFee({ action, price, quantity }: Omit<FeeTrade, 'maker'>, rate: number): Money {
  const fee = mulDivCeil(rate * quantity, price * (ONE_DOLLAR - price), 100_000_000) + 0;
  const value = amount(price, quantity);
  const change = action === 'sell' ? value - fee : -value - fee;
  const rounded = mulDivFloor(change, 1, BALANCE_STEP) * BALANCE_STEP;
  return action === 'sell' ? value - rounded : -value - rounded;
}
