import { describe, expect, it, test } from 'vitest';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { describeProblems, readOver } from './read-problems.ts';

const KEY = 'venue: {kind: kalshi, api_key_id: abc-1, private_key_path: key.pem';

describe('the Kalshi venue', () => {
  it('has the roots of its environment, and needs no more than a key', () => {
    expect(readOver(`${KEY}}`).venue).toEqual({
      kind: 'kalshi',
      adopt: 'listed',
      fees: 'kalshi',
      environment: 'demo',
      restUrl: 'https://external-api.demo.kalshi.co/trade-api/v2',
      streamUrl: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
      apiKeyId: 'abc-1',
      privateKeyPath: 'key.pem',
      subaccount: null,
      stream: false,
      timeoutMs: 10_000,
      orderTimeoutMs: 5_000,
      orderPollMs: 2_000,
      orderReserve: 0.3,
    });
    expect(readOver(`${KEY}, environment: production, subaccount: 3}`).venue).toMatchObject({
      restUrl: 'https://external-api.kalshi.com/trade-api/v2',
      streamUrl: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
      subaccount: 3,
    });
  });

  it('may be reached in the clear on this machine', () => {
    const venue = readOver(`${KEY}, rest_url: "http://127.0.0.1:7719/trade-api/v2"}`).venue;
    expect(venue).toMatchObject({ restUrl: 'http://127.0.0.1:7719/trade-api/v2' });
  });

  test.each([
    [
      'venue: {kind: kalshi}',
      [
        'my.yaml:1 venue.api_key_id: is missing: set the environment variable KALSHI_API_KEY_ID',
        'my.yaml:1 venue.private_key_path: is missing: set the environment variable KALSHI_PRIVATE_KEY_PATH',
      ],
    ],
    [
      `${KEY}, rest_url: "http://kalshi.example/trade-api/v2"}`,
      [
        'my.yaml:1 venue.rest_url: "http://kalshi.example/trade-api/v2" is not allowed: must be a URL with https (http only to this machine), without user, query or fragment',
      ],
    ],
    [
      `${KEY}, environment: prod}`,
      [expect.stringMatching(/^my\.yaml:1 venue\.environment: .*must be demo or production/)],
    ],
    [
      `${KEY}}\nclock: {speed: 2}`,
      ['my.yaml:2 clock.speed: must be 1: only the paper venue has a clock of its own'],
    ],
    [
      'venue: {adopt: none}\ntracked: [{market: A, side: yes, quantity: 1, entry_price: 0.5}]',
      [
        expect.stringContaining('the generator has no market'),
        expect.stringMatching(/^my\.yaml:2 tracked: must be empty: venue\.adopt is none/),
      ],
    ],
    [
      `${KEY}}\nadoption: {rules: [{series: KXNFL, method: nlf}, {method: nfl}, {series: A, ticker: B, method: nfl}]}`,
      [
        'my.yaml:2 adoption.rules[1]: must have either series or ticker, and a method',
        'my.yaml:2 adoption.rules[2]: must have either series or ticker, and a method',
        'my.yaml:2 adoption.rules[0].method: there is no method "nlf": must be default, nfl, nba or tennis',
      ],
    ],
  ])('refuses %s', (yaml, problems) => {
    expect(describeProblems(yaml)).toEqual(problems);
  });

  it('takes the key from the environment, over the file', () => {
    const env = { KALSHI_API_KEY_ID: 'from-env', KALSHI_PRIVATE_KEY_PATH: '/run/key.pem' };
    const { venue } = loadConfig({ file: 'config/kalshi.yaml', env });
    expect(venue).toMatchObject({ apiKeyId: 'from-env', privateKeyPath: '/run/key.pem', adopt: 'all' });
  });
});
