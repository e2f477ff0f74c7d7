import { z } from 'zod';

const MAX_ISSUES = 3;

/** The first few issues as `fills.3.count_fp: "1e5" is not a decimal number`. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  const shown = issues
    .slice(0, MAX_ISSUES)
    .map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`);
  const more = issues.length > MAX_ISSUES ? ` (and ${issues.length - MAX_ISSUES} more)` : '';
  return shown.join('; ') + more;
}

/** A row that could not be read. */
export interface MalformedRow {
  ticker: string | null;
  /** Names the field. */
  reason: string;
}

interface ReadableRows<T> {
  rows: T[];
  malformed: MalformedRow[];
}

/** Public rows one by one: an unreadable one is told apart, so that it does not hide the others. Null is no rows. */
export const readableRows = <T>(row: z.ZodType<T>) =>
  z
    .array(z.unknown())
    .nullable()
    .transform((items): ReadableRows<T> => {
      const rows: T[] = [];
      const malformed: MalformedRow[] = [];
      for (const item of items ?? []) {
        const read = row.safeParse(item);
        if (read.success) rows.push(read.data);
        else malformed.push({ ticker: tickerOf(item), reason: describeIssues(read.error.issues) });
      }
      return { rows, malformed };
    });

function tickerOf(row: unknown): string | null {
  const ticker = (row as { ticker?: unknown } | null | undefined)?.ticker;
  return typeof ticker === 'string' ? ticker.slice(0, 100) : null;
}
