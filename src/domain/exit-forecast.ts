/** What an exit would do next, by the same functions that do it. Nothing here changes anything. */
import {
  type NextOrder,
  nextOrder,
  recordOrderEnd,
  running,
  startExit,
  stepAfterLimit,
} from './exit-progress.ts';
import type { MarketInfo } from './market.ts';
import type { Method } from './method.ts';
import type { Price } from './money.ts';
import type { Position, RunningExit } from './position.ts';
import { beginOperatorExit, type OperatorExit, type Watched } from './position-facts.ts';

/** The exit that an operator would force at `wish.at`, whatever runs now, and its first order by the last quote known. */
export function forecastExit(watched: Watched, wish: OperatorExit): { exit: RunningExit; order: NextOrder } {
  const position = beginOperatorExit(watched, wish);
  return {
    exit: running(position),
    order: nextOrder(position, watched.method, watched.surroundings.market),
  };
}

/**
 * The limit (1e-4 $) of the order that follows the one that is out, or that the running exit is to place next, with the
 * last quote. Null for a market order, without a fresh quote, and where no order follows.
 */
export function nextLimitPrice(position: Position, method: Method, market: MarketInfo): Price | null {
  const next = atNextOrder(position);
  if (next === null) return null;
  const order = nextOrder(next, method, market);
  return order.kind === 'order' && order.orderType === 'limit' ? order.limitPrice : null;
}

/** The position as it is when its exit comes to its next order; null where none follows by itself. */
function atNextOrder(position: Position): Position | null {
  const { exit, phase, at } = position;
  if (exit === null || phase === 'failed' || exit.pausedLeft !== null) return null;
  if (exit.takenOverBy !== null) return startExit({ ...position, exit: null }, exit.takenOverBy, '');
  if (exit.ending !== null) return null;
  const { attempt } = exit;
  if (attempt === null) return position;
  if (exit.step === 'market') return null;
  const { clientId, filled: filledTotal, proceeds: proceedsTotal, fees: feesTotal } = attempt;
  const ended = recordOrderEnd(
    position,
    { clientId, filledTotal, proceedsTotal, feesTotal, at },
    { status: 'cancelled', code: null, reachedVenue: true, at },
  );
  if (stepAfterLimit(running(ended)) !== 'walk') return null;
  return { ...ended, exit: { ...running(ended), step: 'walk' } };
}
