/** Whatever a receiver of alerts answers: judged, in one short line without a secret, with a wait of at most an hour. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/services/alerts/message.ts';
import { openSinks } from '../../src/services/alerts/open-sinks.ts';
import type { HttpAnswer } from '../../src/services/venues/kalshi/client/http.ts';
import { alertsOf, answered, ENV, raised } from '../services/alerts/alert-rig.ts';
import { NOON } from '../support/domain-builders.ts';
import { asText, NASTY, spoiled, spoiledText, tries } from './mutations.ts';

const LONGEST_REASON = 200;
const HOUR_MS = 3_600_000;
const OF_HOOK = [ENV.OPS_HOOK, 's3cr3t-path'];
const OF_BOT = [ENV.POSTERN_TELEGRAM_TOKEN, ...ENV.POSTERN_TELEGRAM_TOKEN.split(':')];

const MESSAGE: Message = {
  news: [{ event: 'raised', alert: raised(), market: 'GAME-A', at: NOON }],
  ...{ isTest: false, lost: 0, instance: 'ab12cd', sentAt: NOON },
};

/** What Telegram answers, and two that repeat what they were sent to. */
const BODIES = [
  asText({ ok: true, result: { message_id: 7, chat: { id: -1001 }, date: 1_780_000_000 } }),
  asText({
    ...{ ok: false, error_code: 429, description: 'Too Many Requests: retry after 5' },
    parameters: { retry_after: 5 },
  }),
  asText({ ok: false, error_code: 404, description: `no such path /bot${ENV.POSTERN_TELEGRAM_TOKEN}/x` }),
  `<html>\n<p>not found: ${ENV.OPS_HOOK}</p>`,
];

const body = fc.oneof(
  ...BODIES.map((text) => fc.constant(text)),
  ...BODIES.slice(0, 3).map((text) => spoiled(JSON.parse(text)).map(asText)),
  ...BODIES.map((text) => spoiledText(text, ' ')),
);

const retryAfter = fc.oneof(
  fc.constantFrom(...NASTY.filter((value) => typeof value === 'string'), '7', '1e9', '-5', '999999999.5'),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
);

const answer: fc.Arbitrary<HttpAnswer> = fc
  .record({
    status: fc.oneof(fc.constantFrom(200, 204, 301, 400, 401, 404, 413, 429, 500, 503), fc.nat(999)),
    body,
    headers: fc.record({ 'retry-after': retryAfter }, { requiredKeys: [] }),
  })
  .map((said) => answered(said.status, said.body, said.headers as Record<string, string>));

describe.each([
  ['a webhook', 'webhooks: [{url_env: OPS_HOOK}]', OF_HOOK],
  ['what takes Slack messages', 'webhooks: [{url_env: OPS_HOOK, template: slack}]', OF_HOOK],
  ['Telegram', 'telegram: {chat_id: "-1001"}', OF_BOT],
])('%s that answers anything', (_, text, secrets) => {
  it('is told or not, and why not is one short line without a secret', async () => {
    const kinds = new Set<string>();
    let last: HttpAnswer = answered(200);
    const world = { http: async () => last, clock: { now: () => NOON }, env: ENV, timeoutMs: () => 5_000 };
    const [{ sink }] = openSinks(alertsOf(text), world) as [ReturnType<typeof openSinks>[number]];
    await fc.assert(
      fc.asyncProperty(answer, async (said) => {
        last = said;
        const delivery = await sink.deliver(MESSAGE);
        kinds.add(delivery.kind);
        if (delivery.kind === 'delivered') return;
        expect(delivery.reason.length).toBeLessThanOrEqual(LONGEST_REASON);
        expect(delivery.reason).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
        for (const secret of secrets) expect(delivery.reason).not.toContain(secret);
        if (delivery.kind === 'failed' && delivery.waitMs !== null) {
          expect(delivery.waitMs).toBeGreaterThanOrEqual(0);
          expect(delivery.waitMs).toBeLessThanOrEqual(HOUR_MS);
        }
      }),
      tries(400),
    );
    expect([...kinds].sort()).toEqual(['delivered', 'failed', 'refused']);
  });
});
