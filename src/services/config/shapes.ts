import { z } from 'zod';
import { refuseKey } from './nearest-word.ts';
import { refuseValue } from './scalars.ts';

/** Says what is wrong; `path` goes on from the checked value. */
export type Report = (path: PropertyKey[], message: string) => void;

/** So many unknown keys are told one by one. */
const MOST_UNKNOWN = 20;

/** A mapping with exactly these keys; every other key is refused with the nearest one. */
export function mapping<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  const object = z.looseObject(shape, { error: (issue) => refuseValue(issue.input, 'a mapping') });
  const closed = crossCheck(object, (value, report) => {
    const unknown = Object.keys(value).filter((key) => !known.includes(key));
    for (const key of unknown.slice(0, MOST_UNKNOWN)) report([key], refuseKey(key, known));
    if (unknown.length > MOST_UNKNOWN) report([], `has ${unknown.length - MOST_UNKNOWN} more unknown keys`);
  });
  return closed as unknown as z.ZodObject<S, z.core.$strict>;
}

export function list<T extends z.ZodType>(item: T, what: string, least = 0) {
  const array = z.array(item, { error: (issue) => refuseValue(issue.input, `a list of ${what}`) });
  return crossCheck(array, (items, report) => {
    if (Array.isArray(items) && items.length < least) report([], `is empty: must be a list of ${what}`);
  });
}

/** A mapping from free names to values of one shape. */
export function named<T extends z.ZodType>(value: T, allowed: string, pattern: RegExp) {
  const record = z.record(z.string(), value, { error: (issue) => refuseValue(issue.input, 'a mapping') });
  return crossCheck(record, (entries, report) => {
    for (const name of Object.keys(entries)) {
      if (!pattern.test(name))
        report([name], `${JSON.stringify(name.slice(0, 80))} is not a name: must be ${allowed}`);
    }
  });
}

/**
 * Checks values against each other even where some of them were refused, so that all problems come at once. Refused
 * values are objects or texts here, against which no comparison of numbers holds.
 */
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
