import type { z } from 'zod';
import type { Operations } from '../../operations/operations.ts';
import { HttpProblem, type ProblemCode } from '../problem.ts';
import type { Records } from '../records.ts';
import type { DaemonStatus, Health, Readiness } from '../status.ts';

/** What the routes answer from. */
export interface Api {
  operations: Operations;
  records: Records;
  status: () => DaemonStatus;
  health: () => Health;
  readiness: () => Promise<Readiness>;
  metrics: { contentType: string; text(): Promise<string> };
  /** The API, as OpenAPI describes it. */
  description: () => Record<string, unknown>;
}

export const TAGS = [
  'positions',
  'exits and orders',
  'methods',
  'model feed',
  'account',
  'statecharts',
  'daemon',
] as const;

/** The names in braces. */
type ParamsOf<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name]: string } & ParamsOf<Rest>
  : unknown;

interface Declared {
  /** The operation's id in the API's description. */
  id: string;
  method: 'get' | 'post' | 'put';
  tag: (typeof TAGS)[number];
  /** One line. */
  summary: string;
  description?: string;
  /** Of a success; default 200. */
  status?: number;
  /** Problems beside those that every route has. */
  problems?: readonly ProblemCode[];
  /** The longest body (bytes); default 64 KiB. */
  mostBytes?: number;
  /** The handler itself looks at the body: what of it is wrong is said part by part. */
  checksBody?: true;
  /** The answer is a text of this type, not JSON. */
  contentType?: (api: Api) => string;
}

/** A route with the types of what it takes and answers. */
interface Declaration<P extends string, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>
  extends Declared {
  path: P;
  query?: Q;
  body?: B;
  answer: A;
  /** A status other than a success's that a good answer may have, and when. */
  other?: { status: number; when: (answer: z.output<A>) => boolean };
  handle: (
    api: Api,
    asked: { params: ParamsOf<P>; query: z.output<Q>; body: z.output<B> },
  ) => Promise<z.output<A>> | z.output<A>;
}

/** One route: what the app is built from, and its description. */
export interface Route extends Declared {
  /** Parameters in braces, as OpenAPI writes them. */
  path: string;
  query?: z.ZodType;
  body?: z.ZodType;
  answer: z.ZodType;
  other?: { status: number; when: (answer: unknown) => boolean };
  handle: (api: Api, asked: { params: never; query: unknown; body: unknown }) => unknown;
}

export const route = <
  P extends string,
  A extends z.ZodType,
  Q extends z.ZodType = z.ZodType<undefined>,
  B extends z.ZodType = z.ZodType<undefined>,
>(
  declaration: Declaration<P, Q, B, A>,
): Route => declaration as unknown as Route;

/** The answer of an address that speaks WebSocket to who does not. */
export const needsUpgrade = (): never => {
  throw new HttpProblem('upgrade_required', 'this address speaks WebSocket', {
    headers: { connection: 'upgrade', upgrade: 'websocket' },
  });
};

/** Whether it changes something, and so needs the token. */
export const changes = ({ method }: Pick<Route, 'method'>): boolean => method !== 'get';

/** The names of the parameters in its path. */
export const paramsOf = ({ path }: Pick<Route, 'path'>): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
