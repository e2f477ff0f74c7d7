import { token } from './token.ts';

/** What the daemon answers when it can't do what was asked (RFC 9457), or that it did not answer: code `no_answer`. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, detail: string) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

const ANSWER_WAIT_MS = 15_000;

/** Throws a Problem. */
export const read = <T>(path: string, signal?: AbortSignal): Promise<T> => ask<T>('GET', path, {}, signal);

/** Asks for a change; needs the token. Throws a Problem. */
export const send = <T>(path: string, body: object): Promise<T> =>
  ask<T>('POST', path, { body: JSON.stringify(body) });

async function ask<T>(method: string, path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
  const waits = [AbortSignal.timeout(ANSWER_WAIT_MS), ...(signal ? [signal] : [])];
  const headers = new Headers({ accept: 'application/json' });
  if (init.body !== undefined) headers.set('content-type', 'application/json');
  if (token.value !== null) headers.set('authorization', `Bearer ${token.value}`);
  let response: Response;
  try {
    response = await fetch(path, { ...init, method, headers, signal: AbortSignal.any(waits) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem('no_answer', 0, 'the daemon does not answer');
  }
  const said: unknown = await response.json().catch(() => null);
  if (response.ok) return said as T;
  const { code = 'internal', detail = response.statusText } = (said ?? {}) as {
    code?: string;
    detail?: string;
  };
  throw new Problem(code, response.status, detail);
}
