import type { z } from 'zod';
import type { Clock } from '../../../../actors/ports.ts';
import { describeIssues } from '../wire/issues.ts';
import { readBody, redact } from './answer-body.ts';
import { ClockSkew } from './clock-skew.ts';
import type { Signer } from './credentials.ts';
import { readRefusal } from './error-envelope.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';
import type { Bucket, Lane, Pacer } from './pacer.ts';

/** What became of one call. Only `ok` and `refused` say for sure what the exchange did. */
export type Outcome<T> =
  /** `startedAt` is when the request left, `receivedAt` when its answer was complete (ms, our clock). */
  | { kind: 'ok'; value: T; startedAt: number; receivedAt: number }
  /** A 4xx, or a 2xx whose body is an error. */
  | { kind: 'refused'; status: number; code: string | null; message: string }
  | { kind: 'rate_limited' }
  /** A time-out, a broken connection, a 5xx, a body that is no JSON; `isUnsent`: nothing of it has left. */
  | { kind: 'failed'; reason: string; isUnsent?: true }
  /** A body that is not what was expected; `reason` names the field. */
  | { kind: 'malformed'; reason: string };

export interface Call {
  method: HttpRequest['method'];
  /** Without the API's root and without the query. */
  path: string;
  /** Null when no answer came. */
  status: number | null;
  /** From sending to the complete answer, without the wait for tokens. */
  ms: number;
  lane: Lane;
}

interface KalshiClientOptions {
  http: Http;
  /** Null: public data only. */
  signer: Signer | null;
  /** Ends with /trade-api/v2. */
  root: URL;
  clock: Clock;
  pacer: Pacer;
  timeoutMs: number;
  /** For everything but GET. */
  orderTimeoutMs: number;
  /** Asked immediately before every write (SPEC 8.7); false holds it back. */
  maySend?: () => boolean;
  onCall?: (call: Call) => void;
}

interface CallOptions<T> {
  /** A name given twice is sent twice. */
  query?: [string, string][];
  schema: z.ZodType<T>;
  lane: Lane;
  /** Tokens; what the table says when left out. */
  cost?: number;
  /** Asked once the tokens are there, which may take seconds; false: it is not sent. */
  isWanted?: () => boolean;
}

/** Paced, signed calls with decoded answers; nothing is ever sent twice. Paths begin with "/" and are relative to the root. */
export class KalshiClient {
  readonly #options: KalshiClientOptions;
  readonly #skew = new ClockSkew();

  constructor(options: KalshiClientOptions) {
    this.#options = options;
  }

  /** A read; `public` data is asked for without a signature. */
  get<T>(path: string, options: CallOptions<T> & { public?: boolean }): Promise<Outcome<T>> {
    return this.#call('GET', path, options, null);
  }

  /** A write; `body` is sent as JSON. */
  post<T>(path: string, options: CallOptions<T> & { body: unknown }): Promise<Outcome<T>> {
    return this.#call('POST', path, options, JSON.stringify(options.body));
  }

  /** A cancel. */
  delete<T>(path: string, options: CallOptions<T>): Promise<Outcome<T>> {
    return this.#call('DELETE', path, options, null);
  }

  /** The exchange's clock minus ours in ms; null before the first answer. Good to ± 0.5 s at first, then better. */
  clockSkewMs(): number | null {
    return this.#skew.estimateMs();
  }

