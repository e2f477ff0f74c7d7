import type { z } from 'zod';
import { foreignWords } from '../stream/text.ts';
import { anyRows } from './numbers.ts';

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
  readable: T[];
  malformed: MalformedRow[];
}

/**
 * Public rows one by one: an unreadable one is told apart, so that it does not hide the others. Of a market that comes
 * twice neither row is believed. Null is no rows.
 */
export const readableRows = <T>(row: z.ZodType<T>, marketOf: (row: T) => string) =>
  anyRows.nullable().transform((items): ReadableRows<T> => {
    const readable = new Map<string, T>();
    const malformed: MalformedRow[] = [];
    const twice = new Set<string>();
    for (const item of items ?? []) {
      const read = row.safeParse(item);
      if (!read.success) {
        malformed.push({ ticker: tickerOf(item), reason: describeIssues(read.error.issues) });
        continue;
      }
      const market = marketOf(read.data);
      if (readable.has(market)) twice.add(market);
      readable.set(market, read.data);
    }
    for (const ticker of twice) {
      readable.delete(ticker);
      malformed.push({ ticker, reason: 'ticker: it comes twice' });
    }
    return { readable: [...readable.values()], malformed };
  });

function tickerOf(row: unknown): string | null {
  const ticker = (row as { ticker?: unknown } | null | undefined)?.ticker;
  return typeof ticker === 'string' ? foreignWords(ticker) : null;
}
