import { randomInt } from 'node:crypto';
import type { Ids, Store } from '../actors/ports.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 6;

/** Random ids of six of [a-z0-9]: two thousand million of them, short enough to be typed. */
export const createIds = (): Ids => ({
  next: () => Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
});

/** An id that no position of the store has. */
export async function freeId(ids: Ids, store: Pick<Store, 'position'>): Promise<string> {
  for (;;) {
    const id = ids.next();
    if ((await store.position(id)) === null) return id;
  }
}
