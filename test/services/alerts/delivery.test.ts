import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../src/services/venues/kalshi/client/http.ts';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import { AlertRig, alertsOf, answered, HOOK, raised } from './alert-rig.ts';

const TIMED_OUT: HttpAnswer = { kind: 'failed', reason: 'no answer within 10000 ms' };
const aHook = (limits: string) => `${HOOK}\n${limits}`;
const times = (rig: AlertRig) => rig.taken().map(({ at }) => at);
/** Raises so many incidents, k0, k1, …; those of `critical` are. */
function raise(rig: AlertRig, count: number, critical: (index: number) => boolean = () => false): void {
  for (let index = 0; index < count; index += 1)
    rig.sender.alertRaised(
      raised({ key: `k${index}`, severity: critical(index) ? 'critical' : 'warning', text: `text ${index}` }),
    );
}

describe('a message that does not arrive', () => {
  test('is sent again, later and later, until it does; the log hears of the first failure and of its end', async () => {
    const rig = new AlertRig(aHook('backoff_seconds: [1, 5, 15]'));
    rig.answers = [answered(500, 'oops'), TIMED_OUT, answered(503), answered(404, 'no_service')];
    rig.sender.alertRaised(raised());
    await rig.pass(120);
    expect(times(rig)).toEqual([0, 1, 6, 21, 36]);
    expect(rig.log).toEqual([
      'warn: alerts do not reach webhook of $OPS_HOOK: HTTP 500: oops; tried again',
      'info: alerts reach webhook of $OPS_HOOK again',
    ]);
    expect(rig.sender.counts()).toEqual([
      { sink: 'webhook of $OPS_HOOK', sent: 1, failed: 4, lost: 0, waiting: 0 },
    ]);
  });

  test('is sent again no earlier than the receiver asks', async () => {
    const rig = new AlertRig(aHook('backoff_seconds: [1]'));
    const inFiveMinutes = new Date(NOON + 330 * SECOND).toUTCString();
    rig.answers = [
      answered(429, '', { 'retry-after': '30' }),
      answered(503, '', { 'retry-after': inFiveMinutes }),
      answered(429, '', { 'retry-after': '0' }),
      answered(429, '', { 'retry-after': 'soon' }),
      answered(429, '', { 'retry-after': '99999999' }),
    ];
    raise(rig, 1);
    await rig.pass(7_200);
    expect(times(rig)).toEqual([0, 30, 330, 331, 332, 3_932]);
  });

  test('holds up no other receiver', async () => {
    const rig = new AlertRig(
      'webhooks: [{url: "http://127.0.0.1:1/hangs"}, {url: "http://127.0.0.1:1/answers"}]',
    );
    rig.byUrl['http://127.0.0.1:1/hangs'] = new Promise(() => {});
    raise(rig, 3);
    await rig.pass(1);
    const told = rig.taken().map(({ url, body }) => `${new URL(url).pathname} ${body.key}`);
    expect(told.filter((line) => line.startsWith('/answers'))).toEqual(
      ['k0', 'k1', 'k2'].map((k) => `/answers ${k}`),
    );
    expect(told.filter((line) => line.startsWith('/hangs'))).toEqual(['/hangs k0']);
  });

  test('that is refused as it is goes no further, and the next one says that one is missing', async () => {
    const rig = new AlertRig();
    rig.answers = [answered(400, 'invalid_payload')];
    raise(rig, 2);
    await rig.pass(60);
    expect(rig.taken().map(({ body }) => [body.key, body.lost])).toEqual([
      ['k0', 0],
      ['k1', 1],
    ]);
    expect(rig.log).toEqual([
      'error: alerts were not told to webhook of $OPS_HOOK: refused: HTTP 400: invalid_payload',
    ]);
    rig.sender.alertRaised(raised({ key: 'later' }));
    await rig.pass(1);
    expect(rig.taken().map(({ body }) => body.lost)).toEqual([0]);
  });

  test('a failure is logged once in a while, not each time, and never with the address', async () => {
    const rig = new AlertRig(aHook('backoff_seconds: [10]'));
    rig.answers = Array.from({ length: 25 }, () => answered(404, 'not here: /T0/B1/s3cr3t-path'));
    rig.sender.alertRaised(raised());
    await rig.pass(240);
    expect(rig.log).toEqual(
      Array.from(
        { length: 3 },
        () => 'warn: alerts do not reach webhook of $OPS_HOOK: HTTP 404: not here: [secret]; tried again',
      ),
    );
  });

  test('is not doubled by reminders of the same incident', async () => {
    const rig = new AlertRig(aHook('repeat_seconds: 50\nbackoff_seconds: [60]'));
    rig.answers = [TIMED_OUT, TIMED_OUT, TIMED_OUT];
    rig.sender.alertRaised(raised());
    await rig.pass(185);
    expect(rig.taken().map(({ at, body }) => [at, body.event])).toEqual([
      [0, 'raised'],
      [60, 'raised'],
      [120, 'raised'],
      [180, 'raised'],
    ]);
  });
});

