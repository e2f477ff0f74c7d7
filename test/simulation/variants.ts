import type { Variant } from './scenario.ts';

/** Books and order updates are pushed; answers come at once. */
export const BY_STREAM: Variant = { name: 'YES by stream', side: 'yes', mode: 'stream', latencyMs: 0 };

/** Everything is asked for, and every answer takes a fifth of a second: requests overlap. */
export const BY_POLLING: Variant = { name: 'NO by polling', side: 'no', mode: 'poll', latencyMs: 200 };

export const VARIANTS: readonly Variant[] = [BY_STREAM, BY_POLLING];
