import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Log } from '../log/log.ts';
import { type AccessRules, guardAccess } from './access.ts';
import { describeApi } from './openapi.ts';
import { servePage } from './page-files.ts';
import { ANSWER_HEADERS, answerProblem, HttpProblem, problemOf } from './problem.ts';
import { check, readJson, readQuery, withoutNulls } from './read-request.ts';
import { type Api, paramsOf, type Route } from './routes/route.ts';
import { ROUTES } from './routes.ts';

export interface AppOptions extends Omit<Api, 'description'> {
  access: AccessRules;
  log: Log;
  /** Of the built page; default: where `npm run build` puts it. */
  pageFolder?: string;
}

const LARGEST_BODY = 64 * 1024;

/** The daemon's API: the table of routes, behind one guard. */
export function createApp({ access, log, pageFolder, ...rest }: AppOptions): Hono {
  const api: Api = { ...rest, description: describeApi };
  const app = new Hono();
  app.onError((error) => {
    const problem = problemOf(error);
    if (problem) return answerProblem(problem);
    log.error({ err: error }, 'a request failed in a way nobody expected');
    return answerProblem(new HttpProblem('internal', 'an unexpected error: the log says more'));
  });
  app.notFound(({ req }) =>
    answerProblem(new HttpProblem('no_such_route', `there is no ${req.method} ${req.path.slice(0, 200)}`)),
  );
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(ANSWER_HEADERS)) context.header(name, value);
  });
  servePage(app, access, pageFolder);
  app.use(guardAccess(access));
  for (const route of ROUTES)
    app.on(route.method.toUpperCase(), inHono(route.path), (context) => answer(route, api, context));
  refuseOtherMethods(app);
  return app;
}

async function answer(route: Route, api: Api, context: Context): Promise<Response> {
  const { req } = context;
  const query = route.query && check(route.query, readQuery(req.url));
  const params = Object.fromEntries(paramsOf(route).map((name) => [name, readParam(req.param(name))]));
  const said = await route.handle(api, {
    params: params as never,
    query,
    body: await readBody(route, req.raw),
  });
  if (route.contentType) return context.body(said as string, 200, { 'content-type': route.contentType(api) });
  const status = route.other?.when(said) ? route.other.status : (route.status ?? 200);
  return context.json(said, status as ContentfulStatusCode);
}

/** A name with control characters can't be one: stores refuse some of them. */
function readParam(given: string | undefined): string {
  if (given !== undefined && /^[^\p{Cc}]{1,200}$/u.test(given)) return given;
  throw new HttpProblem('not_found', 'there is nothing of this name');
}

async function readBody({ body, mostBytes, checksBody }: Route, request: Request): Promise<unknown> {
  if (!body) return undefined;
  const json = await readJson(request, mostBytes ?? LARGEST_BODY);
  return checksBody ? json : check(body, withoutNulls(json ?? {}));
}

/** `{id}` → `:id` */
const inHono = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

/** 405 with the methods that an address does take. OPTIONS says them too, and allows no other origin anything. */
function refuseOtherMethods(app: Hono): void {
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const taken = ROUTES.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    app.options(inHono(path), (context) => context.body(null, 204, { allow }));
    app.all(inHono(path), ({ req }) => {
      throw new HttpProblem('method_not_allowed', `${req.path} takes ${allow}`, { headers: { allow } });
    });
  }
}
