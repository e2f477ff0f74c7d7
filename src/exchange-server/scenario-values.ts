/** Schemas over YAML whose scalars are all texts; each refusal says what is allowed instead. */
import { z } from 'zod';
import { parseMoney, parsePrice, parseQuantity } from '../domain/money.ts';

/** Decimal texts. */
interface Bounds {
  min?: string;
  above?: string;
  max?: string;
  below?: string;
}

/** `"1.5" is not allowed: must be …` */
function refuseValue(input: unknown, allowed: string): string {
  if (input === undefined) return `is missing: must be ${allowed}`;
  if (input === '' || input === null) return `is empty: must be ${allowed}`;
  const shown = Array.isArray(input)
    ? 'a list'
    : typeof input === 'object'
      ? 'a mapping'
      : JSON.stringify(input);
  return `${shown.slice(0, 80)} is not allowed: must be ${allowed}`;
}

/** A text that `read` turns into a value; null refuses it. */
export function scalar<T>(allowed: string, read: (text: string) => T | null) {
  return z.unknown().transform((input, context): T => {
    const value = typeof input === 'string' && input !== '' ? read(input) : null;
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: refuseValue(input, allowed) });
    return z.NEVER;
  });
}

function exact(what: string, parse: (text: string) => number, bounds: Bounds) {
  const { min, above, max, below } = bounds;
  const limits = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return scalar([what, ...limits].join(', '), (text) => {
    const value = parseOrNull(parse, text);
    if (value === null) return null;
    if (min !== undefined && value < parse(min)) return null;
    if (above !== undefined && value <= parse(above)) return null;
    if (max !== undefined && value > parse(max)) return null;
    if (below !== undefined && value >= parse(below)) return null;
    return value;
  });
}

function parseOrNull(parse: (text: string) => number, text: string): number | null {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function parseSeconds(text: string): number {
  const ms = /^(\d+)(?:\.(\d{1,3}))?$/.exec(text);
  if (!ms) throw new RangeError(`"${text}" is no number of seconds`);
  return Number(ms[1]) * 1000 + Number((ms[2] ?? '').padEnd(3, '0'));
}

function parseWhole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new RangeError(`"${text}" is no whole number`);
  return Number(text);
}

/** 1e-4 $. */
export const price = (bounds: Bounds) => exact('a price in dollars exact to 0.0001', parsePrice, bounds);
/** 1e-6 $. */
export const money = (bounds: Bounds) => exact('an amount in dollars', parseMoney, bounds);
/** 0.01 contract. */
export const quantity = (bounds: Bounds) =>
  exact('a number of contracts exact to 0.01', parseQuantity, bounds);
/** Seconds as ms. */
export const seconds = (bounds: Bounds) => exact('a number of seconds', parseSeconds, bounds);
export const whole = (bounds: Bounds) => exact('a whole number', parseWhole, bounds);

export const text = (allowed: string, pattern: RegExp) =>
  scalar(allowed, (written) => (pattern.test(written) ? written : null));

export const word = <const W extends readonly string[]>(words: W) =>
  scalar<W[number]>(listWords(words), (written) => (words.includes(written) ? written : null));

/** A mapping with exactly these keys. */
export function mapping<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  const object = z.looseObject(shape, { error: (issue) => refuseValue(issue.input, 'a mapping') });
  const closed = crossCheck(object, (value, report) => {
    for (const key of Object.keys(value))
      if (!known.includes(key)) report([key], `unknown key: must be ${listWords(known)}`);
  });
  return closed as unknown as z.ZodObject<S, z.core.$strict>;
}

export function list<T extends z.ZodType>(item: T, what: string, least = 0) {
  const array = z.array(item, { error: (issue) => refuseValue(issue.input, `a list of ${what}`) });
  return crossCheck(array, (items, report) => {
    if (items.length < least) report([], `is empty: must be a list of ${what}`);
  });
}

/** Says what is wrong; `path` goes on from the checked value. */
export type Report = (path: PropertyKey[], message: string) => void;

/** Checks values against each other even where some of them were refused, so that all problems come at once. */
export function crossCheck<T extends z.ZodType>(
  schema: T,
  check: (value: z.output<T>, report: Report) => void,
): T {
  return schema.superRefine(
    (value, context) => {
      check(value, (path, message) => context.addIssue({ code: 'custom', path, message }));
    },
    { when: hasRightKind } as never,
  ) as unknown as T;
}

function hasRightKind({ value, issues }: z.core.ParsePayload): boolean {
  const isWrongKind = issues.some((issue) => issue.code === 'invalid_type' && !issue.path?.length);
  return typeof value === 'object' && value !== null && !isWrongKind;
}

/** `a, b or c` */
function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
