import { Lease, type LeaseOptions } from '../../actors/ledger/lease.ts';
import { createSystemClock } from '../clock.ts';
import type { Config } from '../config/schema.ts';
import type { Closing } from '../process/closing.ts';
import { type OpenStore, openStore } from '../store/open-store.ts';
import { freeDeadLease, leaseOwner, waitForLease } from './lease-wait.ts';

/** The store of one daemon, with the lease that makes it its only writer. */
export interface Ownership extends Omit<OpenStore, 'close'> {
  lease: Lease;
  owner: string;
  /** Resolves with the reason once the lease is gone. */
  lost: Promise<string>;
}

/**
 * Opens the store and takes the lease; null when `isCalledOff` says so meanwhile. Throws a StoreUnavailableError or a
 * LeaseTakenError.
 */
export async function takeOwnership(
  config: Config,
  closing: Closing,
  isCalledOff: () => boolean,
): Promise<Ownership | null> {
  const url = config.database.url ?? undefined;
  const { store, paper, close } = await openStore({ url, dataDir: config.dataDir, migrate: true });
  closing.add('store', close);
  const exclusive = url === undefined;
  if (exclusive) await freeDeadLease(store);
  const owner = leaseOwner();
  let lost!: (reason: string) => void;
  const loss = new Promise<string>((resolve) => {
    lost = resolve;
  });
  const clock = createSystemClock();
  const { ttlMs } = config.lease;
  const lease = await waitForLease(
    () => takeFresh({ store, clock, owner, ttlMs, exclusive, lost }),
    isCalledOff,
  );
  if (lease === null) return null;
  closing.add('lease', () => lease.release());
  return { store, paper, lease, owner, lost: loss };
}

/** A lease that was long in coming is over by our own count, which begins with the question. */
async function takeFresh(options: LeaseOptions): ReturnType<typeof Lease.take> {
  for (;;) {
    const answer = await Lease.take(options);
    if (!(answer instanceof Lease) || answer.isValid) return answer;
    await answer.release();
  }
}
