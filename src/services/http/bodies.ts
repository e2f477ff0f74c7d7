import type { Context } from 'hono';
import { z } from 'zod';
import { CONFIDENCES, PRIORITIES } from '../../domain/method.ts';
import { formatPath } from '../config/config-error.ts';
import { fraction, price, quantity, scalar, text, word } from '../config/scalars.ts';
import { mapping } from '../config/shapes.ts';
import type { TrackRequest } from '../operations.ts';
import { HttpProblem } from './problem.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const instant = () =>
  scalar('a time like 2026-02-08T19:12:49Z', (given) =>
    INSTANT.test(given) && Number.isFinite(Date.parse(given)) ? Date.parse(given) : null,
  );

const note = text('a text of at most 500 characters', /^[^\p{Cc}]{1,500}$/u).optional();
const flag = z.boolean({ error: 'must be true or false' }).optional();

const trackBody = mapping({
  market: text('the name of a market', /^[A-Za-z0-9._-]{1,100}$/),
  side: word(['yes', 'no']),
  quantity: quantity({ above: '0' }),
  entry_price: price({ above: '0', below: '1' }),
  method: text('the name of a method', /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/).optional(),
  confidence: word(CONFIDENCES).optional(),
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
  priority: word(PRIORITIES).optional(),
  note,
}).transform((body) => ({
  quantity: body.quantity ?? null,
  priority: body.priority ?? ('HIGH' as const),
  note: body.note ?? null,
}));

const holdBody = mapping({ cancel: flag, note }).transform((body) => ({
  cancel: body.cancel ?? false,
  note: body.note ?? null,
}));

const noteBody = mapping({ note }).transform((body) => ({ note: body.note ?? null }));

/** What each request may carry. Decimals are JSON strings. */
export const BODIES = { track: trackBody, exit: exitBody, hold: holdBody, note: noteBody };

/** Reads and checks a JSON body; none is an empty one. Throws an HttpProblem with all that is wrong with it. */
export async function readBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  const content = await context.req.text();
  const type = context.req.header('content-type') ?? '';
  if (content !== '' && !/^application\/json\s*(;|$)/i.test(type))
    throw new HttpProblem(415, 'not_json', 'the body must be application/json');
  const result = schema.safeParse(withoutNulls(content === '' ? {} : parseJson(content)));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => ({ path: formatPath(path), message }));
  const detail = problems
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
    .join('; ');
  throw new HttpProblem(400, 'invalid', detail, problems);
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