describe('too many messages', () => {
  test('go out as a summary, the severest first, at the pace that is allowed', async () => {
    const rig = new AlertRig(aHook('max_per_minute: 3'));
    raise(rig, 10, (index) => index >= 8);
    await rig.pass(59);
    const [first, second, third, ...more] = rig.taken();
    expect([first?.body.key, second?.body.key, more]).toEqual(['k0', 'k1', []]);
    expect(third?.body).toMatchObject({
      event: 'summary',
      kind: 'summary',
      severity: 'critical',
      key: null,
      times: 8,
    });
    expect(third?.body.alerts.map(({ key }: { key: string }) => key)).toEqual(
      [2, 3, 4, 5, 6, 7, 8, 9].map((index) => `k${index}`),
    );
    const lines = third?.body.text.split('\n');
    expect(lines[0]).toBe('CRITICAL: 8 alerts at once, 2 of them critical');
    expect(lines[1]).toBe('- CRITICAL: position orphaned: text 8');
    expect(lines).toContain('- WARNING: position orphaned: text 7');

    rig.sender.alertRaised(raised({ key: 'later', severity: 'warning' }));
    await rig.pass();
    expect(rig.taken()).toEqual([]);
    await rig.pass(2);
    expect(rig.taken().map(({ at, body }) => [at, body.key])).toEqual([[60, 'later']]);
  });

  test('a storm never sends more than is allowed', async () => {
    const rig = new AlertRig(aHook('max_per_minute: 5'));
    for (let second = 0; second < 600; second += 1) {
      rig.sender.alertRaised(raised({ key: `a${second}` }));
      rig.sender.alertResolved(raised({ key: `a${second}`, resolvedAt: NOON + second * SECOND }));
      await rig.pass(1);
    }
    await rig.pass(120);
    const posts = rig.taken();
    for (const { at } of posts)
      expect(posts.filter((other) => other.at > at - 60 && other.at <= at).length).toBeLessThanOrEqual(5);
    const told = posts.flatMap(({ body }) => (body.alerts.length > 0 ? body.alerts : [body]));
    expect(told).toHaveLength(1_200);
  });

  test('are dropped when nobody takes them: those that are not critical first, and the next message says how many', async () => {
    const rig = new AlertRig(aHook('max_per_minute: 1000\nbackoff_seconds: [60]'));
    rig.answers = [TIMED_OUT];
    raise(rig, 250, (index) => index < 60);
    await rig.pass(1);
    rig.taken();
    await rig.pass(60);
    const posts = rig.taken();
    expect(posts).toHaveLength(200);
    expect(posts.slice(0, 61).map(({ body }) => body.key)).toEqual(
      [...Array.from({ length: 60 }, (_, index) => index), 110].map((index) => `k${index}`),
    );
    expect(posts.map(({ body }) => body.lost)).toEqual([50, ...Array.from({ length: 199 }, () => 0)]);
    expect(rig.log.filter((line) => line.startsWith('error'))).toEqual([
      'error: alerts were not told to webhook of $OPS_HOOK: more than 200 wait, the oldest are dropped',
    ]);
  });

  test('and all of them critical: the oldest are dropped', async () => {
    const rig = new AlertRig(aHook('max_per_minute: 1000'));
    raise(rig, 203, () => true);
    await rig.pass(1);
    expect(rig.taken()[0]?.body).toMatchObject({ key: 'k3', lost: 3 });
  });
});

