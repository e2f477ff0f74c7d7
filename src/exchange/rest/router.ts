import { authenticate, type Caller, mayDo, namedCaller } from '../auth.ts';
import { type ExchangeRequest, pathOf, queryOf, REST_ROOT } from '../messages.ts';
import { isRefusal, notFound, type Refusal, refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import { accountRoutes } from './account-routes.ts';
import { type BucketKind, DEFAULT_COST, takeTokens } from './buckets.ts';
import { exchangeRoutes } from './exchange-routes.ts';
import { marketRoutes } from './market-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { portfolioRoutes } from './portfolio-routes.ts';
import type { Answer, Route } from './route.ts';

const ROUTES: readonly { route: Route; parts: string[] }[] = [
  ...exchangeRoutes,
  ...marketRoutes,
  ...portfolioRoutes,
  ...orderRoutes,
  ...accountRoutes,
].map((route) => ({ route, parts: `${REST_ROOT}${route.path}`.split('/') }));

/** A request that passed the front door. */
export interface AdmittedRequest {
  request: ExchangeRequest;
  caller: Caller | null;
}

const tooManyRequests = (): Refusal => refuse(429, 'too_many_requests', 'too many requests');

/** Checks the signature, takes the tokens, and checks the key's scope. */
export function admit(world: World, request: ExchangeRequest, at: number): AdmittedRequest | Refusal {
  const found = findRoute(request);
  if (!found) return notFound('endpoint');
  const { route } = found;
  const caller = route.right === null ? namedCaller(world, request) : authenticate(world, request, at);
  if (isRefusal(caller)) return caller;
  if (caller && !takeTokens(world, caller, kindOf(request), costOf(route, request), shardIn(request), at))
    return tooManyRequests();
  if (caller && route.right !== null && !mayDo(caller, route.right))
    return refuse(403, 'forbidden', 'the key lacks the scope for this');
  return { request, caller };
}

/** Carries an admitted request out. */
export function carryOut(world: World, { request, caller }: AdmittedRequest, at: number): Answer | Refusal {
  const { route, params } = findRoute(request)!;
  const { target, body } = request;
  return route.run({ world, at, params, query: queryOf(target), body, caller });
}

export const isCached = (request: ExchangeRequest): boolean => findRoute(request)?.route.cached ?? false;

export const isWrite = (request: ExchangeRequest): boolean => request.method !== 'GET';

const kindOf = (request: ExchangeRequest): BucketKind => (isWrite(request) ? 'write' : 'read');

const costOf = (route: Route, request: ExchangeRequest): number => route.cost?.(request.body) ?? DEFAULT_COST;

/** The shard that a write names; everything else bills the shared bucket, 0. */
function shardIn(request: ExchangeRequest): number {
  if (!isWrite(request) || pathOf(request.target).endsWith('/batched')) return 0;
  const inBody = /"exchange_index"\s*:\s*(\d+)/.exec(request.body)?.[1];
  return Number(queryOf(request.target).get('exchange_index') ?? inBody ?? 0);
}

function findRoute(request: ExchangeRequest): { route: Route; params: Record<string, string> } | null {
  const asked = pathOf(request.target).split('/');
  for (const { route, parts } of ROUTES) {
    if (route.method !== request.method || parts.length !== asked.length) continue;
    const params: Record<string, string> = {};
    const fits = parts.every((part, index) => {
      if (!part.startsWith(':')) return part === asked[index];
      params[part.slice(1)] = decoded(asked[index]!);
      return params[part.slice(1)] !== '';
    });
    if (fits) return { route, params };
  }
  return null;
}

/** A path part without its percent signs; empty when they are malformed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
