import type { z } from 'zod';
import type { UrgencyRules } from '../../domain/method.ts';
import { count, fraction, seconds } from './scalars.ts';
import { crossCheck, mapping } from './shapes.ts';

export const duration = () => seconds({ above: '0', max: '31536000' });

const inSeconds = (ms: number) => String(ms / 1000);

/** SPEC 2: how near to a threshold counts as urgent. */
export const urgentConditionsSchema = mapping({
  near_stop_loss_pct: fraction({ min: '0', below: '1' }),
  near_profit_target_pct: fraction({ min: '0', below: '1' }),
  near_trailing_stop_pct: fraction({ min: '0', below: '1' }),
}).transform(
  (block): UrgencyRules => ({
    nearStopLoss: block.near_stop_loss_pct,
    nearProfitTarget: block.near_profit_target_pct,
    nearTrailingStop: block.near_trailing_stop_pct,
  }),
);

/** What a method may say about monitoring. */
export const methodMonitoringShape = {
  urgent_conditions: urgentConditionsSchema,
  max_quote_age_seconds: duration(),
  max_model_age_seconds: duration(),
};

export const methodMonitoringSchema = mapping(methodMonitoringShape).transform((block) => ({
  urgency: block.urgent_conditions,
  maxQuoteAgeMs: block.max_quote_age_seconds,
  maxModelAgeMs: block.max_model_age_seconds,
}));

const monitoringBlock = crossCheck(
  mapping({
    ...methodMonitoringShape,
    normal_frequency: duration(),
    urgent_frequency: duration(),
    price_cache_ttl_seconds: seconds({ min: '0', max: '31536000' }),
    max_api_calls_per_minute: count({ min: '1', max: '100000' }),
    orphan_after_seconds: duration(),
    orphan_repeat_seconds: duration(),
    discovery_interval_seconds: duration(),
    reconcile_interval_seconds: duration(),
    row_write_interval_seconds: duration(),
  }),
  (block, report) => {
    if (block.urgent_frequency > block.normal_frequency) {
      report(
        ['urgent_frequency'],
        `"${inSeconds(block.urgent_frequency)}" is not allowed: must be at most normal_frequency (${inSeconds(block.normal_frequency)})`,
      );
    }
    if (block.price_cache_ttl_seconds > block.max_quote_age_seconds) {
      report(
        ['price_cache_ttl_seconds'],
        `"${inSeconds(block.price_cache_ttl_seconds)}" is not allowed: must be at most max_quote_age_seconds (${inSeconds(block.max_quote_age_seconds)})`,
      );
    }
    if (block.orphan_after_seconds < block.normal_frequency) {
      report(
        ['orphan_after_seconds'],
        `"${inSeconds(block.orphan_after_seconds)}" is not allowed: must be at least normal_frequency (${inSeconds(block.normal_frequency)})`,
      );
    }
  },
);

/** SPEC 2. Durations in ms. */
export const monitoringSchema = monitoringBlock.transform((block) => ({
  urgency: block.urgent_conditions,
  maxQuoteAgeMs: block.max_quote_age_seconds,
  maxModelAgeMs: block.max_model_age_seconds,
  normalFrequencyMs: block.normal_frequency,
  urgentFrequencyMs: block.urgent_frequency,
  priceCacheTtlMs: block.price_cache_ttl_seconds,
  maxApiCallsPerMinute: block.max_api_calls_per_minute,
  orphanAfterMs: block.orphan_after_seconds,
  orphanRepeatMs: block.orphan_repeat_seconds,
  discoveryIntervalMs: block.discovery_interval_seconds,
  reconcileIntervalMs: block.reconcile_interval_seconds,
  rowWriteIntervalMs: block.row_write_interval_seconds,
}));

export type MonitoringConfig = z.output<typeof monitoringSchema>;
