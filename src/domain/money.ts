/**
 * Exact money. State and hot paths hold safe integers in these units; text enters and leaves as decimal
 * strings. Arithmetic that could leave the safe range goes through BigInt or throws: it never rounds silently.
 */
import { Decimal } from 'decimal.js';

/** Dollars per contract in units of 1e-4 $. A tradable price is 1..9999; a settlement value 0..10000. */
export type Price = number;
/** Contracts in units of 0.01. */
export type Quantity = number;
/** Dollars in units of 1e-6 $: the product of a Price and a Quantity. */
export type Money = number;
/** A fraction (0.15 = 15 %) in units of 1e-6. */
export type Fraction = number;

export const ONE_DOLLAR: Price = 10_000;
export const ONE_CONTRACT: Quantity = 100;
export const WHOLE: Fraction = 1_000_000;

const DECIMALS = { price: 4, quantity: 2, money: 6, fraction: 6 } as const;

/** Reads a decimal text as an integer of 10^-decimals. Throws a RangeError naming the text when it is not exactly representable. */
function parseScaled(text: string, unit: keyof typeof DECIMALS): number {
  const decimals = DECIMALS[unit];
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`"${text}" is not a decimal number`);
  const scaled = new Decimal(text).times(new Decimal(10).pow(decimals));
  if (!scaled.isInteger()) throw new RangeError(`"${text}" has more than ${decimals} decimal places`);
  return checked(scaled.toNumber());
}

function formatScaled(value: number, unit: keyof typeof DECIMALS): string {
  const decimals = DECIMALS[unit];
  const digits = String(Math.abs(checked(value))).padStart(decimals + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** "0.5600" → 5600. Throws a RangeError unless exact to 0.0001. The range (0, 1) is for the caller to check. */
export const parsePrice = (text: string): Price => parseScaled(text, 'price');
/** "2.37" → 237. Throws a RangeError unless exact to 0.01. */
export const parseQuantity = (text: string): Quantity => parseScaled(text, 'quantity');
/** "12.5" → 12500000. Throws a RangeError unless exact to 0.000001. */
export const parseMoney = (text: string): Money => parseScaled(text, 'money');
/** "0.15" → 150000. Throws a RangeError unless exact to 0.000001. */
export const parseFraction = (text: string): Fraction => parseScaled(text, 'fraction');

/** 5600 → "0.5600". */
export const formatPrice = (price: Price): string => formatScaled(price, 'price');
/** 237 → "2.37". */
export const formatQuantity = (quantity: Quantity): string => formatScaled(quantity, 'quantity');
/** 12500000 → "12.500000". */
export const formatMoney = (money: Money): string => formatScaled(money, 'money');
/** 150000 → "0.150000". */
export const formatFraction = (fraction: Fraction): string => formatScaled(fraction, 'fraction');

/** Passes a safe integer through. Throws a RangeError on anything else: a lost digit of money is a bug. */
export function checked(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is outside the exact integer range`);
  return value;
}

/** The sum of integers, checked. */
export const sum = (values: readonly number[]): number =>
  checked(values.reduce((total, value) => total + value, 0));

/** price × quantity in 1e-6 $. Throws when the product is not a safe integer. */
export const amount = (price: Price, quantity: Quantity): Money => checked(price * quantity);

/** Sign of a·b − c·d, exact for all safe integers. */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const left = a * b;
  const right = c * d;
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right))
    return left < right ? -1 : left > right ? 1 : 0;
  const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** ⌊a·b / c⌋ for c > 0, exact for all safe integers. */
export function mulDivFloor(a: number, b: number, c: number): number {
  const product = a * b;
  if (Number.isSafeInteger(product)) return (product - (((product % c) + c) % c)) / c;
  const numerator = BigInt(a) * BigInt(b);
  const divisor = BigInt(c);
  const quotient = numerator / divisor;
  return checked(Number(numerator % divisor !== 0n && numerator < 0n ? quotient - 1n : quotient));
}

/** ⌈a·b / c⌉ for c > 0, exact for all safe integers. */
export const mulDivCeil = (a: number, b: number, c: number): number => 0 - mulDivFloor(-a, b, c);
