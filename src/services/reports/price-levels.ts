import { isPatient, priorityOf } from '../../domain/exit-priority.ts';
import type { ConditionName } from '../../domain/method.ts';
import { formatPrice, type Price } from '../../domain/money.ts';
import { type StageProgress, stageProgress } from '../../domain/partial-exits.ts';
import { averageFloor } from '../../domain/pnl.ts';
import type { Position } from '../../domain/position.ts';
import { isOverForGood, type Watched } from '../../domain/position-facts.ts';
import { stagesTakeProfit, type ThresholdPrices, thresholdPrices } from '../../domain/threshold-prices.ts';
import type { LevelName, PriceLevel } from '../operations/operations.ts';
import { percentText, quantityText, shareText } from './figures.ts';

/** The prices that count for a position at `at` (ms), each only where it is in force; without a monitor what is known of it. */
export function priceLevels(position: Position, watched: Watched | null, at: number): PriceLevel[] {
  const levels: PriceLevel[] = [level('entry', 'entry', averageFloor(position))];
  if (position.peak !== null) levels.push(level('peak', 'peak', position.peak));
  if (position.phase === 'closed') return levels;
  if (watched !== null && !isOverForGood(watched.surroundings.market))
    levels.push(...thresholdLevels({ ...watched, position }, at));
  const attempt = position.exit?.attempt ?? null;
  if (attempt?.limitPrice != null)
    levels.push(
      level(
        'limit',
        attempt.orderType === 'limit' ? 'limit order' : 'market order, at least',
        attempt.limitPrice,
      ),
    );
  return levels;
}

function thresholdLevels(watched: Watched, at: number): PriceLevel[] {
  const { position, method, surroundings } = watched;
  const { conditions } = method;
  const progress = stageProgress(position, method);
  const mark = position.mark ?? averageFloor(position);
  const prices = thresholdPrices(position, method, surroundings, at, mark, position.entrySpread, progress);
  const onGrid = (
    condition: ConditionName,
    name: LevelName,
    label: string,
    price: Price | null,
  ): PriceLevel[] =>
    price !== null && price >= prices.lowest && price <= prices.highest && isInForce(watched, condition, at)
      ? [level(name, label, price)]
      : [];
  const stop = Math.min(prices.stopLoss, prices.spreadPaid);
  return [
    ...onGrid('stop_loss', 'stop_loss', `stop loss at ${percentText(-conditions.stop_loss.stop)}`, stop),
    ...onGrid('trailing_stop', 'trailing_stop', 'trailing stop', position.trailingStop),
    ...onGrid(...target(watched, prices, progress)),
    ...onGrid(
      'early_exit',
      'early_exit',
      `early exit: edge below ${shareText(conditions.early_exit.below)}`,
      prices.earlyExit,
    ),
    ...onGrid('edge_disappeared', 'edge_disappeared', 'no edge left', prices.edgeDisappeared),
  ];
}

/** The next stage, or the profit target where that speaks. */
function target(
  { method }: Watched,
  { profit, profitThreshold }: ThresholdPrices,
  { stages, next }: StageProgress,
): [ConditionName, LevelName, string, Price | null] {
  const gain = percentText(profitThreshold ?? 0);
  if (next === null || !stagesTakeProfit(method, stages))
    return ['profit_target', 'target', `profit target: sell all at ${gain}`, profit];
  const label = `stage ${next.index + 1}: sell ${quantityText(next.quantity)} at ${gain}`;
  return ['partial_exit_target', 'target', label, profit];
}

/** It could trigger now: enabled, and neither resting nor suspended. */
function isInForce(
  { position, method, surroundings }: Watched,
  condition: ConditionName,
  at: number,
): boolean {
  const priority = priorityOf(condition, method);
  const rests = (position.rests[condition] ?? 0) > at;
  const held = position.held && priority !== 'CRITICAL';
  const paused = surroundings.patientPaused && isPatient(priority);
  return method.conditions[condition].enabled && !rests && !held && !paused;
}

const level = (name: LevelName, label: string, price: Price): PriceLevel => ({
  name,
  label,
  price: formatPrice(price),
});