describe('at the end', () => {
  test('what waits is sent at once, in one message', async () => {
    const rig = new AlertRig(aHook('max_per_minute: 1'));
    raise(rig, 1);
    await rig.pass(1);
    raise(rig, 4);
    await rig.pass(1);
    rig.taken();
    await rig.sender.close();
    expect(rig.taken().map(({ body }) => [body.event, body.times])).toEqual([['summary', 3]]);
    rig.sender.alertRaised(raised({ key: 'too late' }));
    await rig.pass(3_600);
    expect(rig.taken()).toEqual([]);
  });

  test('a retry that waits is made at once, and only once', async () => {
    const rig = new AlertRig(aHook('backoff_seconds: [300]'));
    rig.answers = [TIMED_OUT, TIMED_OUT];
    raise(rig, 1);
    await rig.pass(1);
    await rig.sender.close();
    expect(times(rig)).toEqual([0, 1]);
    expect(rig.log.at(-1)).toBe(
      'error: alerts were not told to webhook of $OPS_HOOK: 1 not sent before the end',
    );
  });

  test('a receiver that hangs is not waited for beyond three seconds', { timeout: 20_000 }, async () => {
    const rig = new AlertRig();
    rig.answers = [new Promise(() => {})];
    raise(rig, 2);
    await rig.pass(1);
    await rig.sender.close();
    expect(rig.log).toEqual(['error: alerts were not told to webhook of $OPS_HOOK before the end']);
  });
});

test('a receiver that throws is one that fails', async () => {
  const rig = new AlertRig(aHook('backoff_seconds: [1]'));
  rig.answers = [Promise.reject(new TypeError('fetch failed at https://hooks.example/T0/B1/s3cr3t-path'))];
  raise(rig, 1);
  await rig.pass(2);
  expect(times(rig)).toEqual([0, 1]);
  expect(rig.log[0]).toBe(
    'warn: alerts do not reach webhook of $OPS_HOOK: it could not be sent (TypeError); tried again',
  );
});

test('a secret that is missing is said at the start, and its messages go out once it is there', async () => {
  const rig = new AlertRig('webhooks: [{url_env: NOT_SET}]\nbackoff_seconds: [1]');
  await rig.sender.check();
  expect(rig.log).toEqual([
    'error: alerts can not reach webhook of $NOT_SET: the environment variable NOT_SET is not set',
  ]);
  raise(rig, 1);
  await rig.pass(3);
  rig.env.NOT_SET = 'https://hooks.example/now-it-is';
  await rig.pass(2);
  expect(rig.taken().map(({ url }) => url)).toEqual(['https://hooks.example/now-it-is']);
});

test('settings that a reload changes count for what waits', async () => {
  const rig = new AlertRig(aHook('max_per_minute: 1'));
  raise(rig, 1);
  await rig.pass(1);
  for (const key of ['a', 'b']) rig.sender.alertRaised(raised({ key }));
  await rig.pass(1);
  rig.settings = alertsOf(aHook('max_per_minute: 50'));
  await rig.pass(60);
  expect(rig.taken().map(({ at, body }) => [at, body.key])).toEqual([
    [0, 'k0'],
    [60, 'a'],
    [60, 'b'],
  ]);
});
