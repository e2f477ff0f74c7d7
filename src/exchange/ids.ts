import type { World } from './world.ts';

const PREFIX = { order: 'a0000000', trade: 'f0000000', market: 'b0000000', user: 'e0000000' } as const;

/** The next identifier of a kind, in the shape of a UUID; later ones sort after earlier ones. */
export function nextId(world: World, kind: keyof typeof PREFIX): string {
  world.counters[kind] += 1;
  return `${PREFIX[kind]}-0000-4000-8000-${world.counters[kind].toString(16).padStart(12, '0')}`;
}

export function nextNumber(world: World, kind: 'priority' | 'fault' | 'web' | 'feeChange'): number {
  world.counters[kind] += 1;
  return world.counters[kind];
}
