import type { z } from 'zod';
import type { KalshiClient, Outcome } from './kalshi-client.ts';
import type { Lane } from './pacer.ts';

/** More pages than any account has: a cursor that never ends is an error of the exchange. */
const MOST_PAGES = 500;

interface PagedRead<A extends { cursor: string | null }, T> {
  path: string;
  query: [string, string][];
  schema: z.ZodType<A>;
  rows: (answer: A) => readonly T[];
  lane: Lane;
}

/** All rows of a list, page after page. `startedAt` (ms, our clock) is when the first page was asked for. */
export async function readAll<A extends { cursor: string | null }, T>(
  client: KalshiClient,
  { path, query, schema, rows, lane }: PagedRead<A, T>,
): Promise<Outcome<T[]>> {
  const all: T[] = [];
  const seen = new Set<string>();
  let cursor: string | null = null;
  let startedAt: number | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const at: [string, string][] = cursor === null ? [] : [['cursor', cursor]];
    const outcome: Outcome<A> = await client.get(path, { query: [...query, ...at], schema, lane });
    if (outcome.kind !== 'ok') return outcome;
    for (const row of rows(outcome.value)) all.push(row);
    startedAt ??= outcome.startedAt;
    cursor = outcome.value.cursor;
    if (cursor === null) return { ...outcome, startedAt, value: all };
    if (seen.has(cursor)) return { kind: 'malformed', reason: `${path} gave the same cursor twice` };
    seen.add(cursor);
  }
  return { kind: 'malformed', reason: `${path} does not end after ${MOST_PAGES} pages` };
}
