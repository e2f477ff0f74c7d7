import { randomInt } from 'node:crypto';
import type { Ids, Store } from '../actors/ports.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 6;

/** Random ids of six of [a-z0-9]: two thousand million of them, short enough to be typed. */
export const createIds = (): Ids => ({
  next: () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
});

/** An id that neither a position nor an edge of the store has: what an edge buys becomes a position under its id. */
export async function freeId(ids: Ids, store: Pick<Store, 'position' | 'entry'>): Promise<string> {
  for (;;) {
    const id = ids.next();
    if ((await store.position(id)) === null && (await store.entry(id)) === null) return id;
  }
}
