import type { Clock } from '../../../../actors/ports.ts';
import type { Warnings } from '../warnings.ts';
import type { Call } from './kalshi-client.ts';
import type { Bucket } from './pacer.ts';

/** The pacer keeps within the limits, so that a refusal is rare; one that lasts holds up every exit. */
const LASTS_MS = 60_000;

const HELD_UP: Record<Bucket, string> = {
  read: 'nothing of the account and the markets can be read',
  write: 'exits can not be placed and not be cancelled',
};

/** Says when the exchange has refused all reads, or all writes, as too many for a minute. */
export class RateWatch {
  readonly #clock: Clock;
  readonly #warnings: Warnings;
  readonly #since = new Map<Bucket, number>();

  constructor(clock: Clock, warnings: Warnings) {
    this.#clock = clock;
    this.#warnings = warnings;
  }

  note({ method, status }: Pick<Call, 'method' | 'status'>): void {
    if (status === null) return;
    const bucket: Bucket = method === 'GET' ? 'read' : 'write';
    const key = `rate_limited:${bucket}` as const;
    if (status !== 429) {
      this.#since.delete(bucket);
      return this.#warnings.clear(key);
    }
    const now = this.#clock.now();
    const since = this.#since.get(bucket) ?? now;
    this.#since.set(bucket, since);
    if (now - since < LASTS_MS) return;
    this.#warnings.raise(
      key,
      'critical',
      `the exchange refuses every ${bucket} as one too many since ${new Date(since).toISOString()}: ${HELD_UP[bucket]}. It is asked again every few seconds; does another program use the same key?`,
    );
  }
}
