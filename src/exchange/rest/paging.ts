import { badParameters, isRefusal, type Refusal } from '../refusal.ts';
import { integerOf } from './fields.ts';

interface Page<T> {
  items: T[];
  /** Where the next page begins; empty on the last one. */
  cursor: string;
}

/**
 * One page of `items`, by their keys: descending (newest first) or ascending. The cursor names the last key shown, so
 * what is added in the meantime neither shifts nor repeats anything.
 */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  query: URLSearchParams,
  { order, limit: [standard, most] }: { order: 'ascending' | 'descending'; limit: readonly [number, number] },
): Page<T> | Refusal {
  const limit = integerOf(query, 'limit', [1, most]) ?? standard;
  if (isRefusal(limit)) return limit;
  const after = readCursor(query.get('cursor'));
  if (isRefusal(after)) return after;
  const direction = order === 'ascending' ? 1 : -1;
  const keyed = items
    .map((item) => ({ key: keyOf(item), item }))
    .filter(({ key }) => after === null || direction * compare(key, after) > 0)
    .sort((a, b) => direction * compare(a.key, b.key));
  const shown = keyed.slice(0, limit);
  const last = shown[shown.length - 1];
  const cursor = last && keyed.length > limit ? Buffer.from(`after ${last.key}`).toString('base64url') : '';
  return { items: shown.map(({ item }) => item), cursor };
}

function readCursor(text: string | null): string | null | Refusal {
  if (text === null || text === '') return null;
  const decoded = Buffer.from(text, 'base64url').toString();
  return decoded.startsWith('after ') ? decoded.slice(6) : badParameters('cursor is not one of ours');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A key that sorts by time (ms) and then by id. */
export const timeKey = (at: number, id: string): string => `${String(at).padStart(15, '0')} ${id}`;
