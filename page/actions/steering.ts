import type { PositionView } from '../../src/services/operations/operations.ts';
import { quantityText } from '../parts/amounts.tsx';
import type { PositionVerb } from './actions.ts';

export type Steer = Exclude<PositionVerb, 'exit'>;

interface Steering {
  title: string;
  /** What its button does. */
  button: string;
  /** What follows, in plain words. */
  follows: (view: PositionView | null) => string[];
  /** How it reads once it is done. */
  done: string;
}

const exitName = (view: PositionView | null): string =>
  view?.exit ? `${view.exit.reason} (${view.exit.priority})` : 'the exit';
const rest = (view: PositionView | null): string =>
  view === null ? 'what is left' : `the ${quantityText(view.remaining)} left`;

/** What steering a position leads to (SPEC 7, 15). */
export const STEERING: Record<Steer, Steering> = {
  hold: {
    title: 'Hold',
    button: 'Hold',
    follows: (view) => [
      'Only conditions of priority CRITICAL (by default stop_loss and circuit_breaker) still sell. All others watch and do nothing until you release it.',
      ...(view?.exit && view.state !== 'failed'
        ? [`The exit ${exitName(view)} works and finishes, unless you cancel it here.`]
        : []),
    ],
    done: 'is held',
  },
  release: {
    title: 'Release',
    button: 'Release',
    follows: () => [
      'All conditions act again. One that holds now sells with the next fresh quote, without asking.',
    ],
    done: 'is released',
  },
  resume: {
    title: 'Resume watching',
    button: 'Drop the exit and watch',
    follows: (view) => [
      `Back to watching: ${exitName(view)}, which failed, is dropped, and its alert resolved. What it sold stays sold; ${rest(view)} stay yours.`,
      'A condition that still holds begins a new exit with the next fresh quote.',
    ],
    done: 'is watched again',
  },
  retry: {
    title: 'Retry the exit',
    button: 'Go on selling now',
    follows: (view) => [
      `Goes on with the failed exit now: ${exitName(view)} sells of ${rest(view)}, at the bid there is, with its full number of attempts.`,
      'Without a bid it waits for one; when its attempts are used up it has failed again, and you are alerted.',
    ],
    done: 'sells again',
  },
};
