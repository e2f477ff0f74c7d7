import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { HttpProblem } from './problem.ts';

export interface AccessRules {
  /** As configured. */
  host: string;
  /** The port that is really listened on. */
  port: number;
  token: string;
}

/** What access is decided by: a header that is missing is undefined. */
export interface Asker {
  method: string;
  header(name: 'host' | 'origin' | 'sec-fetch-site' | 'sec-fetch-mode'): string | undefined;
  /** The token as it was given, in whatever way; undefined without one. */
  token: string | undefined;
}

/** Nobody but programs on this machine reaches a host like this. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The host as it stands in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Who may ask: only requests to a name this server has (a page of another site can point its name at us, but not lie
 * about it), from no other origin, and with the token where something changes or others than this machine can reach us.
 * Returns what decides, a problem or null for whoever may.
 */
export function createAccess({ host, port, token }: AccessRules): (asker: Asker) => HttpProblem | null {
  const isLocal = isLoopback(host);
  const names = new Set(
    [host, ...(isLocal ? ['localhost', '127.0.0.1', '::1'] : [])].map((n) => `${inUrl(n)}:${port}`),
  );
  return (asker) => {
    const asked = asker.header('host')?.toLowerCase() ?? '';
    if (isLocal && !names.has(asked)) {
      const given = JSON.stringify(asked.slice(0, 100));
      return new HttpProblem('wrong_host', `this is ${[...names][0]}, not ${given}`);
    }
    if (isForeign(asker, asked))
      return new HttpProblem('wrong_origin', 'requests from pages of another origin are refused');
    if ((isLocal && READS.has(asker.method)) || isSame(asker.token ?? '', token)) return null;
    return new HttpProblem(
      'unauthorized',
      'needs "Authorization: Bearer <token>"; the token is in <data_dir>/token',
    );
  };
}

/** The same rules for every request of an app; what is open to everybody needs no token. */
export function guardAccess(rules: AccessRules, { isOpen = false } = {}): MiddlewareHandler {
  const refuse = createAccess(rules);
  return async ({ req }, next) => {
    const problem = refuse({
      method: req.method,
      header: (name) => req.header(name),
      token: bearerOf(req.header('authorization')),
    });
    if (problem && !(isOpen && problem.code === 'unauthorized')) throw problem;
    await next();
  };
}

/** The token of an Authorization header. */
export const bearerOf = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1];

/** A page elsewhere made its reader's browser ask; following a link to here is no such thing. */
function isForeign({ header }: Asker, asked: string): boolean {
  const origin = header('origin');
  if (origin !== undefined) return origin.toLowerCase() !== `http://${asked}`;
  const site = header('sec-fetch-site');
  const isElsewhere = site === 'cross-site' || site === 'same-site';
  return isElsewhere && header('sec-fetch-mode') !== 'navigate';
}

/** Compares digests, so that the time it takes tells nothing of the token. */
const isSame = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
