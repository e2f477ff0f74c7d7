import { type Context, Hono } from 'hono';
import { BREAKERS, EDGE_STATUSES } from '../../actors/ports.ts';
import type { AccountOperations } from '../account-operations.ts';
import { listWords, refuseWord } from '../config/nearest-word.ts';
import { MOST_VALUES, sayValues } from '../model-values.ts';
import { BODIES, readBody, readJson } from './bodies.ts';
import { HttpProblem } from './problem.ts';

/** The model's word, entries, breakers, and the end to it all. */
export function accountRoutes(account: AccountOperations): Hono {
  const routes = new Hono();
  routes.get('/model', async (context) => context.json(await account.model()));
  routes.put('/model', (context) => answerModel(context, account));
  routes.get('/entries', async (context) => context.json(await account.entries(filterOf(context))));
  routes.post('/entries/pause', async (context) => {
    await account.pauseEntries(await readBody(context, BODIES.word));
    return context.json({ paused: true });
  });
  routes.post('/entries/resume', async (context) => {
    await account.resumeEntries(await readBody(context, BODIES.word));
    return context.json({ paused: false });
  });
  routes.get('/breakers', async (context) => context.json(await account.breakers()));
  routes.post('/breakers/:name/reset', async (context) => {
    const name = BREAKERS.find((known) => known === context.req.param('name'));
    if (!name)
      throw new HttpProblem(404, 'not_found', `breaker: ${refuseWord(context.req.param('name'), BREAKERS)}`);
    const wish = await readBody(context, BODIES.reset);
    if (wish.reason === null)
      throw new HttpProblem(400, 'invalid', 'reason: is missing: a reset is journaled with its reason', [
        { path: 'reason', message: 'is missing: a reset is journaled with its reason' },
      ]);
    return context.json(await account.resetBreaker(name, wish));
  });
  routes.get('/report', async (context) =>
    context.json(await account.report(context.req.query('day') ?? null)),
  );
  routes.get('/flatten', async (context) => context.json(await account.previewFlatten()));
  routes.post('/flatten', async (context) =>
    context.json(await account.flatten(await readBody(context, BODIES.flatten))),
  );
  return routes;
}

/** One value or a list of them; 422 when none was taken. */
export async function answerModel(context: Context, account: AccountOperations): Promise<Response> {
  const body = await readJson(context);
  const values = Array.isArray(body) ? body : [body];
  if (values.length === 0 || values.length > MOST_VALUES || body === null)
    throw new HttpProblem(
      400,
      'invalid',
      `the body must be a value or a list of 1 to ${MOST_VALUES} of them`,
    );
  const answer = await sayValues(values, (words) => account.say(words));
  return context.json(answer, answer.accepted.length > 0 ? 200 : 422);
}

const MOST_EDGES = 1000;

function filterOf(context: Context) {
  const { status = null, limit = '50' } = context.req.query();
  const known = EDGE_STATUSES.find((one) => one === status) ?? null;
  if (status !== null && known === null)
    throw new HttpProblem(400, 'invalid', `status: must be ${listWords(EDGE_STATUSES)}`);
  if (!/^[1-9]\d{0,3}$/.test(limit) || Number(limit) > MOST_EDGES)
    throw new HttpProblem(400, 'invalid', `limit: must be a whole number from 1 to ${MOST_EDGES}`);
  return { status: known, limit: Number(limit) };
}
