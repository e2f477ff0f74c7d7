import type { Context } from 'hono';
import { z } from 'zod';
import { CONFIDENCES, PRIORITIES } from '../../domain/method.ts';
import { formatPath } from '../config/config-error.ts';
import { fraction, money, word as oneOf, price, quantity, scalar, text } from '../config/scalars.ts';
import { crossCheck, mapping } from '../config/shapes.ts';
import { instant } from '../instant.ts';
import type { TrackRequest, Word } from '../operations.ts';
import { HttpProblem } from './problem.ts';

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
  ({ limit, until_tomorrow }, report) => {
    if (limit !== undefined && until_tomorrow === true)
      report(['until_tomorrow'], 'limit stands beside it: leave one out');
  },
).transform((body) => ({
  limit: body.limit ?? null,
  untilTomorrow: body.until_tomorrow ?? false,
  ...readWord(body),
}));

const flattenBody = crossCheck(
  mapping({ yes: flag, priority: oneOf(['CRITICAL', 'HIGH']).optional(), ...word }),
  ({ yes }, report) => {
    if (yes !== true) report(['yes'], 'must be true: this sells every open position');
  },
).transform((body) => ({ priority: body.priority ?? ('HIGH' as const), ...readWord(body) }));

/** What each request may carry. Decimals are JSON strings. */
export const BODIES = {
  track: trackBody,
  exit: exitBody,
  hold: holdBody,
  word: wordBody,
  set: setBody,
  reset: resetBody,
  flatten: flattenBody,
};

/** Reads and checks a JSON body; none is an empty one. Throws an HttpProblem with all that is wrong with it. */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  const result = schema.safeParse(withoutNulls((await readJson(context)) ?? {}));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({ path: formatPath(path), message }));
  const detail = problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new HttpProblem(400, 'invalid', detail, problems);
}

/** The JSON of a body; null for none. Throws an HttpProblem. */
export async function readJson(context: Context): Promise<unknown> {
  const content = await context.req.text();
  const type = context.req.header('content-type') ?? '';
  if (content === '') return null;
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new HttpProblem(415, 'not_json', 'the body must be application/json');
  return parseJson(content);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new HttpProblem(400, 'invalid', `the body is not JSON: ${(error as Error).message}`);
  }
}

/** A key that is null says as little as one that is left out. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}
