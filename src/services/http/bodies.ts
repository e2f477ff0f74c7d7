import { z } from 'zod';
import { CONFIDENCES, PRIORITIES } from '../../domain/method.ts';
import { fraction, money, word as oneOf, price, quantity, scalar, text } from '../config/scalars.ts';
import { crossCheck, mapping } from '../config/shapes.ts';
import { instant } from '../instant.ts';
import { MODEL_VALUE } from '../model/model-values.ts';
import type { TrackRequest, Word } from '../operations/operations.ts';

/** Who asks, and why. */
const word = {
  by: text('a name of at most 100 characters', /^[^\p{Cc}]{1,100}$/u).optional(),
  reason: text('a text of at most 500 characters', /^[^\p{Cc}]{1,500}$/u).optional(),
};
const readWord = (body: { by?: string | undefined; reason?: string | undefined }): Word => ({
  by: body.by ?? 'api',
  reason: body.reason ?? null,
});
const flag = z.boolean({ error: 'must be true or false' }).optional();

const trackBody = mapping({
  market: text('the name of a market', /^[A-Za-z0-9._-]{1,100}$/),
  side: oneOf(['yes', 'no']),
  quantity: quantity({ above: '0' }),
  entry_price: price({ above: '0', below: '1' }),
  method: text('the name of a method', /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/).optional(),
  confidence: oneOf(CONFIDENCES).optional(),
  model_probability: fraction({ min: '0', max: '1' }).optional(),
  opened_at: instant().optional(),
}).transform(
  (body): TrackRequest => ({
    market: body.market,
    side: body.side,
    quantity: body.quantity,
    entryPrice: body.entry_price,
    method: body.method ?? null,
    confidence: body.confidence ?? null,
    modelProbability: body.model_probability ?? null,
    openedAt: body.opened_at ?? null,
  }),
);

const exitBody = mapping({
  quantity: quantity({ above: '0' }).optional(),
  priority: oneOf(PRIORITIES).optional(),
  ...word,
}).transform((body) => ({
  quantity: body.quantity ?? null,
  priority: body.priority ?? ('HIGH' as const),
  ...readWord(body),
}));

const holdBody = mapping({ cancel: flag, ...word }).transform((body) => ({
  cancel: body.cancel ?? false,
  ...readWord(body),
}));

const wordBody = mapping(word).transform(readWord);

const settings = z.record(
  z.string(),
  scalar('a text', (given) => given),
  { error: () => 'must be a mapping of settings, such as {"stop_loss": "0.08"}' },
);

const setBody = mapping({
  method: text('nfl, or nfl@2', /^[A-Za-z0-9][A-Za-z0-9_~-]{0,79}(@[1-9]\d{0,8})?$/).optional(),
  settings: settings.optional(),
  ...word,
}).transform((body) => ({
  method: body.method ?? null,
  settings: body.settings ?? {},
  ...readWord(body),
}));

const resetBody = crossCheck(
  mapping({ limit: money({ above: '0' }).optional(), until_tomorrow: flag, ...word }),
  ({ limit, until_tomorrow, reason }, report) => {
    if (limit !== undefined && until_tomorrow === true)
      report(['until_tomorrow'], 'limit stands beside it: leave one out');
    if (reason === undefined) report(['reason'], 'is missing: a reset is journaled with its reason');
  },
)
  .meta({ required: ['reason'] })
  .transform((body) => ({
    limit: body.limit ?? null,
    untilTomorrow: body.until_tomorrow ?? false,
    ...readWord(body),
  }));

const flattenBody = crossCheck(
  mapping({ yes: flag.meta({ const: true }), priority: oneOf(['CRITICAL', 'HIGH']).optional(), ...word }),
  ({ yes }, report) => {
    if (yes !== true) report(['yes'], 'must be true: this sells every open position');
  },
)
  .meta({ required: ['yes'] })
  .transform((body) => ({ priority: body.priority ?? ('HIGH' as const), ...readWord(body) }));

/** One value of a model, as each of a request's is judged for itself: its probability may come as a number too. */
const modelValue = z.object({ ...MODEL_VALUE, probability: z.union([MODEL_VALUE.probability, z.number()]) });

/** What each request may carry, by the names that the API's description gives. Decimals are JSON strings. */
export const BODIES = {
  TrackRequest: trackBody,
  ExitRequest: exitBody,
  HoldRequest: holdBody,
  OperatorWord: wordBody,
  MethodRequest: setBody,
  ResetRequest: resetBody,
  FlattenRequest: flattenBody,
  ModelValue: modelValue,
};
