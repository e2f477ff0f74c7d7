import { describe, expect, test } from 'vitest';
import { LiveConfig } from '../../../src/services/config/live-config.ts';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { describeProblems, readOver } from './read-problems.ts';

const MINUTE = 60_000;

test('by default only the log hears of alerts', () => {
  expect(loadConfig({ env: {} }).alerts).toEqual({
    ...{ minSeverity: 'warning', repeatMs: 30 * MINUTE, maxPerMinute: 20, timeoutMs: 10_000 },
    backoffMs: [1_000, 5_000, 15_000, 60_000, 300_000],
    ...{ webhooks: [], telegram: null },
  });
});

test('webhooks and Telegram are named with where their secrets stand', () => {
  const { alerts } = readOver(`
alerts:
  min_severity: info
  webhooks:
    - {url_file: /run/secrets/slack, template: slack, min_severity: critical}
    - {url_env: OPS_HOOK, name: ops room, allow_http: true}
    - {url: "http://[::1]:9000/alerts?x=1"}
  telegram: {chat_id: -1001234567890}`);
  expect(alerts.webhooks).toEqual([
    {
      ...{ name: null, template: 'slack', minSeverity: 'critical', allowHttp: false },
      address: { kind: 'file', path: '/run/secrets/slack' },
    },
    {
      ...{ name: 'ops room', template: 'json', minSeverity: null, allowHttp: true },
      address: { kind: 'environment', variable: 'OPS_HOOK' },
    },
    {
      ...{ name: null, template: 'json', minSeverity: null, allowHttp: false },
      address: { kind: 'plain', url: 'http://[::1]:9000/alerts?x=1' },
    },
  ]);
  expect(alerts.telegram).toEqual({
    ...{ chatId: '-1001234567890', apiRoot: 'https://api.telegram.org', minSeverity: null },
    token: { kind: 'environment', variable: 'POSTERN_TELEGRAM_TOKEN' },
  });
  const { telegram } = readOver('alerts: {telegram: {chat_id: "@ops_room", token_file: /run/bot}}').alerts;
  expect(telegram?.token).toEqual({ kind: 'file', path: '/run/bot' });
});

const OWN =
  'must be a URL on this machine such as http://127.0.0.1:9000/alerts; any other may be a secret: put it into a file that url_file names, or into an environment variable that url_env names';
const SECRET = 'sEcReT-0123456789';

describe('what is refused', () => {
  test.each([
    [`webhooks: [{url: "https://hooks.slack.com/services/${SECRET}"}]`, `webhooks[0].url: ${OWN}`],
    [`webhooks: [{url: "http://me:${SECRET}@127.0.0.1/"}]`, `webhooks[0].url: ${OWN}`],
    [
      `webhooks: [{url_file: "https://hooks.slack.com/services/${SECRET}"}]`,
      'webhooks[0].url_file: must be the path of a file that holds it',
    ],
    [
      `webhooks: [{url_env: "https://hooks.slack.com/services/${SECRET}"}]`,
      'webhooks[0].url_env: must be the name of an environment variable',
    ],
    [
      `telegram: {chat_id: 1, token_file: "123456:${SECRET}"}`,
      'telegram.token_file: must be the path of a file that holds it',
    ],
    [
      `telegram: {chat_id: 1, api_root: "https://api.telegram.org/bot1:${SECRET}"}`,
      'telegram.api_root: must be a URL with https (http only to this machine), without token, user, query or fragment',
    ],
    [
      'telegram: {chat_id: 1, api_root: "http://telegram.example"}',
      'telegram.api_root: must be a URL with https (http only to this machine), without token, user, query or fragment',
    ],
    ['webhooks: [{template: slack}]', 'webhooks[0]: must have one of url_file, url_env and url'],
    ['webhooks: [{url_env: A, url_file: b}]', 'webhooks[0]: must have one of url_file, url_env and url'],
    [
      'telegram: {token_file: t}',
      'telegram.chat_id: is missing: must be the id of a chat, or @ and the name of a channel',
    ],
    [
      'webhooks: [{url_env: A, template: slak}]',
      'webhooks[0].template: "slak" is not allowed (did you mean slack?): must be json or slack',
    ],
    ['backoff_seconds: []', 'backoff_seconds: is empty: must be a list of seconds'],
  ])('%s', (text, problem) => {
    const problems = describeProblems(`alerts:\n  ${text}`);
    expect(problems).toEqual([`my.yaml:2 alerts.${problem}`]);
    expect(problems.join()).not.toContain(SECRET);
  });
});

test('a reload takes them', () => {
  const loaded = (text: string) => {
    const config = readOver(text);
    return {
      config,
      blocks: { alerts: { min_severity: config.alerts.minSeverity }, monitoring: {}, circuit_breakers: {} },
    };
  };
  const live = new LiveConfig(loaded('log: {}'));
  const reloading = live.compare(loaded('alerts: {min_severity: critical}'));
  expect(reloading.needsRestart).toEqual([]);
  expect(reloading.changed).toEqual([{ path: 'alerts.min_severity', from: 'warning', to: 'critical' }]);
  live.adopt(reloading);
  expect(live.config.alerts.minSeverity).toBe('critical');
});
