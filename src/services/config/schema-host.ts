import type { z } from 'zod';
import { CONFIDENCES } from '../../domain/method.ts';
import {
  bool,
  count,
  factor,
  fraction,
  money,
  quantity,
  refuseValue,
  scalar,
  seconds,
  text,
  word,
} from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping } from './shapes.ts';

export const METHOD_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;
export const METHOD_NAME_WORDS = 'at most 40 letters, digits, "_" and "-"';
export const methodName = () => text(`the name of a method (${METHOD_NAME_WORDS})`, METHOD_NAME);

const share = () => fraction({ above: '0', max: '1' });
const pathText = () => text('a path', /^[^\0]+$/);

/** SPEC 10: who is started again, how often and when not any more. */
export const supervisionSchema = mapping({
  backoff_seconds: list(seconds({ min: '0', max: '3600' }), 'seconds', 1),
  max_crashes: count({ min: '0', max: '1000' }),
  crash_window_seconds: duration(),
  quarantine_retry_seconds: duration(),
}).transform((block) => ({
  backoffMs: block.backoff_seconds,
  maxCrashes: block.max_crashes,
  crashWindowMs: block.crash_window_seconds,
  quarantineRetryMs: block.quarantine_retry_seconds,
}));

/** SPEC 10: retries of reads and of database writes. */
export const retriesSchema = mapping({
  venue_reads: count({ min: '0', max: '100' }),
  venue_backoff_seconds: list(seconds({ min: '0', max: '3600' }), 'seconds', 1),
  database_writes: count({ min: '0', max: '100' }),
  database_backoff_seconds: list(seconds({ min: '0', max: '3600' }), 'seconds', 1),
}).transform((block) => ({
  venueReads: block.venue_reads,
  venueBackoffMs: block.venue_backoff_seconds,
  databaseWrites: block.database_writes,
  databaseBackoffMs: block.database_backoff_seconds,
}));

const errorBreaker = mapping({
  max_errors: count({ min: '1', max: '100000' }),
  window_seconds: duration(),
}).transform((block) => ({ maxErrors: block.max_errors, windowMs: block.window_seconds }));

/** SPEC 9. */
export const circuitBreakersSchema = mapping({
  trading_day_time_zone: scalar('a time zone such as America/New_York', (name) =>
    isTimeZone(name) ? name : null,
  ),
  daily_loss: mapping({
    limit: money({ above: '0' }),
    confirmations: count({ min: '1', max: '1000' }),
    confirm_for_seconds: seconds({ min: '0', max: '3600' }),
  }),
  api_errors: errorBreaker,
  database_errors: errorBreaker,
}).transform((block) => ({
  tradingDayTimeZone: block.trading_day_time_zone,
  dailyLoss: {
    limit: block.daily_loss.limit,
    confirmations: block.daily_loss.confirmations,
    confirmForMs: block.daily_loss.confirm_for_seconds,
  },
  apiErrors: block.api_errors,
  databaseErrors: block.database_errors,
}));

/** What a method may say about entries. */
export const methodEntryShape = { min_edge: fraction({ min: '0', below: '1' }), kelly_fraction: share() };
export const methodEntrySchema = mapping(methodEntryShape).transform((block) => ({
  minEdge: block.min_edge,
  kellyFraction: block.kelly_fraction,
}));

/** `*` in a pattern stands for any characters. */
const pattern = (what: string) =>
  text(`${what} (letters, digits, ".", "_", "-", and "*" for any characters)`, /^[A-Za-z0-9._*-]{1,100}$/);

const groupRule = mapping({
  name: text('the name of a group', /^[\p{L}\p{N} ._-]{1,60}$/u),
  tickers: list(pattern('the ticker of a market'), 'tickers', 1),
});