  async #call<T>(
    method: HttpRequest['method'],
    path: string,
    { query, schema, lane, cost, isWanted, public: isPublic }: CallOptions<T> & { public?: boolean },
    body: string | null,
  ): Promise<Outcome<T>> {
    const { http, clock, pacer, signer, timeoutMs, orderTimeoutMs, onCall } = this.#options;
    if (signer === null && isPublic !== true) throw new Error(`${method} ${path} needs credentials`);
    const url = buildUrl(this.#options.root, path, query ?? []);
    if (url === null) return { kind: 'failed', reason: 'not sent: the path holds a "." or ".." segment' };
    const bucket: Bucket = method === 'GET' ? 'read' : 'write';
    try {
      await pacer.acquire(bucket, cost ?? pacer.costOf(method, path), lane);
    } catch (error) {
      return { kind: 'failed', reason: `not sent: ${(error as Error).message}`, isUnsent: true };
    }
    const unsent = (): string | null => {
      if (bucket === 'write' && this.#options.maySend?.() === false)
        return 'not sent: the lease is not ours any more';
      return isWanted?.() === false ? 'not sent: not wanted any more' : null;
    };
    const reason = unsent();
    if (reason !== null) return { kind: 'failed', reason, isUnsent: true };
    // Signed only now: a signature made before the wait for tokens would carry an old timestamp.
    const proof = isPublic === true || signer === null ? {} : signer.sign(method, url.pathname);
    const headers = {
      ...proof,
      accept: 'application/json',
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    };
    const startedAt = clock.now();
    let isKept = false;
    const mayLeave = () => {
      isKept = unsent() !== null;
      return !isKept;
    };
    const limitMs = method === 'GET' ? timeoutMs : orderTimeoutMs;
    const answer = await http({ method, url, headers, body, timeoutMs: limitMs, mayLeave });
    if (isKept && answer.kind === 'failed') return { ...answer, isUnsent: true };
    const receivedAt = clock.now();
    const status = answer.kind === 'answered' ? answer.status : null;
    onCall?.({ method, path, status, ms: receivedAt - startedAt, lane });
    if (answer.kind === 'answered') this.#skew.note(answer.headers, startedAt, receivedAt);
    if (status === 429) pacer.noteRateLimited(bucket);
    else if (status !== null) pacer.noteServed(bucket);
    const outcome = readAnswer(answer, schema, { startedAt, receivedAt }, []);
    if (outcome.kind === 'ok') return outcome;
    // The exchange may quote our headers back at us, and its words end up in logs.
    return readAnswer(answer, schema, { startedAt, receivedAt }, Object.values(proof));
  }
}

/** Null for a path whose "." or ".." segments would lead elsewhere. Other odd characters are escaped. */
function buildUrl(root: URL, path: string, query: [string, string][]): URL | null {
  if (!path.startsWith('/')) throw new RangeError(`the path "${path}" must begin with "/"`);
  if (path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment))) return null;
  const url = new URL(root);
  url.pathname = root.pathname.replace(/\/+$/, '') + path;
  for (const [name, value] of query) url.searchParams.append(name, value);
  return url;
}

function readAnswer<T>(
  answer: HttpAnswer,
  schema: z.ZodType<T>,
  times: { startedAt: number; receivedAt: number },
  secrets: string[],
): Outcome<T> {
  if (answer.kind === 'failed') return { kind: 'failed', reason: redact(answer.reason, secrets) };
  const { status } = answer;
  if (status === 429) return { kind: 'rate_limited' };
  const body = readBody(answer.body, secrets);
  const refusal = readRefusal(status, body);
  const isSuccess = status >= 200 && status < 300;
  // 408: the exchange, or something before it, gave up on the request; whether it was carried out is open.
  if (status === 408 || (!isSuccess && (status < 400 || status >= 500)))
    return { kind: 'failed', reason: `HTTP ${status}: ${refusal?.message ?? 'no reason given'}` };
  if (isSuccess && body === undefined)
    return { kind: 'failed', reason: `HTTP ${status} with a body that is no JSON` };
  if (refusal !== null) {
    if (isSuccess && namesAnOrder(body))
      return { kind: 'failed', reason: `HTTP ${status} with an order and an error: ${refusal.message}` };
    return { kind: 'refused', status, code: refusal.code, message: refusal.message };
  }
  const decoded = schema.safeParse(body);
  if (decoded.success) return { kind: 'ok', value: decoded.data, ...times };
  return { kind: 'malformed', reason: describeIssues(decoded.error.issues) };
}

const namesAnOrder = (body: unknown): boolean => {
  const orderId = (body as { order_id?: unknown } | null)?.order_id;
  return typeof orderId === 'string' && orderId !== '';
};
