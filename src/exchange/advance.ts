import type { Action } from './actions.ts';
import { perform } from './acts/perform.ts';
import { applyFees } from './markets/change-fees.ts';
import { ageMarket, nextMarketTime } from './markets/market-life.ts';
import { ageWeeklyPause, nextPauseTime } from './markets/pauses.ts';
import { processLate } from './pipeline.ts';
import { ageConnections, nextConnectionTime, nextFrameTime } from './stream/connections.ts';
import { publish } from './stream/publish.ts';
import type { Task } from './tasks.ts';
import { orderOf } from './trading/book.ts';
import { isOver } from './trading/gates.ts';
import { killOrder } from './trading/order-store.ts';
import type { World } from './world.ts';

/** Lets time pass to `at` (ms), doing what falls due in order. Time never runs backwards. */
export function advanceWorld(world: World, at: number): void {
  for (;;) {
    const due = nextDueTime(world);
    if (due === null || due > at) break;
    world.at = Math.max(world.at, due);
    doWhatIsDue(world, world.at);
    publish(world, world.at);
  }
  world.at = Math.max(world.at, at);
}

/** When time alone next changes something or a frame is due (ms), null when never. */
export const nextTime = (world: World): number | null => earlier(nextDueTime(world), nextFrameTime(world));

function nextDueTime(world: World): number | null {
  let next = earlier(nextPauseTime(world), nextConnectionTime(world));
  for (const task of world.tasks) next = earlier(next, task.at);
  for (const ticker in world.markets) next = earlier(next, nextMarketTime(world.markets[ticker]!));
  return next;
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || (b !== null && b < a) ? b : a;

function doWhatIsDue(world: World, at: number): void {
  for (const ticker of Object.keys(world.markets)) ageMarket(world, ticker, at);
  ageWeeklyPause(world, at);
  const due = world.tasks.filter((task) => task.at <= at).sort((a, b) => a.at - b.at);
  world.tasks = world.tasks.filter((task) => task.at > at);
  for (const task of due) doTask(world, task, at);
  ageConnections(world, at);
}

function doTask(world: World, task: Task, at: number): void {
  switch (task.kind) {
    case 'endOrder': {
      const order = orderOf(world, task.orderId);
      if (order.status === 'resting' && !isOver(world.markets[order.ticker]!, at))
        killOrder(world, order, task.reason, at);
      return;
    }
    case 'changeFees':
      applyFees(world, world.feeChanges.find(({ id }) => id === task.changeId)!, at);
      return;
    case 'act':
      performIfPossible(world, task.action, at);
      return;
    case 'request':
      processLate(world, task.admitted, task.writeIndex, at);
  }
}

/** What was put off may have become impossible, such as a pause in a market that is settled: then it does not happen. */
function performIfPossible(world: World, action: Action, at: number): void {
  try {
    perform(world, action, at);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
