import type { Post } from '../../actors/mail.ts';
import type { Clock } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';
import type { Config } from '../config/schema.ts';

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

/** Practice: a model that says what is listed, each when its time from now on has come; returns how to stop it. */
export function startModelDrill({ modelSays }: Config['drill'], clock: Clock, post: Post): () => void {
  const timers = modelSays.map(({ afterMs, ...word }) =>
    clock.setTimeout(() => {
      const value = { ...word, at: clock.now(), method: null, source: 'drill' };
      post('entries', { type: 'model.says', values: [value], done: () => {} });
    }, afterMs),
  );
  return () => {
    for (const timer of timers) clock.clearTimeout(timer);
  };
}
