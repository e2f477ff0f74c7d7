import type { Method, PartialExitRules, PartialExitStage } from './method.ts';
import { mulDivFloor, type Quantity, WHOLE } from './money.ts';
import { type Position, remaining, type StageStatus } from './position.ts';

/** The fields of a position that its stages depend on. */
export type StagedPosition = Pick<Position, 'quantity' | 'sold' | 'writtenOff' | 'stages'>;

/** The next stage's index among the method's stages, and how many contracts it still has to sell. */
export interface NextStage {
  index: number;
  quantity: Quantity;
}

/** Where a position stands with its partial exits. */
export interface StageProgress {
  /** One status per stage; the position's own array when nothing changed. */
  stages: StageStatus[];
  /** Null when partial exits are disabled, or nothing is left to do. */
  next: NextStage | null;
}

/**
 * Contracts that must be sold in all when stage `index` is finished (SPEC 5): the shares up to it, of the original
 * quantity, rounded down to `stageStep`. 0 for index −1.
 */
export function cumulativeQuantity(quantity: Quantity, rules: PartialExitRules, index: number): Quantity {
  let share = 0;
  for (let i = 0; i <= index; i++) share += shareOf(rules.stages[i]!);
  return stepsDown(quantity, share, rules.stageStep);
}

/** What stage `index` sells of its own (SPEC 5): the difference of the cumulative quantities. 0: the stage is skipped. */
export const stageQuantity = (quantity: Quantity, rules: PartialExitRules, index: number): Quantity =>
  cumulativeQuantity(quantity, rules, index) - cumulativeQuantity(quantity, rules, index - 1);

/**
 * The stages' statuses and the next stage (SPEC 5): a stage is `skipped` when its rounded quantity is 0, `finished`
 * once the total sold by fills reaches its cumulative quantity, and then for good. The first other one is next, with
 * the cumulative quantity less everything sold so far, never more than what is left.
 */
export function stageProgress(position: StagedPosition, method: Pick<Method, 'partialExits'>): StageProgress {
  const rules = method.partialExits;
  const before = position.stages;
  let stages = before;
  let next: NextStage | null = null;
  if (!rules.enabled) return { stages, next };
  let share = 0;
  let dueBefore = 0;
  for (let index = 0; index < rules.stages.length; index++) {
    share += shareOf(rules.stages[index]!);
    const due = stepsDown(position.quantity, share, rules.stageStep);
    const status = stageStatus(before[index], due - dueBefore, position.sold >= due);
    dueBefore = due;
    if (status === 'pending' && next === null) next = { index, quantity: due - position.sold };
    if (status === before[index]) continue;
    if (stages === before) stages = before.slice();
    stages[index] = status;
  }
  return { stages, next: limitToRemaining(next, remaining(position)) };
}

/** The stages' statuses after what was sold so far (see stageProgress); `position.stages` itself when nothing changed. */
export const markFinishedStages = (
  position: StagedPosition,
  method: Pick<Method, 'partialExits'>,
): StageStatus[] => stageProgress(position, method).stages;

/** The next stage that still has something to sell (see stageProgress). */
export const nextStage = (position: StagedPosition, method: Pick<Method, 'partialExits'>): NextStage | null =>
  stageProgress(position, method).next;

/** Every stage was too small to sell anything, so `profit_target` speaks in their place (SPEC 4). */
export function allSkipped(stages: readonly StageStatus[]): boolean {
  for (const status of stages) if (status !== 'skipped') return false;
  return true;
}

function stageStatus(before: StageStatus | undefined, quantity: Quantity, soldEnough: boolean): StageStatus {
  if (before === 'finished' || before === 'skipped') return before;
  if (quantity === 0) return 'skipped';
  return soldEnough ? 'finished' : 'pending';
}

function limitToRemaining(next: NextStage | null, left: Quantity): NextStage | null {
  if (next === null || next.quantity <= left) return next;
  return left > 0 ? { index: next.index, quantity: left } : null;
}

/** A percentage with up to four decimals as an exact fraction (1e-6). */
const shareOf = (stage: PartialExitStage): number => Math.round((stage.percentage * WHOLE) / 100);

function stepsDown(quantity: Quantity, share: number, step: Quantity): Quantity {
  const exact = mulDivFloor(quantity, share, WHOLE);
  return exact - (exact % step);
}
