/** Plays the seeds that its parent names, one after another. */
import { type Played, playSeed } from './play-seed.ts';

export type FromWorker = Omit<Played, 'story'>;

process.once('disconnect', () => process.exit());

process.on('message', (seed: number) => {
  void playSeed(seed).then(({ story: _, ...played }) => process.send?.(played));
});
