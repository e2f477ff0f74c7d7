import { Agent, DecoratorHandler, type Dispatcher, fetch, type Response } from 'undici';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE' | 'PUT';
  url: URL;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
  /** Asked as it is written to its connection, which may take long to come about; false: it does not leave. */
  mayLeave?: () => boolean;
}

/** `failed`: no complete answer came, so nobody knows whether the request was carried out. Header names are lower-case. */
export type HttpAnswer =
  | { kind: 'answered'; status: number; headers: Record<string, string>; body: string }
  | { kind: 'failed'; reason: string };

/** One request, one answer: never throws, never repeats a request, never follows a redirect. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>;

const MAX_BODY_BYTES = 32 * 2 ** 20;

/** Http over undici's fetch; `timeoutMs` covers the whole exchange and a body over `maxBodyBytes` (32 MiB) is a failure. */
export function createFetchHttp(options: { maxBodyBytes?: number } = {}): Http {
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const agent = new Agent();
  return async ({ method, url, headers, body, timeoutMs, mayLeave }) => {
    let isKept = false;
    const isToLeave = (): boolean => {
      isKept = mayLeave?.() === false;
      return !isKept;
    };
    const dispatcher = agent.compose(askAtLast(isToLeave));
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { method, headers, body, signal, dispatcher, redirect: 'manual' });
      // Undici hands out the redirect itself; the fetch standard hides it behind status 0.
      if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
        await response.body?.cancel();
        return { kind: 'failed', reason: `a redirect (HTTP ${response.status}) is not followed` };
      }
      const text = await readBody(response, maxBodyBytes);
      if (text === null) return { kind: 'failed', reason: `the body is longer than ${maxBodyBytes} bytes` };
      return {
        kind: 'answered',
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: text,
      };
    } catch (error) {
      if (isKept) return { kind: 'failed', reason: 'not sent: not wanted any more' };
      return { kind: 'failed', reason: describeFailure(error, timeoutMs) };
    }
  };
}

/** Asks once the connection is there, before a byte is written: a process may have stood still since it decided to send. */
const askAtLast =
  (mayLeave: () => boolean): Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) => {
    const decorated: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
    const begin = decorated.onRequestStart?.bind(decorated);
    decorated.onRequestStart = (controller, context) => {
      begin?.(controller, context);
      if (!mayLeave()) controller.abort(new Error('not wanted any more'));
    };
    // The decorator takes one answer only, and early hints are answers too.
    const answer = decorated.onResponseStart?.bind(decorated);
    decorated.onResponseStart = (controller, status, headers, text) => {
      if (status >= 200) answer?.(controller, status, headers, text);
    };
    return dispatch(options, decorated);
  };

/** The body as text; null, and the connection dropped, once it is longer than `maxBytes`. */
async function readBody(response: Response, maxBytes: number): Promise<string | null> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Names and codes only: the texts of fetch's errors quote headers. */
function describeFailure(error: unknown, timeoutMs: number): string {
  if (nameOf(error) === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code))
      return `the request failed (${code})`;
  }
  return 'the request failed';
}

const nameOf = (error: unknown): string | undefined =>
  error instanceof Error || error instanceof DOMException ? error.name : undefined;

/**
 * The root of an API as a URL: `https:` or `wss:` anywhere, `http:` or `ws:` only for this machine. Throws a RangeError
 * that never quotes the text, which may hold a password.
 */
export function checkRoot(url: string, kind: 'http' | 'ws'): URL {
  if (!URL.canParse(url)) throw new RangeError('is not a URL');
  const root = new URL(url);
  if (root.protocol !== `${kind}s:` && root.protocol !== `${kind}:`)
    throw new RangeError(`must begin with ${kind}s://`);
  if (root.protocol === `${kind}:` && !isThisMachine(root.hostname))
    throw new RangeError(`must begin with ${kind}s://: plain ${kind}:// is for this machine only`);
  if (root.username !== '' || root.password !== '')
    throw new RangeError('must hold no user name and no password');
  if (url.includes('?')) throw new RangeError('must hold no query ("?")');
  if (url.includes('#')) throw new RangeError('must hold no fragment ("#")');
  return root;
}

/** Whether a host's name means this machine. */
export const isThisMachine = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
