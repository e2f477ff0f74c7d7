/** Exact numbers as a sentence shows them. */
import {
  type Fraction,
  formatFraction,
  formatPrice,
  formatQuantity,
  type Money,
  mulDivFloor,
  type Price,
  type Quantity,
} from '../../domain/money.ts';

/** 5600 → "$0.56", 5675 → "$0.5675". */
export const priceText = (price: Price): string => `$${formatPrice(price).replace(/0{1,2}$/, '')}`;

/** 10000 → "100", 250 → "2.5". */
export const quantityText = (quantity: Quantity): string => trim(formatQuantity(quantity));

/** −4 005 000 → "$4.01": without its sign, to the nearest cent, halves up. */
export function moneyText(money: Money): string {
  const cents = mulDivFloor(Math.abs(money) + 5_000, 1, 10_000);
  return `$${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** 150000 → "+15 %", −66667 → "−6.67 %": to two decimals, halves away from 0. */
export function percentText(fraction: Fraction): string {
  const hundredths = mulDivFloor(Math.abs(fraction) + 50, 1, 100);
  const sign = hundredths === 0 ? '' : fraction < 0 ? '−' : '+';
  return `${sign}${shareText(hundredths * 100)}`;
}

/** 20000 → "2 %", without a sign. */
export const shareText = (fraction: Fraction): string => `${trim(formatFraction(fraction * 100))} %`;

/** 10000 ms → "10 s". */
export const secondsText = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

const trim = (decimal: string): string => decimal.replace(/\.?0+$/, '');
