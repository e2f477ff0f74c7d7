import { z } from 'zod';
import { parseFraction, parseMoney, parsePrice, parseQuantity } from '../../domain/money.ts';
import { listWords, refuseWord } from './nearest-word.ts';

/** Decimal texts in the unit's own terms; at most one lower and one upper bound. */
export interface Bounds {
  min?: string;
  above?: string;
  max?: string;
  below?: string;
}

type Parse = (text: string) => number;

/** Describes what stands there instead: `"abc" is not allowed: must be …`. */
export function refuseValue(input: unknown, allowed: string): string {
  if (input === undefined) return `is missing: must be ${allowed}`;
  if (input === '') return `is empty: must be ${allowed}`;
  return `${describeValue(input)} is not allowed: must be ${allowed}`;
}

/** What the JSON Schema of a text says beside its type. */
export interface TextFacts {
  pattern?: string;
  enum?: readonly string[];
}

/** A text that `read` turns into a value; null from `read` refuses it. */
export function scalar<T>(
  allowed: string,
  read: (text: string) => T | null,
  refuse = refuseValue,
  facts: TextFacts = {},
) {
  return z
    .unknown()
    .transform((input, context): T => {
      const value = typeof input === 'string' && input !== '' ? read(input) : null;
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: refuse(input, allowed) });
      return z.NEVER;
    })
    .meta({ type: 'string', description: allowed, ...facts });
}

/** A Fraction in 1e-6. */
export const fraction = (bounds: Bounds) => exactNumber('a fraction', '0.000001', parseFraction, bounds);
/** A Price in 1e-4 $. */
export const price = (bounds: Bounds) => exactNumber('a price in dollars', '0.0001', parsePrice, bounds);
/** A Quantity in 0.01 contracts. */
export const quantity = (bounds: Bounds) =>
  exactNumber('a number of contracts', '0.01', parseQuantity, bounds);
/** Money in 1e-6 $. */
export const money = (bounds: Bounds) => exactNumber('an amount in dollars', '0.000001', parseMoney, bounds);
/** Seconds as ms. */
export const seconds = (bounds: Bounds) => exactNumber('a number of seconds', '0.001', parseSeconds, bounds);
/** Percent (50 is half) as a plain number with at most 4 decimals. */
export const percentage = (bounds: Bounds) =>
  exactNumber('a percentage', '0.0001', (t) => parsePrice(t) / 1e4, bounds);
/** A plain whole number. */
export const count = (bounds: Bounds) => exactNumber('a whole number', null, parseCount, bounds);
/** A number that is not money, as a binary float. */
export const factor = (bounds: Bounds) =>
  exactNumber('a number', null, (text) => parseFraction(text) / 1e6, bounds);

export const bool = () =>
  scalar('true or false', (text) => (text === 'true' ? true : text === 'false' ? false : null), refuseValue, {
    enum: ['true', 'false'],
  });

/** A text of letters, digits and what `pattern` allows besides. */
export const text = (allowed: string, pattern: RegExp) =>
  scalar(allowed, (t) => (pattern.test(t) ? t : null), refuseValue, { pattern: pattern.source });

/** One of the words, with a guess at what a wrong one should have been. */
export function word<const W extends readonly string[]>(words: W) {
  const allowed = listWords(words);
  return scalar<W[number]>(
    allowed,
    (t) => (words.includes(t) ? t : null),
    (input) =>
      typeof input === 'string' && input !== '' ? refuseWord(input, words) : refuseValue(input, allowed),
    { enum: words },
  );
}

/** The word `none`, or whatever the other schema takes. */
export function orNone<T>(schema: z.ZodType<T>) {
  return z.unknown().transform((input, context): T | null => {
    if (input === 'none') return null;
    const result = schema.safeParse(input);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.addIssue({ code: 'custom', message: `${issue.message}, or none`, path: issue.path });
    }
    return z.NEVER;
  });
}

function exactNumber(unit: string, step: string | null, parse: Parse, bounds: Bounds) {
  const allowed =
    [unit, describeBounds(bounds)].filter(Boolean).join(' ') + (step ? `, exact to ${step}` : '');
  const read = (t: string): number | null => {
    const value = parseOrNull(t, parse);
    return value !== null && isWithin(value, bounds, parse) ? value : null;
  };
  return scalar(allowed, read, refuseValue, step === null ? {} : { pattern: decimalPattern(step) });
}

/** `0.01` → a sign, digits, and at most two decimals that count. */
const decimalPattern = (step: string): string => `^-?\\d+(\\.\\d{1,${step.length - '0.'.length}}0*)?$`;

function parseOrNull(t: string, parse: Parse): number | null {
  try {
    return parse(t);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function isWithin(value: number, { min, above, max, below }: Bounds, parse: Parse): boolean {
  if (min !== undefined && value < parse(min)) return false;
  if (above !== undefined && value <= parse(above)) return false;
  if (max !== undefined && value > parse(max)) return false;
  return below === undefined || value < parse(below);
}

function describeBounds({ min, above, max, below }: Bounds): string {
  const lower = min !== undefined ? `at least ${min}` : above !== undefined ? `above ${above}` : '';
  const upper = max !== undefined ? `at most ${max}` : below !== undefined ? `below ${below}` : '';
  return [lower, upper].filter(Boolean).join(' and ');
}

function parseSeconds(t: string): number {
  const micros = parseFraction(t);
  if (micros % 1000 !== 0) throw new RangeError(`"${t}" has more than 3 decimal places`);
  return micros / 1000;
}

function parseCount(t: string): number {
  if (!/^-?\d{1,15}$/.test(t)) throw new RangeError(`"${t}" is not a whole number`);
  return Number(t);
}

function describeValue(input: unknown): string {
  if (typeof input === 'number') return `the number ${input} (decimals are texts)`;
  if (typeof input === 'boolean') return `${input}`;
  if (typeof input === 'string') return JSON.stringify(input.length > 80 ? `${input.slice(0, 80)}…` : input);
  return Array.isArray(input) ? 'a list' : 'a mapping';
}
