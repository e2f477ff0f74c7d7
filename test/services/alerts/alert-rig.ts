/** A sender in virtual time over an HTTP that answers as told. */
import type { AlertRecord } from '../../../src/actors/ports.ts';
import { AlertSender, type SenderStart } from '../../../src/services/alerts/alert-sender.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import type { Log } from '../../../src/services/log/log.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/services/venues/kalshi/client/http.ts';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import { anAlert } from '../../support/store-records.ts';
import { readOver } from '../config/read-problems.ts';

export const ENV = {
  OPS_HOOK: 'https://hooks.example/T0/B1/s3cr3t-path',
  POSTERN_TELEGRAM_TOKEN: '1234:AbC-dEf_123',
};
export const HOOK = 'webhooks: [{url_env: OPS_HOOK}]';

export const alertsOf = (text: string, env = {}) =>
  readOver(`alerts:\n  ${text.replaceAll('\n', '\n  ')}`, env).alerts;

export const answered = (status: number, body = '', headers: Record<string, string> = {}): HttpAnswer => ({
  kind: 'answered',
  ...{ status, body, headers },
});

/** An alert as the ledger hands it over when it is first raised. */
export const raised = (overrides: Partial<AlertRecord> = {}): AlertRecord =>
  anAlert({ raisedAt: NOON, lastAt: NOON, times: 1, ...overrides });

type Answer = HttpAnswer | Promise<HttpAnswer>;

export interface Posted {
  /** Seconds since the start. */
  at: number;
  url: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  body: any;
}

export class AlertRig {
  readonly clock = new VirtualClock(NOON);
  readonly posts: Posted[] = [];
  readonly log: string[] = [];
  readonly sender: AlertSender;
  readonly env: Record<string, string> = { ...ENV };
  settings: ReturnType<typeof alertsOf>;
  /** What the next posts are answered, in order; then 200. */
  answers: Answer[] = [];
  /** What a post to this address is answered, whenever. */
  byUrl: Record<string, Answer> = {};

  constructor(text = HOOK, start: Partial<SenderStart> = {}) {
    this.settings = alertsOf(text);
    const say = (level: string) => (facts: unknown, words?: string) => {
      this.log.push(`${level}: ${typeof facts === 'string' ? facts : words}`);
    };
    const [debug, info, warn, error, fatal] = ['debug', 'info', 'warn', 'error', 'fatal'].map(say);
    this.sender = new AlertSender({
      config: this.settings,
      clock: this.clock,
      // 0.5 of the way: no jitter.
      ids: { next: () => 'i' },
      http: (request) => this.#answer(request),
      env: this.env,
      log: { debug, info, warn, error, fatal } as unknown as Log,
    });
    this.sender.begin({
      instance: 'ab12cd',
      settings: () => this.settings,
      open: [],
      now: () => this.clock.now(),
      marketOf: (id) => (id === 'pos-1' ? 'GAME-A' : null),
      ...start,
    });
  }

  /** Time passes, and whatever follows from it happens. */
  async pass(seconds = 0): Promise<void> {
    const until = this.clock.now() + seconds * SECOND;
    await settle();
    while (this.clock.fireNext(until)) await settle();
    this.clock.moveTo(until);
  }

  /** What was posted since the last look: when, and what. */
  taken(): Posted[] {
    return this.posts.splice(0);
  }

  async #answer({ url, body }: HttpRequest): Promise<HttpAnswer> {
    const at = (this.clock.now() - NOON) / SECOND;
    this.posts.push({ at, url: url.href, body: JSON.parse(body!) });
    return this.byUrl[url.href] ?? this.answers.shift() ?? answered(200, 'ok');
  }
}

/** Everything that waits for no time has happened. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
