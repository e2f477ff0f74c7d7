import { z } from 'zod';
import { BREAKERS, EDGE_STATUSES } from '../../../actors/ports.ts';
import type {
  BreakerView,
  EdgeView,
  EntriesView,
  FlattenedPosition,
  Flattening,
  ModelAnswer,
  ModelView,
} from '../../operations/account-operations.ts';
import { confidence, count, facts, fraction, instant, money, price, quantity, side, view } from './values.ts';

export const modelView = view<ModelView>()(
  z.object({
    market: z.string(),
    side,
    probability: fraction,
    at: instant,
    age_seconds: count,
    confidence: confidence.nullable(),
    method: z.string().nullable(),
    source: z.string(),
  }),
);

export const modelAnswer = view<ModelAnswer>()(
  z.object({
    accepted: z.array(z.object({ index: count, market: z.string() })),
    refused: z.array(
      z.object({
        index: count,
        reason: z.enum([
          'invalid',
          'out_of_range',
          'late',
          'duplicate',
          'too_old',
          'in_the_future',
          'unknown_method',
        ]),
        text: z.string(),
      }),
    ),
  }),
);

const edgeView = view<EdgeView>()(
  z.object({
    id: z.string(),
    market: z.string(),
    side,
    probability: fraction,
    confidence: confidence.nullable(),
    method: z.string().nullable(),
    source: z.string(),
    status: z.enum(EDGE_STATUSES),
    reason: z.string().nullable(),
    checks: z.array(z.object({ check: z.string(), passed: z.boolean(), text: z.string() })),
    limit_price: price.nullable(),
    quantity: quantity.nullable(),
    replaces: z.string().nullable(),
    detected_at: instant,
    decided_at: instant.nullable(),
  }),
);

export const entriesView = view<EntriesView>()(
  z.object({ enabled: z.boolean(), paused: z.string().nullable(), edges: z.array(edgeView) }),
);

export const entriesPaused = z.object({ paused: z.boolean() });

export const breakerView = view<BreakerView>()(
  z.object({
    name: z.enum(BREAKERS),
    tripped: z.boolean(),
    reason: z.string().nullable(),
    changed_at: instant.nullable(),
    numbers: facts,
  }),
);

const flattenedPosition = view<FlattenedPosition>()(
  z.object({
    id: z.string(),
    market: z.string(),
    side,
    quantity,
    bid: price.nullable(),
    worth: money.nullable(),
    result: z.enum(['would_sell', 'selling', 'left', 'not_sold']),
    detail: z.string(),
  }),
);

export const flattening = view<Flattening>()(
  z.object({ entries_paused: z.boolean().nullable(), positions: z.array(flattenedPosition) }),
);

/** Of the schemas here, those that the API's description names. */
export const ACCOUNT_VIEWS = {
  ModelView: modelView,
  ModelAnswer: modelAnswer,
  EdgeView: edgeView,
  EntriesView: entriesView,
  EntriesPaused: entriesPaused,
  BreakerView: breakerView,
  FlattenedPosition: flattenedPosition,
  Flattening: flattening,
};
