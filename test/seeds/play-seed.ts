import { Hour, type Violation } from './hour.ts';
import { drawScenario } from './scenario.ts';
import type { Tally } from './tally.ts';

export interface Played {
  seed: number;
  violation: Violation | null;
  tally: Pick<Tally, 'events' | 'counts'>;
  /** Every line of what happened, for a trace. */
  story: string[];
}

/** Plays the hour of one seed. What nobody caught ends the process that it happened in, as it would a real one. */
export async function playSeed(seed: number): Promise<Played> {
  const hour = new Hour(drawScenario(seed));
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  const uncaught = (error: unknown): void => hour.life.uncaught(error);
  process.on('unhandledRejection', uncaught);
  try {
    await hour.run();
  } finally {
    process.off('unhandledRejection', uncaught);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  const { violation, tally, story } = hour;
  return { seed, violation, tally: { events: tally.events, counts: tally.counts }, story };
}
