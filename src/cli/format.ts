/** How numbers and times look to a person: from the decimal strings and ISO times that programs get. */
import { Decimal } from 'decimal.js';

const NONE = '–';

/** "0.5600" → "$0.56", "0.5675" → "$0.5675". */
export const showPrice = (price: string | null): string =>
  price === null ? NONE : `$${trimDecimals(price, 2)}`;

/** "60.00" → "60", "2.50" → "2.5". */
export const showQuantity = (quantity: string): string => trimDecimals(quantity, 0);

/** "12.345678" → "+$12.35", "-3" → "−$3.00", "0" → "$0.00". */
export function showMoney(money: string | null): string {
  if (money === null) return NONE;
  const cents = new Decimal(money).toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
  return `${signOf(cents)}$${cents.abs().toFixed(2)}`;
}

/** The sum of amounts, those that are not known left out. */
export const sumMoney = (amounts: readonly (string | null)[]): string =>
  amounts.reduce((sum, amount) => sum.plus(amount ?? 0), new Decimal(0)).toFixed(6);

/** "0.107142" → "+10.71 %". */
export function showPercent(fraction: string | null): string {
  if (fraction === null) return NONE;
  const percent = new Decimal(fraction).times(100).toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
  return `${signOf(percent)}${percent.abs().toFixed(2)} %`;
}

/** 3 → "3 s", 200 → "3 min", 7300 → "2 h". */
export function showAge(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 100) return `${Math.floor(seconds)} s`;
  if (seconds < 6_000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How long something took: 420 → "0.4 s", 71000 → "1 min 11 s". */
export function showDuration(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** "2026-02-08T19:12:49.402Z" → "19:12:49"; with its date, "2026-02-08 19:12:49". Always UTC. */
export function showTime(iso: string | null, { date = false } = {}): string {
  if (iso === null) return NONE;
  return date ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}` : iso.slice(11, 19);
}

/** 1 and "exit" → "1 exit", 2 → "2 exits". */
export const countOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** `YES DEMO-1`, as people say it. */
export const showLot = ({ side, market }: { side: string; market: string }): string =>
  `${side.toUpperCase()} ${market}`;

/** Text from elsewhere without control characters, which could steer the terminal. */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

function trimDecimals(decimal: string, atLeast: number): string {
  const value = new Decimal(decimal);
  return value.toFixed(Math.max(atLeast, value.decimalPlaces()));
}

const signOf = (value: Decimal): string => (value.isZero() ? '' : value.isNegative() ? '−' : '+');
