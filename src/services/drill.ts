import type { Clock } from '../actors/ports.ts';
import type { Position } from '../domain/position.ts';
import type { Config } from './config/schema.ts';

/** Practice: makes one monitor of each listed market crash once, when its time after the start has come. */
export function createDrill(
  { crashMonitor }: Config['drill'],
  clock: Clock,
): ((position: Position) => void) | undefined {
  if (crashMonitor.length === 0) return undefined;
  const startedAt = clock.now();
  const waiting = new Set(crashMonitor);
  return ({ market }) => {
    for (const crash of waiting) {
      if (crash.market !== market || clock.now() < startedAt + crash.afterMs) continue;
      waiting.delete(crash);
      throw new Error(`drill: the monitor of ${market} is made to crash after ${crash.afterMs / 1000} s`);
    }
  };
}
