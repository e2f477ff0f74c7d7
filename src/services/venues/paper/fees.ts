import type { Money, Price, Quantity } from '../../../domain/money.ts';
import { boundQuadraticFee, quadraticFee, TAKER_RATE } from '../quadratic-fee.ts';

/** One fill as a fee model sees it, in the owned side's terms (the formulas are symmetric in the price). */
export interface FeeTrade {
  action: 'sell' | 'buy';
  price: Price;
  quantity: Quantity;
  maker: boolean;
}

export interface FeeModel {
  name: FeeModelName;
  /** What a fill is charged. */
  fee(trade: FeeTrade): Money;
  /** No fill is charged more; monotone in the quantity. */
  bound(trade: FeeTrade): Money;
}

export const FEE_MODELS = ['kalshi', 'kalshi_maker_fees', 'none'] as const;
export type FeeModelName = (typeof FEE_MODELS)[number];

/** Shares of C·P·(1−P) in 1e-4. */
const RATES: Record<FeeModelName, { taker: number; maker: number } | null> = {
  kalshi: { taker: TAKER_RATE, maker: 0 },
  kalshi_maker_fees: { taker: TAKER_RATE, maker: 175 },
  none: null,
};

/** The fee model that the config names. */
export function feeModel(name: FeeModelName): FeeModel {
  const rates = RATES[name];
  const rateOf = ({ maker }: FeeTrade): number | null => rates && (maker ? rates.maker : rates.taker);
  const charge =
    (formula: typeof quadraticFee) =>
    (trade: FeeTrade): Money => {
      const rate = rateOf(trade);
      return rate === null ? 0 : formula(trade, rate);
    };
  return { name, fee: charge(quadraticFee), bound: charge(boundQuadraticFee) };
}
