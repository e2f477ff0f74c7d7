import { cancelResting } from '../trading/mass-cancel.ts';
import type { Shard, World } from '../world.ts';
import { weeklyPauseAt } from './calendar.ts';

/** Pauses or resumes shards (all of them when `exchangeIndex` is null). Resting orders stay, unless they asked not to. */
export function setShards(
  world: World,
  exchangeIndex: number | null,
  changes: Partial<Shard>,
  at: number,
): void {
  for (const [index, shard] of Object.entries(world.shards)) {
    if (exchangeIndex !== null && Number(index) !== exchangeIndex) continue;
    world.shards[index] = { ...shard, ...changes };
    if (changes.exchangeActive === false || changes.tradingActive === false)
      cancelOnPause(world, Number(index), at);
  }
}

function cancelOnPause(world: World, exchangeIndex: number | null, at: number): void {
  for (const market of Object.values(world.markets))
    if (exchangeIndex === null || market.exchangeIndex === exchangeIndex)
      cancelResting(world, market.ticker, 'HaltCancel', at, (order) => order.cancelOnPause);
}

/** Enters and leaves the weekly maintenance: no placing and no amending, cancels go through. */
export function ageWeeklyPause(world: World, at: number): void {
  const paused = world.settings.weeklyPause && weeklyPauseAt(at).from <= at;
  if (paused && !world.inWeeklyPause) cancelOnPause(world, null, at);
  world.inWeeklyPause = paused;
}

/** When the weekly maintenance next begins or ends (ms), null when it is switched off. */
export function nextPauseTime(world: World): number | null {
  if (!world.settings.weeklyPause) return null;
  const { from, until } = weeklyPauseAt(world.at);
  return world.inWeeklyPause ? until : from;
}
