import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Log } from '../log.ts';
import type { Operations } from '../operations.ts';
import { type AccessRules, guardAccess } from './access.ts';
import { accountRoutes, answerModel } from './account-routes.ts';
import { BODIES, readBody } from './bodies.ts';
import { methodRoutes } from './method-routes.ts';
import { answerProblem, HttpProblem, problemOf } from './problem.ts';
import type { DaemonStatus, Readiness } from './status.ts';

export interface AppOptions {
  operations: Operations;
  access: AccessRules;
  status: () => DaemonStatus;
  readiness: () => Promise<Readiness>;
  log: Log;
}

const LARGEST_BODY = 64 * 1024;
/** A thousand values of a model. */
const LARGEST_MODEL = 512 * 1024;

/** The daemon's API. */
export function createApp({ operations, access, status, readiness, log }: AppOptions): Hono {
  const app = new Hono();
  app.onError((error) => {
    const problem = problemOf(error);
    if (problem) return answerProblem(problem);
    log.error({ err: error }, 'a request failed in a way nobody expected');
    return answerProblem(new HttpProblem(500, 'internal', 'an unexpected error: the log says more'));
  });
  app.notFound((context) => {
    const detail = `there is no ${context.req.method} ${context.req.path}`;
    return answerProblem(new HttpProblem(404, 'no_such_route', detail));
  });
  app.use(guardAccess(access));
  const [limit, modelLimit] = [LARGEST_BODY, LARGEST_MODEL].map(limitBody);
  app.use((context, next) => (isModel(context.req.path) ? modelLimit! : limit!)(context, next));
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });
  app.get('/healthz', (context) => context.json({ alive: true }));
  app.get('/readyz', async (context) => {
    const answer = await readiness();
    return context.json(answer, answer.ready ? 200 : 503);
  });
  app.get('/api/v1/status', (context) => context.json(status()));
  app.route('/api/v1/positions', positionRoutes(operations));
  app.route('/api/v1/methods', methodRoutes(operations.methods));
  app.post('/api/v1/reload', async (context) =>
    context.json(await operations.methods.reload(await readBody(context, BODIES.word))),
  );
  app.route('/api/v1', accountRoutes(operations.account));
  app.put('/api/model', (context) => answerModel(context, operations.account));
  return app;
}

const isModel = (path: string): boolean => path === '/api/model' || path === '/api/v1/model';

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => answerProblem(new HttpProblem(413, 'too_large', `a body may have ${maxSize} bytes`)),
  });

const idOf = (context: Context): string => context.req.param('id') ?? '';

function positionRoutes(operations: Operations): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => context.json(await operations.positions({ closed: closedOf(context) })));
  routes.post('/', async (context) =>
    context.json(await operations.track(await readBody(context, BODIES.track)), 201),
  );
  routes.get('/:id', async (context) => context.json(await operations.show(idOf(context))));
  routes.get('/:id/explain', async (context) => context.json(await operations.explain(idOf(context))));
  routes.post('/:id/exit', async (context) =>
    context.json(await operations.exit(idOf(context), await readBody(context, BODIES.exit))),
  );
  routes.post('/:id/hold', async (context) =>
    context.json(await operations.hold(idOf(context), await readBody(context, BODIES.hold))),
  );
  routes.post('/:id/method', async (context) =>
    context.json(await operations.methods.set(idOf(context), await readBody(context, BODIES.set))),
  );
  for (const word of ['release', 'resume', 'retry'] as const) {
    routes.post(`/:id/${word}`, async (context) =>
      context.json(await operations[word](idOf(context), await readBody(context, BODIES.word))),
    );
  }
  return routes;
}

function closedOf(context: Context): boolean {
  const closed = context.req.query('closed') ?? 'false';
  if (closed !== 'true' && closed !== 'false')
    throw new HttpProblem(400, 'invalid', 'closed: must be true or false', [
      { path: 'closed', message: 'must be true or false' },
    ]);
  return closed === 'true';
}
