import type { Clock, Severity } from '../../actors/ports.ts';
import type { Environment } from '../config/environment.ts';
import type { Http, HttpAnswer } from '../venues/kalshi/client/http.ts';
import type { Message } from './message.ts';
import { withoutSecrets } from './secret.ts';

/** What became of a message. Reasons never hold an address or a token. */
export type Delivery =
  | { kind: 'delivered' }
  /** The receiver will not take this message, however often it is sent. */
  | { kind: 'refused'; reason: string }
  /** `waitMs`: it asks to be left alone for so long; null: it does not say. */
  | { kind: 'failed'; reason: string; waitMs: number | null };

/** Somebody who is told of incidents. */
export interface Sink {
  /** In logs and answers. */
  readonly name: string;
  /** What it is told of; null: what all are told of. */
  readonly minSeverity: Severity | null;
  /** Why nothing can be delivered as it stands; null: nothing is known against it. */
  check(): Promise<string | null>;
  deliver(message: Message): Promise<Delivery>;
}

export interface SinkWorld {
  http: Http;
  clock: Pick<Clock, 'now'>;
  env: Environment;
  /** Of one attempt (ms). */
  timeoutMs: () => number;
}

export const failed = (reason: string, waitMs: number | null = null): Delivery => ({
  kind: 'failed',
  reason,
  waitMs,
});

/** Sends a body as JSON, once. */
export const postJson = ({ http, timeoutMs }: SinkWorld, url: URL, body: unknown): Promise<HttpAnswer> =>
  http({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'postern' },
    body: JSON.stringify(body),
    timeoutMs: timeoutMs(),
  });

/** What cannot be cured by sending the same again. */
const REFUSALS = [400, 413, 415, 422];

/** What an answer means; `words` is what the receiver says about it. */
export function judge(
  answer: Extract<HttpAnswer, { kind: 'answered' }>,
  words: string,
  secrets: readonly string[],
  now: number,
): Delivery {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  const said = withoutSecrets(words, secrets);
  const reason = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (REFUSALS.includes(status)) return { kind: 'refused', reason };
  return failed(reason, retryAfterMs(headers['retry-after'], now));
}

const LONGEST_WAIT_MS = 3_600_000;

/** `Retry-After`, in seconds or as a date, as ms from now; at most an hour. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}(\.\d+)?$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), LONGEST_WAIT_MS) : null;
}
