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

/** Nobody but programs on this machine reaches a host like this. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The host as it stands in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/**
 * Who may ask: only requests to a name this server has (a page of another site can point its name at us, but not lie
 * about it), from no other origin, and with the token where something changes or others than this machine can reach us.
 */
export function guardAccess({ host, port, token }: AccessRules): MiddlewareHandler {
  const isLocal = isLoopback(host);
  const names = new Set(
    [host, ...(isLocal ? ['localhost', '127.0.0.1', '::1'] : [])].map((n) => `${inUrl(n)}:${port}`),
  );
  return async (context, next) => {
    const asked = context.req.header('host')?.toLowerCase() ?? '';
    if (isLocal && !names.has(asked))
      throw new HttpProblem(
        421,
        'wrong_host',
        `this is ${[...names][0]}, not ${JSON.stringify(asked.slice(0, 100))}`,
      );
    const origin = context.req.header('origin');
    if (origin !== undefined && origin.toLowerCase() !== `http://${asked}`)
      throw new HttpProblem(403, 'wrong_origin', 'requests from pages of another origin are refused');
    const isRead = context.req.method === 'GET' || context.req.method === 'HEAD';
    if (!(isLocal && isRead) && !isAuthorized(context.req.header('authorization'), token))
      throw new HttpProblem(
        401,
        'unauthorized',
        'needs "Authorization: Bearer <token>"; the token is in <data_dir>/token',
      );
    await next();
  };
}

/** Compares digests, so that the time it takes tells nothing of the token. */
function isAuthorized(header: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
