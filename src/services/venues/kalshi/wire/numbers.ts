import { z } from 'zod';
import {
  type Fraction,
  type Money,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from '../../../../domain/money.ts';

const LONGEST_NUMBER = 40;

/**
 * Reads a decimal text as an integer of 10^-decimals; further decimals must be zeros. Throws a RangeError that quotes
 * the start of the text.
 */
export function parseDecimal(text: string, decimals: number): number {
  const match = text.length <= LONGEST_NUMBER ? /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) : null;
  if (match === null) throw new RangeError(`${quote(text)} is not a decimal number`);
  const [, sign, whole = '', fraction = ''] = match;
  if (/[^0]/.test(fraction.slice(decimals)))
    throw new RangeError(`${quote(text)} has more than ${decimals} decimal places`);
  const value = Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (!Number.isSafeInteger(value)) throw new RangeError(`${quote(text)} is outside the exact integer range`);
  return sign === '-' && value !== 0 ? -value : value;
}

/** "0.5600" → 5600, from 0 to 1 dollar inclusive. Throws a RangeError unless exact to 0.0001. */
export function parseWirePrice(text: string): Price {
  const price = parseDecimal(text, 4);
  if (price < 0 || price > ONE_DOLLAR) throw new RangeError(`${quote(text)} is not a price from 0 to 1`);
  return price;
}

/** "10.00" → 1000. Throws a RangeError for a negative count and unless exact to 0.01. */
export function parseWireCount(text: string): Quantity {
  const count = parseDecimal(text, 2);
  if (count < 0) throw new RangeError(`${quote(text)} is negative`);
  return count;
}

/** "-103.00" → -10300. Throws a RangeError unless exact to 0.01. */
export const parseSignedCount = (text: string): Quantity => parseDecimal(text, 2);

/** "98.880000" → 98880000, of either sign. Throws a RangeError unless exact to 0.000001. */
export const parseWireMoney = (text: string): Money => parseDecimal(text, 6);

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** "2026-10-25T02:18:39.771507Z" → ms since the epoch, rounded down. Throws a RangeError for anything else. */
export function parseInstant(text: string): number {
  const [, seconds, fraction = '', zone] = INSTANT.exec(text) ?? [];
  const ms = seconds === undefined ? Number.NaN : Date.parse(seconds + (zone ?? 'Z'));
  if (!Number.isFinite(ms)) throw new RangeError(`${quote(text)} is not a time like 2026-10-25T02:18:39Z`);
  return ms + Number(fraction.slice(0, 3).padEnd(3, '0'));
}

const quote = (text: string): string => JSON.stringify(text.slice(0, LONGEST_NUMBER));

/** A text read by a function that throws RangeErrors; the error becomes the field's issue. */
export const decoded = <T>(read: (text: string) => T) =>
  z.string().transform((text, context): T => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });

/** A thousand million contracts, or dollars: what so many cost, and a few sums of it, is still exact. */
export const MOST_CONTRACTS: Quantity = 100_000_000_000;
const MOST_MONEY: Money = 1_000_000_000_000_000;

/** The same with amounts refused that no account has. */
const upTo =
  (most: number, read: (text: string) => number) =>
  (text: string): number => {
    const value = read(text);
    if (Math.abs(value) > most) throw new RangeError(`${quote(text)} is more than any account has`);
    return value;
  };

/** A price in 1e-4 $, 0 to 10000. */
export const price = decoded(parseWirePrice);
/** Contracts in 0.01, not negative. */
export const count = decoded(upTo(MOST_CONTRACTS, parseWireCount));
/** Contracts in 0.01 of either sign. */
export const signedCount = decoded(upTo(MOST_CONTRACTS, parseSignedCount));
/** Dollars in 1e-6, of either sign. */
export const money = decoded(upTo(MOST_MONEY, parseWireMoney));
/** A time in ms. */
export const instant = decoded(parseInstant);

/** Go writes a time that was never set as 0001-01-01T00:00:00Z. */
const readOptionalInstant = (text: string): number | null => {
  const ms = parseInstant(text);
  return ms < 0 ? null : ms;
};

/** A time in ms that must be there; null when it was never set. */
export const requiredInstant = decoded(readOptionalInstant);
/** A time in ms; null when missing, null or never set. */
export const optionalInstant = decoded(readOptionalInstant).nullish().transform(orNull);

const EARLIEST_SECOND = 1e8;
const LATEST_SECOND = 1e11;

/** Unix seconds as ms. Refuses what can only be milliseconds. */
export const unixSeconds = z
  .int()
  .min(EARLIEST_SECOND)
  .max(LATEST_SECOND)
  .transform((seconds) => seconds * 1000);

/** Unix milliseconds. Refuses what can only be seconds. */
export const unixMs = z
  .int()
  .min(LATEST_SECOND)
  .max(LATEST_SECOND * 1000);

/** Whole cents as money (1e-6 $), of either sign. */
export const cents = z.int().transform((value, context): Money => {
  const amount = value * 10_000;
  if (Math.abs(amount) <= MOST_MONEY) return amount;
  context.addIssue({ code: 'custom', message: `${value} cents are more than any account has` });
  return z.NEVER;
});

/** A JSON number of at most six decimals, not negative, in 1e-6; null when missing or odd. */
export const optionalMultiplier = z
  .number()
  .min(0)
  .transform((value) => String(value))
  .pipe(decoded((text): Fraction => parseDecimal(text, 6)))
  .nullish()
  .catch(null)
  .transform(orNull);

/** A small whole number that only tells apart; null when missing or odd. */
export const optionalIndex = z.int().min(0).nullish().catch(null).transform(orNull);

const printable = (text: string): boolean => !/[\p{Cc}\p{Cs}]/u.test(text);
const MUST_BE_PRINTABLE = { error: 'must have no control characters and no half ones' };

/** A text with something in it. It may become part of an address or of a database's row. */
export const word = z.string().min(1).max(500).refine(printable, MUST_BE_PRINTABLE);

/** A text; null when missing, null or empty. */
export const optionalWord = z
  .string()
  .max(500)
  .refine(printable, MUST_BE_PRINTABLE)
  .nullish()
  .transform((text) => (text === '' ? null : orNull(text)));

/** The next page's cursor; null on the last page. */
export const cursor = z
  .string()
  .max(10_000)
  .nullish()
  .transform((text) => (text === '' ? null : orNull(text)));

/** Null for what is missing. */
export function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

/** A page has a thousand rows, a book fewer levels than there are prices. */
const MOST_ROWS = 10_000;

/** Rows that nobody has looked into: a list that is too long is refused as a whole. */
export const anyRows = z.array(z.unknown()).max(MOST_ROWS);

export const rows = <T extends z.ZodType>(item: T) => anyRows.pipe(z.array(item));

/** A list; null stands for an empty one, as Go writes it. A missing list is an error. */
export const list = <T extends z.ZodType>(item: T) =>
  rows(item)
    .nullable()
    .transform((items): z.output<T>[] => items ?? []);