/** SPEC 11. */
export const entrySchema = mapping({
  enabled: bool(),
  ...methodEntryShape,
  confidence_scale: mapping({ high: share(), medium: share(), low: share() }),
  max_open_positions: count({ min: '1', max: '100000' }),
  max_deployed: share(),
  max_group_exposure: share(),
  max_correlated_exposure: share(),
  order_timeout_seconds: duration(),
  max_book_share: share(),
  quantity_step: quantity({ min: '0.01' }),
  reentry_after_seconds: seconds({ min: '0', max: '31536000' }),
  market_groups: list(groupRule, 'groups ({name, tickers})'),
  correlated_groups: list(groupRule, 'groups ({name, tickers})'),
}).transform((block) => ({
  enabled: block.enabled,
  minEdge: block.min_edge,
  kellyFraction: block.kelly_fraction,
  confidenceScale: block.confidence_scale,
  maxOpenPositions: block.max_open_positions,
  maxDeployed: block.max_deployed,
  maxGroupExposure: block.max_group_exposure,
  maxCorrelatedExposure: block.max_correlated_exposure,
  orderTimeoutMs: block.order_timeout_seconds,
  maxBookShare: block.max_book_share,
  quantityStep: block.quantity_step,
  reentryAfterMs: block.reentry_after_seconds,
  marketGroups: block.market_groups,
  correlatedGroups: block.correlated_groups,
}));

/** Where model probabilities come from beside the API and the `edges` table, and which are taken. */
export const modelSchema = mapping({
  file: pathText().optional(),
  max_ahead_seconds: seconds({ min: '0', max: '3600' }),
}).transform((block) => ({ file: block.file ?? null, maxAheadMs: block.max_ahead_seconds }));

/** Leaving a position for a better opportunity. */
export const rebalanceSchema = mapping({ cool_down_seconds: duration() }).transform((block) => ({
  coolDownMs: block.cool_down_seconds,
}));

const methodRuleSchema = crossCheck(
  mapping({
    series: pattern('a series').optional(),
    ticker: pattern('the ticker of a market').optional(),
    method: methodName(),
  }),
  (rule, report) => {
    if ((rule.series === undefined) === (rule.ticker === undefined))
      report([], 'must have either series or ticker, and a method');
  },
);

/** What a position gets that was adopted without saying so; the first rule that fits names its method. */
export const adoptionSchema = mapping({
  method: methodName(),
  confidence: word(CONFIDENCES),
  rules: list(methodRuleSchema, 'rules ({series or ticker, method})'),
});

const POSTGRES_URL = 'a URL such as postgres://user@host:5432/postern';

/** Without a URL the embedded database in `data_dir` is used. A URL is never repeated in a message: it may hold a password. */
export const databaseSchema = crossCheck(
  mapping({
    url: scalar(
      POSTGRES_URL,
      (url) => (isPostgresUrl(url) ? url : null),
      (input) =>
        typeof input === 'string' && input !== ''
          ? `must be ${POSTGRES_URL}`
          : refuseValue(input, POSTGRES_URL),
    ).optional(),
    url_file: pathText().optional(),
  }),
  (block, report) => {
    if (block.url !== undefined && block.url_file !== undefined)
      report(['url_file'], 'url stands beside it: leave one out');
  },
).transform((block) => ({ url: block.url ?? null }));

export const serverSchema = mapping({
  host: text('a host name or an address', /^[A-Za-z0-9.:_-]{1,253}$/),
  port: count({ min: '0', max: '65535' }),
});

export const shutdownSchema = mapping({
  resting_orders: word(['cancel', 'leave']),
  grace_seconds: seconds({ min: '0', max: '3600' }),
}).transform((block) => ({ restingOrders: block.resting_orders, graceMs: block.grace_seconds }));

export const leaseSchema = mapping({ ttl_seconds: seconds({ min: '1', max: '3600' }) }).transform(
  (block) => ({
    ttlMs: block.ttl_seconds,
  }),
);

export const logSchema = mapping({
  level: word(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
});

export const clockSchema = mapping({ speed: factor({ min: '0.01', max: '1000' }) });

export const dataDirSchema = pathText();

export type CircuitBreakersConfig = z.output<typeof circuitBreakersSchema>;
export type EntryConfig = z.output<typeof entrySchema>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}
