/** Every kind of fault that a storm may bring. */
import type { Draw } from '../draw.ts';
import type { Hour } from '../hour.ts';
import { EXCHANGE_FAULTS, endExchangeFaults } from './exchange-faults.ts';
import { endProcessFaults, PROCESS_FAULTS } from './process-faults.ts';
import { endStorageFaults, STORAGE_FAULTS } from './storage-faults.ts';
import { endStreamFaults, STREAM_FAULTS } from './stream-faults.ts';

/** Strikes, and answers for how long it may be felt (ms); null when it can't happen now. */
export type Strike = (hour: Hour, draw: Draw) => number | null;

const STRIKES = {
  ...EXCHANGE_FAULTS,
  ...STREAM_FAULTS,
  ...STORAGE_FAULTS,
  ...PROCESS_FAULTS,
} satisfies Record<string, Strike>;

export type FaultKind = keyof typeof STRIKES;

export const FAULTS = Object.keys(STRIKES) as FaultKind[];

export const strike = (kind: FaultKind, hour: Hour, draw: Draw): number | null => STRIKES[kind](hour, draw);

/** A storm is over: what waits to strike no longer does. */
export function strikeEnds(hour: Hour): void {
  endExchangeFaults(hour);
  endStreamFaults(hour);
  endStorageFaults(hour);
  endProcessFaults(hour);
}
