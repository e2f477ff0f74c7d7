import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../../src/services/alerts/message.ts';
import { openSinks } from '../../../src/services/alerts/open-sinks.ts';
import type { Delivery, Sink } from '../../../src/services/alerts/sink.ts';
import { testSinks } from '../../../src/services/alerts/test-sinks.ts';
import { createFetchHttp } from '../../../src/services/venues/kalshi/client/http.ts';
import { NOON } from '../../support/domain-builders.ts';
import { HookServer, replying } from '../../support/hook-server.ts';
import { alertsOf, raised } from './alert-rig.ts';

const TOKEN = '1234567:AAbb-cc_DDee';
let hooks: HookServer;
let folder: string;
beforeAll(async () => {
  hooks = await HookServer.start();
  folder = mkdtempSync(join(tmpdir(), 'postern-alerts-'));
});
afterEach(() => {
  hooks.posts.splice(0);
  hooks.replies.clear();
});
afterAll(async () => {
  await hooks.stop();
  rmSync(folder, { recursive: true, force: true });
});

const world = (env: Record<string, string> = {}, timeoutMs = 5_000) => ({
  http: createFetchHttp({ maxBodyBytes: 1_000 }),
  clock: { now: () => NOON },
  env,
  timeoutMs: () => timeoutMs,
});

const open = (text: string, env: Record<string, string> = {}, timeoutMs?: number): Sink =>
  openSinks(alertsOf(text), world(env, timeoutMs))[0]!.sink;

const MESSAGE: Message = {
  news: [{ event: 'raised', alert: raised(), market: 'GAME-A', at: NOON }],
  ...{ isTest: false, lost: 0, instance: 'ab12cd', sentAt: NOON },
};
const deliver = (sink: Sink): Promise<Delivery> => sink.deliver(MESSAGE);

/** The webhook at a path of the server, its address in a variable. */
const aHook = (path: string, more = '') =>
  open(`webhooks: [{url_env: HOOK${more}}]`, { HOOK: `${hooks.url}${path}` });

describe('a webhook', () => {
  test('is posted JSON', async () => {
    expect(await deliver(aHook('/a?key=k'))).toEqual({ kind: 'delivered' });
    expect(hooks.posts).toEqual([
      {
        path: '/a?key=k',
        headers: expect.objectContaining({ 'content-type': 'application/json; charset=utf-8' }),
        body: expect.objectContaining({ version: 1, event: 'raised', position: 'pos-1', market: 'GAME-A' }),
      },
    ]);
  });

  test('that takes what Slack takes is posted a text', async () => {
    await deliver(aHook('/slack', ', template: slack'));
    expect(hooks.bodies('/slack')).toEqual([
      { text: expect.stringMatching(/^CRITICAL: position orphaned\n/) },
    ]);
  });

  test('is found in a file, which is read each time', async () => {
    const file = join(folder, 'hook');
    const sink = open(`webhooks: [{url_file: "${file}"}]`);
    expect(await sink.check()).toBe(`"${file}" is not there: there is no such file`);
    expect(await deliver(sink)).toEqual({
      ...{ kind: 'failed', reason: `"${file}" is not there: there is no such file`, waitMs: null },
    });
    writeFileSync(file, `${hooks.url}/one\n`);
    expect([await sink.check(), await deliver(sink)]).toEqual([null, { kind: 'delivered' }]);
    writeFileSync(file, `${hooks.url}/two\n`);
    await deliver(sink);
    expect(hooks.posts.map(({ path }) => path)).toEqual(['/one', '/two']);
    writeFileSync(file, '\n');
    expect(await sink.check()).toBe(`"${file}" is empty`);
  });

  test.each([
    ['hooks.slack.com/services/T/B/sEcReT', 'what stands there is not a URL'],
    ['ftp://hooks.example/sEcReT', 'the URL must begin with https:// (or http://)'],
    ['https://user:sEcReT@hooks.example/', 'the URL must hold no user name and no password'],
    [
      'http://hooks.example/sEcReT',
      'the URL must begin with https://: plain http leaves this machine only with allow_http',
    ],
  ])('that is none is not repeated: %s', async (HOOK, reason) => {
    const sink = open('webhooks: [{url_env: HOOK}]', { HOOK });
    expect([await sink.check(), await deliver(sink)]).toEqual([
      reason,
      { kind: 'failed', reason, waitMs: null },
    ]);
  });

  test('in the clear leaves this machine where that is allowed', async () => {
    const sink = open('webhooks: [{url_env: HOOK, allow_http: true}]', { HOOK: 'http://10.0.0.9/x' });
    expect(await sink.check()).toBeNull();
  });

  const failure = (reason: string, waitMs: number | null = null): Delivery => ({
    kind: 'failed',
    reason,
    waitMs,
  });
  test.each<[what: string, reply: ReturnType<typeof replying>, delivery: Delivery]>([
    ['an error', replying(500, 'oops\n'), failure('HTTP 500: oops')],
    ['too many', replying(429, '', { 'retry-after': '7' }), failure('HTTP 429', 7_000)],
    ['not there any more', replying(404, 'no_service'), failure('HTTP 404: no_service')],
    [
      'a bad payload',
      replying(400, 'invalid_payload'),
      { kind: 'refused', reason: 'HTTP 400: invalid_payload' },
    ],
    [
      'a redirect',
      replying(302, '', { location: '/elsewhere' }),
      failure('a redirect (HTTP 302) is not followed'),
    ],
    ['a body without end', replying(500, 'x'.repeat(2_000)), failure('the body is longer than 1000 bytes')],
    [
      'a connection that breaks',
      (response) => response.destroy(),
      failure('the request failed (UND_ERR_SOCKET)'),
    ],
    [
      'the address quoted back',
      (response, { path }) =>
        replying(403, `no ${path}, no T0AAA, no kkkkkk`)(response, { path, headers: {}, body: null }),
      failure('HTTP 403: no [secret], no [secret], no [secret]'),
    ],
  ])('that answers with %s', async (_, reply, delivery) => {
    hooks.replies.set('/T0AAA/B1?key=kkkkkk', reply);
    expect(await deliver(aHook('/T0AAA/B1?key=kkkkkk'))).toEqual(delivery);
    expect(hooks.posts).toHaveLength(1);
  });

  test('that does not answer is given up after timeout_seconds', async () => {
    hooks.replies.set('/hangs', () => {});
    const sink = open('webhooks: [{url_env: HOOK}]', { HOOK: `${hooks.url}/hangs` }, 50);
    expect(await deliver(sink)).toEqual(failure('no answer within 50 ms'));
  });

  test('that is not there at all', async () => {
    const gone = await HookServer.start();
    const HOOK = `${gone.url}/T0AAA`;
    await gone.stop();
    expect(await deliver(open('webhooks: [{url_env: HOOK}]', { HOOK }))).toEqual(
      failure('the request failed (ECONNREFUSED)'),
    );
  });
});

