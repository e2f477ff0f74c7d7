import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { describeIssues } from '../../../src/services/venues/kalshi/wire/issues.ts';

type Json = Record<string, unknown>;

/** Never numbers: what parseFloat, Number or a loose pattern would have taken. */
export const HOSTILE: readonly unknown[] = [
  ...[
    'NaN',
    'Infinity',
    '1e5',
    '',
    ' 1',
    '1 ',
    '0x1',
    '1,0',
    '.5',
    '5.',
    '+1',
    '--1',
    '1.2.3',
    '١',
    '1\n',
    '1_0',
  ],
  ...['9'.repeat(25), '1'.repeat(100_000), 0.5, 1, null, true, {}, ['1.00']],
];

/** What is wrong with a body, as the client would say it; null when nothing is. */
export function issuesOf(schema: z.ZodType, body: unknown): string | null {
  const read = schema.safeParse(body);
  return read.success ? null : describeIssues(read.error.issues);
}

/** Tests that each of `fields` must be there and must be a decimal text, wherever `wrap` puts the row. */
export function mustBeDecimal(
  name: string,
  schema: z.ZodType,
  row: Json,
  fields: readonly string[],
  wrap: (row: Json) => unknown = (row) => row,
  path = '',
): void {
  describe(`${name} without a readable count or amount`, () => {
    test.each(fields)('%s', (field) => {
      const { [field]: _, ...others } = row;
      expect(issuesOf(schema, wrap(others))).toContain(`${path}${field}: `);
      for (const value of HOSTILE)
        expect(issuesOf(schema, wrap({ ...row, [field]: value })), JSON.stringify(value)).toContain(
          `${path}${field}: `,
        );
    });
  });
}

/** Tests that fields which nobody knows change nothing. */
export function mustIgnoreUnknown(
  name: string,
  schema: z.ZodType,
  row: Json,
  wrap: (row: Json) => Json,
): void {
  test(`${name} may have fields that nobody knows`, () => {
    const odd = { ...row, brand_new: { a: [1] }, zz_dollars: 'NaN' };
    expect(schema.parse({ ...wrap(odd), other_top: 1 })).toEqual(schema.parse(wrap(row)));
  });
}
