import { token } from '../live/token.ts';

const ANSWER_WAIT_MS = 4_000;

/** A verdict of the daemon on itself, which comes with 503 when it is bad; null: no answer. */
export async function readVerdict<T>(path: string, signal: AbortSignal): Promise<T | null> {
  const headers = new Headers(token.value === null ? {} : { authorization: `Bearer ${token.value}` });
  try {
    const response = await fetch(path, {
      headers,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT_MS)]),
    });
    return response.ok || response.status === 503 ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}
