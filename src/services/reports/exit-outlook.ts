import { stepAfterLimit } from '../../domain/exit-progress.ts';
import type { Position, RunningExit } from '../../domain/position.ts';

/** What the running exit does next and when: "walk 2 of 5 in 12 s". Null without one. */
export function describeNextStep(position: Position, at: number): string | null {
  const { exit } = position;
  if (exit === null) return null;
  if (position.phase === 'failed') return afterFailure(exit);
  if (exit.pausedLeft !== null)
    return `the market does not trade: goes on with ${seconds(exit.pausedLeft)} left when it does`;
  if (exit.takenOverBy !== null)
    return `hands over to ${exit.takenOverBy.reason} as soon as its order is over`;
  if (exit.ending !== null) return 'back to watching as soon as its order is over';
  if (exit.waitUntil !== null) return `${afterWait(exit)} ${inTime(exit.waitUntil, at)}`;
  if (exit.attempt === null) {
    if (exit.step === 'market' && exit.deadline !== null)
      return `waits for a bid; looks again ${inTime(exit.deadline, at)}`;
    return `${nameStep(exit)} with the next fresh quote`;
  }
  if (exit.attempt.cancelRequested) return `${afterOrder(exit)} once the cancelled order is over`;
  if (exit.deadline === null) return 'waits for its order';
  return `${afterOrder(exit)} ${inTime(exit.deadline, at)}`;
}

const afterFailure = ({ failure }: RunningExit): string =>
  failure?.cause === 'refused'
    ? 'waits for an operator: the venue refuses for good'
    : `resumes once a trigger meets a bid, from ${new Date(failure?.resumeAt ?? 0).toISOString()} on`;

const afterWait = (exit: RunningExit): string =>
  exit.orderEnd?.status === 'rejected' ? 'tries again' : `market order, repeat ${exit.repeats + 1},`;

const nameStep = (exit: RunningExit): string =>
  exit.step === 'walk' ? `walk ${exit.walks + 1} of ${exit.execution.maxWalks}` : `${exit.step} order`;

/** What follows the order that is out, should its time run out. */
function afterOrder(exit: RunningExit): string {
  if (exit.step === 'market') return `market order, repeat ${exit.repeats + 1},`;
  const walks = exit.step === 'walk' ? exit.walks + 1 : exit.walks;
  const next = stepAfterLimit({ ...exit, walks });
  if (next === 'walk') return `walk ${walks + 1} of ${exit.execution.maxWalks}`;
  return next === 'market' ? 'market order' : 'gives up';
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

const inTime = (deadline: number, at: number): string =>
  deadline <= at ? 'now' : `in ${seconds(deadline - at)}`;
