import { z } from 'zod';
import { PHASES } from '../../../domain/position.ts';
import { PROBLEMS } from '../problem.ts';
import type { DaemonStatus, Health, Readiness } from '../status.ts';
import { modelAnswer } from './account.ts';
import { count, instant, view } from './values.ts';

export const daemonStatus = view<DaemonStatus>()(
  z.object({
    instance: z.string(),
    pid: count,
    started_at: instant,
    uptime_seconds: count,
    venue: z.string(),
    mode: z.enum(['poll', 'stream']),
    clock: z.object({ now: instant, speed: z.number() }),
    positions: z.partialRecord(z.enum(PHASES), count),
    alerts: z.object({ open: count, critical: count }),
    lease: z.object({ owner: z.string(), epoch: count, valid: z.boolean() }),
    budget: z.object({ used: count, limit: count }),
    ready: z.boolean(),
    stopping: z.boolean(),
  }),
);

export const readiness = view<Readiness>()(
  z.object({
    ready: z.boolean(),
    lease: z.boolean(),
    store: z.boolean(),
    account: z.boolean(),
    feed: z.boolean(),
    reasons: z.array(z.string()),
  }),
);

export const tokenTaken = z.object({ taken: z.literal(true) });

export const health = view<Health>()(z.object({ alive: z.boolean(), reasons: z.array(z.string()) }));

export const metricsText = z.string().meta({ description: "Prometheus' text format, version 0.0.4" });

/** Where to read on. */
export const apiIndex = z.object({
  name: z.literal('postern'),
  version: z.string(),
  openapi: z.string(),
  events: z.string(),
});

export const apiDescription = z.record(z.string(), z.unknown()).meta({ description: 'OpenAPI 3.1' });

/** RFC 9457. */
export const problem = z.object({
  type: z.string().meta({ description: '`urn:postern:problem:` and the code' }),
  title: z.string(),
  status: z.int().min(400).max(599),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[]),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: 'all that is wrong with the request, part by part' }),
});

/** A problem that says what became of each value. */
export const nothingTaken = problem.extend(modelAnswer.shape);

/** Of the schemas here, those that the API's description names. */
export const DAEMON_VIEWS = {
  DaemonStatus: daemonStatus,
  ApiIndex: apiIndex,
  Health: health,
  TokenTaken: tokenTaken,
  Readiness: readiness,
  Problem: problem,
  NothingTaken: nothingTaken,
};
