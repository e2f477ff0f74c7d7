import type { Variant } from './scenario.ts';

export const VARIANTS: readonly Variant[] = [
  { name: 'YES by stream', side: 'yes', mode: 'stream', latencyMs: 0 },
  { name: 'NO by polling', side: 'no', mode: 'poll', latencyMs: 200 },
];
