import type { Method } from './method.ts';
import { stageProgress } from './partial-exits.ts';
import type { Position } from './position.ts';
import { advance, type Watched } from './position-facts.ts';

/** A setting in which two methods differ, in the words and units of the configuration; null: it is not there. */
export interface SettingChange {
  /** `exit_conditions.stop_loss.stop` */
  path: string;
  from: string | null;
  to: string | null;
}

/**
 * A position that goes on under another method (SPEC 12): its confirmations begin anew, and its stages are the new
 * method's, of which those are finished whose cumulative share was sold already. An active trailing stop stays where it
 * is or rises, a running exit keeps the plan it has, and the last evaluation, made by the old rules, counts no more.
 */
export const changeMethod = (watched: Watched, method: Method, at: number): Watched => ({
  ...watched,
  method,
  position: moveToMethod(advance(watched.position, at), method),
  evaluation: null,
});

/** The position's row under another method: see changeMethod. */
export function moveToMethod(position: Position, method: Method): Position {
  const moved = { ...position, method: method.name, methodVersion: method.version, confirmations: {} };
  return { ...moved, stages: stageProgress({ ...moved, stages: [] }, method).stages };
}