describe('Telegram', () => {
  const SEND = `/api/bot${TOKEN}/sendMessage`;
  const aBot = (token = TOKEN) =>
    open(`telegram: {chat_id: "-100", api_root: "${hooks.url}/api/"}`, { POSTERN_TELEGRAM_TOKEN: token });

  test('is sent a message by the bot', async () => {
    hooks.replies.set(SEND, replying(200, '{"ok": true, "result": {"message_id": 1}}'));
    expect(await deliver(aBot())).toEqual({ kind: 'delivered' });
    expect(hooks.bodies(SEND)).toEqual([
      expect.objectContaining({ chat_id: '-100', text: expect.stringContaining('no quote for 2 minutes') }),
    ]);
  });

  test('by a bot whose token is in a file', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const sink = open(
      `telegram: {chat_id: "@ops_room", token_file: "${file}", api_root: "${hooks.url}/api"}`,
    );
    expect(await deliver(sink)).toEqual({ kind: 'delivered' });
    expect(hooks.posts.map(({ path, body }) => [path, body.chat_id])).toEqual([[SEND, '@ops_room']]);
  });

  test.each<[what: string, status: number, body: string, delivery: Delivery]>([
    [
      'asks for patience',
      429,
      '{"ok":false,"description":"Too Many Requests: retry after 14","parameters":{"retry_after":14}}',
      { kind: 'failed', reason: 'HTTP 429: Too Many Requests: retry after 14', waitMs: 14_000 },
    ],
    [
      'does not know the chat',
      400,
      '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}',
      { kind: 'refused', reason: 'HTTP 400: Bad Request: chat not found' },
    ],
    [
      'does not know the token',
      401,
      `{"ok":false,"description":"Unauthorized ${TOKEN}"}`,
      { kind: 'failed', reason: 'HTTP 401: Unauthorized [secret]', waitMs: null },
    ],
    [
      'says no in a way that looks like yes',
      200,
      '{"ok":false}',
      { kind: 'failed', reason: 'Telegram answers that it is not ok', waitMs: null },
    ],
    ['answers what is no JSON', 502, '<html>', { kind: 'failed', reason: 'HTTP 502', waitMs: null }],
  ])('that %s', async (_, status, body, delivery) => {
    hooks.replies.set(SEND, replying(status, body));
    expect(await deliver(aBot())).toEqual(delivery);
  });

  test.each([
    ['', 'the environment variable POSTERN_TELEGRAM_TOKEN is not set'],
    ['../../sEcReT', 'what stands there is not the token of a bot (123456:ABC…)'],
  ])('with a token that can not be one: %s', async (token, reason) => {
    expect([await aBot(token).check(), await deliver(aBot(token))]).toEqual([
      reason,
      { kind: 'failed', reason, waitMs: null },
    ]);
    expect(hooks.posts).toEqual([]);
  });
});

test('a test goes to everybody, whatever they are told of, and says who could not be reached', async () => {
  hooks.replies.set('/b', replying(403, 'invalid_token'));
  const config = alertsOf(
    `webhooks: [{url: "${hooks.url}/a", name: ops, min_severity: critical}, {url: "${hooks.url}/b", template: slack}]\n` +
      `telegram: {chat_id: "1", api_root: "${hooks.url}"}`,
  );
  expect(await testSinks(config, 'ab12cd', world())).toEqual([
    { sink: 'ops', ok: true, problem: null },
    { sink: `webhook at 127.0.0.1:${hooks.port}`, ok: false, problem: 'HTTP 403: invalid_token' },
    {
      ...{ sink: 'telegram', ok: false },
      problem: 'the environment variable POSTERN_TELEGRAM_TOKEN is not set',
    },
  ]);
  expect(hooks.bodies('/a')).toEqual([expect.objectContaining({ event: 'test', instance: 'ab12cd' })]);
});
