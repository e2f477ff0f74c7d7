import {
  CONDITIONS,
  type ExecutionNumbers,
  type ExecutionRule,
  PRIORITIES,
  type Priority,
} from '../../domain/method.ts';
import { count, fraction, price, seconds, word } from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping, type Report } from './shapes.ts';

const conditions = () => list(word(CONDITIONS), 'exit conditions');

/** Each of the ten conditions stands in exactly one level; the order inside a level is the tie-break. */
export const exitPrioritiesSchema = crossCheck(
  mapping({ CRITICAL: conditions(), HIGH: conditions(), MEDIUM: conditions(), LOW: conditions() }),
  (levels, report) => {
    const stands = new Map<string, Priority>();
    for (const level of PRIORITIES) {
      const names = levels[level];
      if (!Array.isArray(names)) return;
      names.forEach((name, index) => {
        const earlier = stands.get(name);
        if (earlier)
          report([level, index], `${name} stands in ${earlier} already: must stand in exactly one level`);
        else if (typeof name === 'string') stands.set(name, level);
      });
    }
    const missing = CONDITIONS.filter((name) => !stands.has(name));
    if (missing.length > 0) {
      report([], `${missing.join(', ')} missing: each of the ten conditions must stand in exactly one level`);
    }
  },
);

const executionRule = {
  order_type: word(['market', 'limit']),
  price_strategy: word(['aggressive', 'fair', 'conservative']).optional(),
  timeout_seconds: duration(),
  retry_strategy: word(['immediate_market', 'walk_then_market', 'walk_price', 'walk_slowly']),
  max_walks: count({ min: '0', max: '1000' }).optional(),
  walk_timeout_seconds: duration().optional(),
};
const ruleBlock = mapping(executionRule);
type RuleBlock = (typeof ruleBlock)['_zod']['output'];

const ruleOf = (priority: Priority) =>
  crossCheck(ruleBlock, (rule, report) => {
    checkOrderType(rule, report);
    checkWalks(rule, report);
    const finishes = priority === 'CRITICAL' || priority === 'HIGH';
    if (finishes && (rule.retry_strategy === 'walk_price' || rule.retry_strategy === 'walk_slowly')) {
      report(
        ['retry_strategy'],
        `${rule.retry_strategy} gives up, and ${priority} exits must finish: must be immediate_market or walk_then_market`,
      );
    }
  }).transform(toExecutionRule);

function checkOrderType(rule: RuleBlock, report: Report): void {
  const { order_type: orderType, price_strategy: strategy, retry_strategy: retry } = rule;
  if (orderType === 'market') {
    if (strategy !== undefined) report(['price_strategy'], `${strategy} needs a limit order: leave it out`);
    if (typeof retry === 'string' && retry !== 'immediate_market') {
      report(
        ['retry_strategy'],
        `${retry} needs a limit order: with order_type market it must be immediate_market`,
      );
    }
  }
  if (orderType === 'limit' && strategy === undefined) {
    report(['price_strategy'], 'is missing: a limit order needs aggressive, fair or conservative');
  }
}

function checkWalks(rule: RuleBlock, report: Report): void {
  if (typeof rule.retry_strategy !== 'string') return;
  const walks = rule.retry_strategy !== 'immediate_market';
  for (const key of ['max_walks', 'walk_timeout_seconds'] as const) {
    if (walks && rule[key] === undefined) report([key], `is missing: ${rule.retry_strategy} needs it`);
    if (!walks && rule[key] !== undefined) report([key], 'immediate_market does not walk: leave it out');
  }
}

function toExecutionRule(rule: RuleBlock): ExecutionRule {
  return {
    orderType: rule.order_type,
    priceStrategy: rule.price_strategy ?? null,
    timeoutMs: rule.timeout_seconds,
    retryStrategy: rule.retry_strategy,
    maxWalks: rule.max_walks ?? 0,
    walkTimeoutMs: rule.walk_timeout_seconds ?? rule.timeout_seconds,
  };
}

/** SPEC 6, the table. */
export const exitExecutionSchema = mapping({
  CRITICAL: ruleOf('CRITICAL'),
  HIGH: ruleOf('HIGH'),
  MEDIUM: ruleOf('MEDIUM'),
  LOW: ruleOf('LOW'),
});

/** SPEC 6, the numbers beside the table. */
export const exitPricingSchema = mapping({
  aggressive_offset: price({ min: '0', below: '1' }),
  aggressive_share: fraction({ min: '0', below: '1' }),
  walk_step: price({ min: '0.0001', below: '1' }),
  walk_aggressiveness: list(fraction({ above: '0', max: '100' }), 'factors of walk_step', 1),
  no_ask_conservative: price({ min: '0', below: '1' }),
  no_ask_floor: price({ min: '0', below: '1' }),
  market_allowance: mapping({
    offset: price({ min: '0', below: '1' }),
    share: fraction({ min: '0', max: '1' }),
    min_ticks: count({ min: '0', max: '1000' }),
  }),
  market_repeats: count({ min: '0', max: '1000' }),
  market_floor: fraction({ min: '0', max: '1' }),
  rest_seconds: seconds({ min: '0', max: '31536000' }),
  recheck_seconds: duration(),
  resume_backoff_seconds: list(duration(), 'seconds', 1),
}).transform(
  (block): ExecutionNumbers => ({
    aggressiveOffset: block.aggressive_offset,
    aggressiveShare: block.aggressive_share,
    walkStep: block.walk_step,
    walkAggressiveness: block.walk_aggressiveness,
    noAskConservative: block.no_ask_conservative,
    noAskFloor: block.no_ask_floor,
    marketAllowance: {
      offset: block.market_allowance.offset,
      share: block.market_allowance.share,
      minTicks: block.market_allowance.min_ticks,
    },
    marketRepeats: block.market_repeats,
    marketFloor: block.market_floor,
    restMs: block.rest_seconds,
    recheckMs: block.recheck_seconds,
    resumeBackoffMs: block.resume_backoff_seconds,
  }),
);
