import type {
  ConditionRule,
  ConditionRules,
  PartialExitRules,
  TrailingStopRules,
} from '../../domain/method.ts';
import { WHOLE } from '../../domain/money.ts';
import {
  bool,
  count,
  fraction,
  orNone,
  percentage,
  price,
  quantity,
  seconds,
  text,
  word,
} from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping } from './shapes.ts';

const common = {
  enabled: bool(),
  confirmations: count({ min: '1', max: '1000' }),
  confirm_for_seconds: seconds({ min: '0', max: '31536000' }),
  confirm_gap_seconds: orNone(duration()).optional(),
};
const plainCondition = mapping(common);
const target = () => fraction({ above: '0', max: '100' });

function toRule(block: (typeof plainCondition)['_zod']['output']): ConditionRule {
  return {
    enabled: block.enabled,
    confirmations: block.confirmations,
    confirmForMs: block.confirm_for_seconds,
    confirmGapMs: block.confirm_gap_seconds ?? null,
  };
}

/** SPEC 4. The numbers of `liquidity_dried_up` stand in the block `liquidity`. */
export const exitConditionsSchema = mapping({
  stop_loss: mapping({ ...common, stop: fraction({ above: '0', below: '1' }) }),
  circuit_breaker: plainCondition,
  trailing_stop: plainCondition,
  time_based_urgent: mapping({
    ...common,
    within_seconds: duration(),
    settlement_time: word(['earlier', 'close']),
  }),
  liquidity_dried_up: plainCondition,
  profit_target: mapping({
    ...common,
    targets: mapping({ high: target(), medium: target(), low: target() }),
  }),
  partial_exit_target: plainCondition,
  early_exit: mapping({ ...common, below: fraction({ above: '0', max: '1' }) }),
  edge_disappeared: plainCondition,
  rebalance: mapping({ ...common, margin: fraction({ above: '0', max: '1' }) }),
}).transform((block): Omit<ConditionRules, 'liquidity_dried_up'> & { liquidity_dried_up: ConditionRule } => ({
  stop_loss: { ...toRule(block.stop_loss), stop: block.stop_loss.stop },
  circuit_breaker: toRule(block.circuit_breaker),
  trailing_stop: toRule(block.trailing_stop),
  time_based_urgent: {
    ...toRule(block.time_based_urgent),
    withinMs: block.time_based_urgent.within_seconds,
    settlementTime: block.time_based_urgent.settlement_time,
  },
  liquidity_dried_up: toRule(block.liquidity_dried_up),
  profit_target: { ...toRule(block.profit_target), targets: block.profit_target.targets },
  partial_exit_target: toRule(block.partial_exit_target),
  early_exit: { ...toRule(block.early_exit), below: block.early_exit.below },
  edge_disappeared: toRule(block.edge_disappeared),
  rebalance: { ...toRule(block.rebalance), margin: block.rebalance.margin },
}));

export const liquiditySchema = mapping({
  max_spread: price({ min: '0.0001', below: '1' }),
  min_volume: quantity({ min: '0' }),
}).transform((block) => ({ maxSpread: block.max_spread, minVolume: block.min_volume }));

/** SPEC 3. */
export const trailingStopSchema = crossCheck(
  mapping({
    activation: target(),
    distance: fraction({ above: '0', below: '1' }),
    tighten_every: fraction({ above: '0', max: '100' }),
    tighten_by: fraction({ min: '0', below: '1' }),
    min_distance: fraction({ above: '0', below: '1' }),
    min_ticks: count({ min: '0', max: '1000' }),
  }),
  (block, report) => {
    if (block.min_distance > block.distance) {
      const [min, distance] = [block.min_distance / WHOLE, block.distance / WHOLE];
      report(['min_distance'], `"${min}" is not allowed: must be at most distance (${distance})`);
    }
  },
).transform(
  (block): TrailingStopRules => ({
    activation: block.activation,
    distance: block.distance,
    tightenEvery: block.tighten_every,
    tightenBy: block.tighten_by,
    minDistance: block.min_distance,
    minTicks: block.min_ticks,
  }),
);

const stages = crossCheck(
  list(
    mapping({
      name: text('a name of letters, digits, "_" and "-"', /^[A-Za-z0-9_-]{1,40}$/),
      profit_threshold: target(),
      exit_percentage: percentage({ above: '0', max: '100' }),
    }),
    'stages ({name, profit_threshold, exit_percentage})',
  ),
  (found, report) => {
    const sum = found.reduce((total, stage) => total + Math.round(stage.exit_percentage * 1e4), 0) / 1e4;
    if (sum > 100) report([], `the exit percentages add up to ${sum}: must be at most 100`);
    const names = new Set<unknown>();
    found.forEach((stage, index) => {
      const isTaken = names.has(stage.name);
      names.add(stage.name);
      const before = found[index - 1];
      if (!before) return;
      if (stage.profit_threshold <= before.profit_threshold) {
        const [own, above] = [stage.profit_threshold / WHOLE, before.profit_threshold / WHOLE];
        report(
          [index, 'profit_threshold'],
          `"${own}" is not allowed: must be above the threshold of the stage before (${above})`,
        );
      }
      if (isTaken && typeof stage.name === 'string') {
        report([index, 'name'], `"${stage.name}" is taken by an earlier stage: names must differ`);
      }
    });
  },
);

/** SPEC 5. */
export const partialExitsSchema = mapping({
  enabled: bool(),
  stage_step: quantity({ min: '0.01' }),
  stages,
}).transform(
  (block): PartialExitRules => ({
    enabled: block.enabled,
    stageStep: block.stage_step,
    stages: block.stages.map((stage) => ({
      name: stage.name,
      threshold: stage.profit_threshold,
      percentage: stage.exit_percentage,
    })),
  }),
);
