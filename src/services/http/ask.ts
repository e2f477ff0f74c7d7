import { oneLine } from '../one-line.ts';
import { OperationError } from '../operations/operations.ts';

/** Sends one request and reads its JSON. Throws an OperationError with the daemon's own words. */
export type Ask = <T>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  /** A status whose answer is no failure all the same. */
  also?: number,
) => Promise<T>;

/** Speaks to the API at `url`. */
export const createAsk =
  ({ url, token }: { url: string; token: string | null }, waitMs: number): Ask =>
  async <T>(method: string, path: string, body?: unknown, also?: number): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(waitMs),
    }).catch((error: unknown) => {
      throw new OperationError('unavailable', `the daemon at ${url} does not answer: ${reasonOf(error)}`);
    });
    const answer: unknown = await response.json().catch(() => null);
    if ((response.ok || response.status === also) && answer !== null) return answer as T;
    throw errorOf(response.status, answer, url);
  };

const MOST_CHARS = 5_000;

const CODES: readonly OperationError['code'][] = ['not_found', 'invalid', 'conflict', 'unavailable'];

function errorOf(status: number, answer: unknown, url: string): OperationError {
  const { code, detail: said } = (answer ?? {}) as { code?: unknown; detail?: unknown };
  const detail = typeof said === 'string' ? oneLine(said, MOST_CHARS) : '';
  const known = CODES.find((one) => one === code);
  if (known && detail) return new OperationError(known, detail);
  if (status === 401)
    return new OperationError('unavailable', `the daemon at ${url} refuses the token of this data folder`);
  return new OperationError(
    'unavailable',
    `the daemon at ${url} answers ${status}${detail ? `: ${detail}` : ''}`,
  );
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string }; message: string };
  return cause?.code ?? message;
}
