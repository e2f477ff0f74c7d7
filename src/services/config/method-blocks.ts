import type { ExecutionRule, Method } from '../../domain/method.ts';
import { formatFraction, formatPrice, formatQuantity } from '../../domain/money.ts';
import type { PlainValue } from './tree.ts';

export type PlainMap = { [key: string]: PlainValue };

/** The blocks of the configuration that say what a method says: the exact inverse of reading them. */
export function methodBlocks(method: Method): PlainMap {
  const { priorities, execution, conditions, trailingStop, partialExits, urgency } = method;
  return {
    exit_priorities: { ...priorities },
    exit_execution: mapValues(execution, executionBlock),
    exit_pricing: pricingBlock(method),
    exit_conditions: conditionsBlock(method),
    trailing_stop: {
      activation: fraction(trailingStop.activation),
      distance: fraction(trailingStop.distance),
      tighten_every: fraction(trailingStop.tightenEvery),
      tighten_by: fraction(trailingStop.tightenBy),
      min_distance: fraction(trailingStop.minDistance),
      min_ticks: String(trailingStop.minTicks),
    },
    partial_exits: {
      enabled: String(partialExits.enabled),
      stage_step: quantity(partialExits.stageStep),
      stages: partialExits.stages.map(({ name, threshold, percentage }) => ({
        name,
        profit_threshold: fraction(threshold),
        exit_percentage: trim(percentage.toFixed(4)),
      })),
    },
    liquidity: {
      max_spread: price(conditions.liquidity_dried_up.maxSpread),
      min_volume: quantity(conditions.liquidity_dried_up.minVolume),
    },
    monitoring: {
      urgent_conditions: {
        near_stop_loss_pct: fraction(urgency.nearStopLoss),
        near_profit_target_pct: fraction(urgency.nearProfitTarget),
        near_trailing_stop_pct: fraction(urgency.nearTrailingStop),
      },
      max_quote_age_seconds: seconds(method.maxQuoteAgeMs),
      max_model_age_seconds: seconds(method.maxModelAgeMs),
    },
  };
}

/** What a rule's order type and strategy rule out is left out, as in the configuration. */
function executionBlock(rule: ExecutionRule): PlainMap {
  const walks = rule.retryStrategy !== 'immediate_market';
  return {
    order_type: rule.orderType,
    ...(rule.priceStrategy === null ? {} : { price_strategy: rule.priceStrategy }),
    timeout_seconds: seconds(rule.timeoutMs),
    retry_strategy: rule.retryStrategy,
    ...(walks ? { max_walks: String(rule.maxWalks), walk_timeout_seconds: seconds(rule.walkTimeoutMs) } : {}),
  };
}

function pricingBlock({ numbers }: Method): PlainMap {
  const { marketAllowance } = numbers;
  return {
    aggressive_offset: price(numbers.aggressiveOffset),
    aggressive_share: fraction(numbers.aggressiveShare),
    walk_step: price(numbers.walkStep),
    walk_aggressiveness: numbers.walkAggressiveness.map(fraction),
    no_ask_conservative: price(numbers.noAskConservative),
    no_ask_floor: price(numbers.noAskFloor),
    market_allowance: {
      offset: price(marketAllowance.offset),
      share: fraction(marketAllowance.share),
      min_ticks: String(marketAllowance.minTicks),
    },
    market_repeats: String(numbers.marketRepeats),
    market_floor: fraction(numbers.marketFloor),
    rest_seconds: seconds(numbers.restMs),
    recheck_seconds: seconds(numbers.recheckMs),
    resume_backoff_seconds: numbers.resumeBackoffMs.map(seconds),
  };
}

function conditionsBlock({ conditions }: Method): PlainMap {
  const { stop_loss, time_based_urgent, profit_target, early_exit, rebalance } = conditions;
  const blocks = mapValues(
    conditions,
    ({ enabled, confirmations, confirmForMs, confirmGapMs }): PlainMap => ({
      enabled: String(enabled),
      confirmations: String(confirmations),
      confirm_for_seconds: seconds(confirmForMs),
      confirm_gap_seconds: confirmGapMs === null ? 'none' : seconds(confirmGapMs),
    }),
  );
  return {
    ...blocks,
    stop_loss: { ...blocks.stop_loss, stop: fraction(stop_loss.stop) },
    time_based_urgent: {
      ...blocks.time_based_urgent,
      within_seconds: seconds(time_based_urgent.withinMs),
      settlement_time: time_based_urgent.settlementTime,
    },
    profit_target: { ...blocks.profit_target, targets: mapValues(profit_target.targets, fraction) },
    early_exit: { ...blocks.early_exit, below: fraction(early_exit.below) },
    rebalance: { ...blocks.rebalance, margin: fraction(rebalance.margin) },
  };
}

const fraction = (value: number): string => trim(formatFraction(value));
const price = (value: number): string => trim(formatPrice(value));
const quantity = (value: number): string => trim(formatQuantity(value));
const seconds = (ms: number): string => trim((ms / 1000).toFixed(3));

/** "0.1500" → "0.15", "30.000" → "30". */
const trim = (decimal: string): string => decimal.replace(/\.?0+$/, '');

const mapValues = <K extends string, V, R>(record: Record<K, V>, map: (value: V) => R): Record<K, R> =>
  Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value)])) as Record<K, R>;
