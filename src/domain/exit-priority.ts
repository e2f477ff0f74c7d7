import type { Verdict } from './evaluation.ts';
import { CONDITIONS, type ConditionName, type Method, PRIORITIES, type Priority } from './method.ts';

type Priorities = Pick<Method, 'priorities'>;

interface Ranking {
  priorities: Record<ConditionName, Priority>;
  /** 0 is executed first. */
  ranks: Record<ConditionName, number>;
}

/** The winner of an evaluation and the triggered conditions that lost to it, first the one that would be next. */
export interface Resolution {
  winner: Verdict | null;
  overruled: ConditionName[];
}

const rankings = new WeakMap<Method['priorities'], Ranking>();

/** The priority at which a method executes each condition (SPEC 12, exit_priorities). Throws when it lists one of the ten nowhere. */
export const conditionPriorities = (method: Priorities): Readonly<Record<ConditionName, Priority>> =>
  rankingOf(method).priorities;

/** The priority at which a method executes one condition. Throws when the method lists one of the ten nowhere. */
export const priorityOf = (condition: ConditionName, method: Priorities): Priority =>
  conditionPriorities(method)[condition];

/** Whether `a` is a strictly higher priority than `b` (SPEC 6: only such a trigger takes a running exit over). */
export const outranks = (a: Priority, b: Priority): boolean => PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b);

/** MEDIUM and LOW: an exit that may wait for better times, and is checked again before each walk. */
export const isPatient = (priority: Priority): boolean => priority === 'MEDIUM' || priority === 'LOW';

/**
 * Which triggered condition is executed (SPEC 4): the highest priority, and within it the first in the method's list.
 * The others are overruled, in the order in which they would have been executed.
 */
export function resolve(verdicts: readonly Verdict[], method: Priorities): Resolution {
  let triggered: Verdict[] | null = null;
  for (const verdict of verdicts) {
    if (verdict.status !== 'triggered') continue;
    if (triggered === null) triggered = [verdict];
    else triggered.push(verdict);
  }
  if (triggered === null) return { winner: null, overruled: [] };
  if (triggered.length === 1) return { winner: triggered[0]!, overruled: [] };
  const { ranks } = rankingOf(method);
  triggered.sort((a, b) => ranks[a.condition] - ranks[b.condition]);
  return { winner: triggered[0]!, overruled: triggered.slice(1).map((v) => v.condition) };
}

function rankingOf(method: Priorities): Ranking {
  const known = rankings.get(method.priorities);
  if (known) return known;
  const listed = PRIORITIES.flatMap((priority) =>
    method.priorities[priority].map((name) => ({ name, priority })),
  );
  const ranking = { priorities: {}, ranks: {} } as Ranking;
  for (const name of CONDITIONS) {
    const rank = listed.findIndex((entry) => entry.name === name);
    if (rank === -1) throw new RangeError(`the method's priorities do not list "${name}"`);
    ranking.ranks[name] = rank;
    ranking.priorities[name] = listed[rank]!.priority;
  }
  rankings.set(method.priorities, ranking);
  return ranking;
}
