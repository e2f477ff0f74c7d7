import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Store } from '../../actors/ports.ts';
import { pause } from '../process/processes.ts';

/** Another daemon keeps the lease. */
export class LeaseTakenError extends Error {
  override name = 'LeaseTakenError';

  constructor(owner: string) {
    super(`another daemon (${owner}) holds the lease on this database: stop it first`);
  }
}

interface Held {
  owner: string;
  expiresInMs: number;
}

/** Who holds a lease: host, process, and a random word since processes' ids come back. */
export const leaseOwner = (): string => `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;

const SLACK_MS = 200;
const ASK_EVERY_MS = 500;

/**
 * Takes the lease, waiting out an owner that does not renew it. One that does is alive: throws a LeaseTakenError that
 * names it. `isCalledOff` ends the wait with null.
 */
export async function waitForLease<T extends object>(
  take: () => Promise<T | Held>,
  isCalledOff: () => boolean = () => false,
): Promise<T | null> {
  let last: (Held & { at: number }) | null = null;
  for (;;) {
    if (isCalledOff()) return null;
    const answer = await take();
    if (!('expiresInMs' in answer)) return answer;
    const at = performance.now();
    const isSame = last?.owner === answer.owner;
    if (last && (!isSame || answer.expiresInMs > last.expiresInMs - (at - last.at) + SLACK_MS))
      throw new LeaseTakenError(answer.owner);
    last = { ...answer, at };
    await pause(Math.min(ASK_EVERY_MS, answer.expiresInMs));
  }
}

/**
 * Frees the lease of an owner that is known to be dead: whoever opened an embedded database holds its folder alone.
 * The fence moves on with it.
 */
export async function freeDeadLease(store: Store): Promise<void> {
  const held = await store.acquireLease(leaseOwner(), 1_000);
  const taken = 'epoch' in held ? held : await store.acquireLease(held.owner, 1_000);
  if ('epoch' in taken) await store.releaseLease(taken.epoch);
}
