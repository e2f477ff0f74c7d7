import { orderOf } from './book.ts';
import { applyFees } from './change-fees.ts';
import { isOver } from './gates.ts';
import { ageMarket, nextMarketTime } from './market-life.ts';
import { killOrder } from './order-store.ts';
import { ageWeeklyPause, nextPauseTime } from './pauses.ts';
import { perform } from './perform.ts';
import { processLate } from './pipeline.ts';
import { ageStream, nextStreamTime, publish } from './stream/publish.ts';
import type { Task } from './tasks.ts';
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
export const nextTime = (world: World): number | null =>
  earliest([nextDueTime(world), nextStreamTime(world)]);

function nextDueTime(world: World): number | null {
  const tasks = world.tasks.map((task) => task.at);
  const markets = Object.values(world.markets).map(nextMarketTime);
  return earliest([...tasks, ...markets, nextPauseTime(world), ageStream.next(world)]);
}

function earliest(times: readonly (number | null)[]): number | null {
  let first: number | null = null;
  for (const time of times) if (time !== null && (first === null || time < first)) first = time;
  return first;
}

function doWhatIsDue(world: World, at: number): void {
  for (const ticker of Object.keys(world.markets)) ageMarket(world, ticker, at);
  ageWeeklyPause(world, at);
  const due = world.tasks.filter((task) => task.at <= at).sort((a, b) => a.at - b.at);
  world.tasks = world.tasks.filter((task) => task.at > at);
  for (const task of due) doTask(world, task, at);
  ageStream.run(world, at);
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
      perform(world, task.action, at);
      return;
    case 'request':
      processLate(world, task.admitted, task.writeIndex, at);
  }
}
