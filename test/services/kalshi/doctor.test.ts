import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { DoctorRig, KEY_ID, MARKET, NOON, PEM } from './doctor-rig.ts';

const DAY = 86_400_000;
const STREAMING = ', stream: true';

let rig: DoctorRig;
const use = (...options: ConstructorParameters<typeof DoctorRig>): DoctorRig => {
  rig = new DoctorRig(...options);
  return rig;
};
afterEach(() => rig.remove());

const linesOf = async (): Promise<string[]> =>
  (await rig.examine()).map(({ verdict, check, text }) => `${verdict} ${check}: ${text}`);

test('all is well', async () => {
  use().venue += STREAMING;
  expect(await linesOf()).toEqual([
    'ok configuration: postern.yaml is valid; the venue is kalshi',
    'ok environment: demo: 127.0.0.1',
    `ok key file: ${rig.keyFile}: an RSA key of 2048 bits that only its owner can read`,
    'ok exchange: 127.0.0.1 answers within 0 ms',
    'ok trading: the exchange trades',
    'ok maintenance: none is announced; it usually is on Thursdays, 03:00 to 05:00 in New York',
    "ok clock: this machine's clock and the exchange's agree within 1 s",
    'ok API key: a952bcbe… may read and trade (read, write::trade)',
    'ok region: the exchange names no day on which its confirmation ends',
    'ok rate limits: basic: 200 tokens/s for reads, 100 for writes; watching takes up to 10.5 of the 140 that orders leave it, 10 orders/s can go out',
    'ok account: 1 position (venue.adopt: listed), balance $1234.56',
    'ok stream: 127.0.0.1 opens a stream for the key',
    `ok data folder: ${rig.dataDir} will be made at the first start`,
    'ok daemon: none runs',
    'ok database: embedded; the first start makes it',
  ]);
});

test('it only reads, and changes nothing', async () => {
  use().venue += STREAMING;
  const before = rig.link.exchange.truth();
  await rig.examine();
  expect(new Set(rig.asked.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect(rig.link.exchange.truth()).toEqual(before);
});

describe('environment', () => {
  test.each([
    [
      'demo',
      'rest_url: "https://external-api.kalshi.com/trade-api/v2"',
      "fail venue.environment is demo, but external-api.kalshi.com is Kalshi's production: set environment: production, or leave rest_url and stream_url out",
    ],
    [
      'production',
      'stream: true, stream_url: "wss://demo-api.kalshi.co/trade-api/ws/v2"',
      "fail venue.environment is production, but demo-api.kalshi.co is Kalshi's demo: set environment: demo, or leave rest_url and stream_url out",
    ],
    ['production', 'stream: false', 'ok production, with real money: external-api.kalshi.com'],
    ['demo', 'stream: true', 'ok demo: external-api.demo.kalshi.co and external-api-ws.demo.kalshi.co'],
  ])('%s with %s', async (environment, settings, line) => {
    use().venue = `environment: ${environment}, ${settings}`;
    expect(await rig.line('environment')).toBe(line);
  });
});

describe('key file', () => {
  test.each<[string, () => void, string]>([
    ['is not there', () => rmSync(rig.keyFile), 'does not exist: download the key when creating it'],
    ['is no key', () => writeFileSync(rig.keyFile, 'hello'), 'is no PEM private key'],
    ['can be read by others', () => chmodSync(rig.keyFile, 0o644), 'run chmod 600'],
  ])('%s: what needs it is not checked', async (_, spoil, words) => {
    use().venue += STREAMING;
    spoil();
    const lines = await linesOf();
    expect(lines[2]).toMatch(/^fail key file: /);
    expect(lines[2]).toContain(words);
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual(
      ['API key', 'region', 'rate limits', 'account', 'stream'].map(
        (check) => `warn ${check}: not checked: the key can't be used`,
      ),
    );
  });
});

describe('exchange', () => {
  test('does not answer: nothing else is asked of it', async () => {
    use().venue += STREAMING;
    rig.link.isDown = true;
    const lines = await linesOf();
    expect(lines[3]).toBe(
      'fail exchange: 127.0.0.1: the request failed (ECONNREFUSED). Look at the network, and at venue.rest_url',
    );
    expect(lines.slice(4, 12)).toEqual(
      ['trading', 'maintenance', 'clock', 'API key', 'region', 'rate limits', 'account', 'stream'].map(
        (check) => `warn ${check}: not checked: the exchange was not reached`,
      ),
    );
    expect(rig.asked.length).toBe(1);
  });

  test('is another program', async () => {
    use().venue = 'rest_url: "http://127.0.0.1/api"';
    expect(await rig.line('exchange')).toMatch(
      /^fail 127\.0\.0\.1: refused \(HTTP 404.*\. venue\.rest_url must be the root of its API, …\/trade-api\/v2$/,
    );
  });

  test('has too much to do for us', async () => {
    use().act({ type: 'fault.rateLimit', match: { path: '/exchange/status' } });
    expect((await linesOf()).slice(3, 5)).toEqual([
      'warn exchange: 127.0.0.1: refused: too many requests. Something else uses up its limits',
      'warn trading: not told: refused: too many requests',
    ]);
  });
});

describe('trading', () => {
  test.each([
    [
      { exchangeActive: false, resumeAt: NOON + 3_600_000 },
      'warn the exchange is paused, until 2026-11-23 18:00 UTC as it expects. Exits keep their step and wait',
    ],
    [{ tradingActive: false }, 'warn trading is paused. Exits keep their step and wait'],
  ])('%o', async (change, line) => {
    use().act({ type: 'exchange.set', ...change });
    expect(await rig.line('trading')).toBe(line);
  });

  test('is halted on one shard', async () => {
    use({}, { markets: [{ ticker: MARKET, closeAt: NOON + DAY, exchangeIndex: 2 }] });
    rig.act({ type: 'exchange.set', exchangeIndex: 2, tradingActive: false });
    expect(await rig.line('trading')).toBe(
      'warn the exchange trades, but not on shard 2. Exits there keep their step and wait',
    );
  });
});

describe('maintenance', () => {
  test('lies ahead', async () => {
    use({}, { weeklyPause: true });
    expect(await rig.line('maintenance')).toBe(
      'ok next from 2026-11-26 08:00 UTC to 2026-11-26 10:00 UTC, in 2 days; exits wait meanwhile',
    );
  });

  test.each([
    [-1, 'ok next from 2026-11-26 08:00 UTC to 2026-11-26 10:00 UTC, in 1 h; exits wait meanwhile'],
    [1, 'warn runs now, from 2026-11-26 08:00 UTC to 2026-11-26 10:00 UTC. Exits keep their step and wait'],
  ])('with its beginning %i h away', async (hours, line) => {
    use({}, { weeklyPause: true });
    rig.clock.moveTo(Date.UTC(2026, 10, 26, 8) + hours * 3_600_000);
    expect(await rig.line('maintenance')).toBe(line);
  });

  test('is not told', async () => {
    use().act({ type: 'fault.html', match: { path: '/exchange/schedule' }, status: 502 });
    expect(await rig.line('maintenance')).toMatch(/^warn the schedule is not told: HTTP 502/);
  });
});

describe('clock', () => {
  test.each([
    [-700, "ok this machine's clock and the exchange's agree within 1 s"],
    [
      1_600,
      "ok this machine's clock is 1.4 s behind the exchange's, give or take 1 s: still good, but let NTP look after it",
    ],
    [
      -4_000,
      "warn this machine's clock is 4.0 s ahead of the exchange's: signatures may be refused, and quotes look older than they are. Synchronise it (NTP)",
    ],
  ])('%i ms off', async (offsetMs, line) => {
    use().clock.moveTo(NOON + 500);
    rig.act({ type: 'exchange.clockOffset', offsetMs });
    const found = await rig.line('clock');
    expect(found.replace(/\d\.\d s/, 'x s')).toBe(line.replace(/\d\.\d s/, 'x s'));
  });

  test('is not told', async () => {
    use().tamper = (answer) => (answer.kind === 'answered' ? { ...answer, headers: {} } : answer);
    expect(await rig.line('clock')).toBe('warn not checked: the answers of the exchange carry no time');
  });

  test('so far off that signatures are refused', async () => {
    use().act({ type: 'exchange.clockOffset', offsetMs: 60_000 });
    expect(await rig.line('API key')).toMatch(/^fail the exchange refuses .*, and the clock must be right$/);
  });
});

describe('API key', () => {
  test('is not known', async () => {
    use({ keys: [] }).venue += STREAMING;
    const lines = await linesOf();
    expect(lines[7]).toMatch(
      /^fail API key: the exchange refuses the API key \(refused \(HTTP 401, authentication_error\): .*\): nothing can be read or sold until that is mended\. It must be a key of demo with read and write::trade, its id and file must belong together, and the clock must be right$/,
    );
    expect(lines.slice(8, 12)).toEqual(
      ['region', 'rate limits', 'account', 'stream'].map(
        (check) => `warn ${check}: not checked: the exchange refuses the key`,
      ),
    );
  });

  test.each<[string[], string]>([
    [
      ['read'],
      'fail the API key may not trade (its scopes: read): every exit would be refused. Make a key with read and write::trade',
    ],
    [
      ['read', 'write'],
      'ok a952bcbe… may read and trade (read, write); it may also move money, which Postern has no need of',
    ],
  ])('of %o', async (scopes, line) => {
    use(DoctorRig.keyWith({ scopes }));
    expect(await rig.line('API key')).toBe(line);
  });

  test('may trade, but not read', async () => {
    use(DoctorRig.keyWith({ scopes: ['write::trade'] }));
    const lines = await linesOf();
    expect(lines[7]).toMatch(/^fail API key: the exchange refuses the API key \(refused \(HTTP 403/);
    expect(lines[10]).toMatch(/^fail account: its positions can't be read: refused \(HTTP 403/);
  });

  test('is bound to another subaccount', async () => {
    use(DoctorRig.keyWith({ subaccount: 3 }));
    expect(await rig.line('API key')).toBe(
      'fail the API key is bound to subaccount 3: set venue.subaccount to it, or make a key for 0',
    );
  });

  test('is bound to the right subaccount', async () => {
    use(DoctorRig.keyWith({ subaccount: 3 })).venue += ', subaccount: 3';
    expect(await rig.line('API key')).toBe('ok a952bcbe… may read and trade (read, write::trade)');
    expect(await rig.line('account')).toBe(
      'ok subaccount 3: 0 positions (venue.adopt: listed), balance $0.00',
    );
  });

  test('is taken, but not listed', async () => {
    use().tamper = (answer, { url }) =>
      answer.kind === 'answered' && url.pathname.endsWith('/api_keys')
        ? { ...answer, body: '{"api_keys":[]}' }
        : answer;
    expect(await rig.line('API key')).toBe(
      'warn the exchange takes a952bcbe…, but does not list it: what it may do is not told',
    );
  });

  test('is not told of', async () => {
    use().act({ type: 'fault.html', match: { path: '/api_keys' }, status: 502 });
    const lines = await linesOf();
    expect(lines[7]).toMatch(/^warn API key: what the key may do is not told: HTTP 502/);
    expect(lines[8]).toMatch(/^warn region: not told: HTTP 502/);
    expect(lines[10]).toMatch(/^ok account: 1 position/);
  });
});

describe('region', () => {
  test.each([
    [42 * DAY, 'ok confirmed until 2027-01-04, for 42 days more'],
    [
      3 * DAY,
      "warn the region's confirmation of this account runs out on 2026-11-26, in 3 days: from then on its keys can't trade sports, elections and entertainment, and exits there are refused. Confirm it at Kalshi",
    ],
    [
      -DAY,
      "fail the region's confirmation of this account ran out on 2026-11-22: from then on its keys can't trade sports, elections and entertainment, and exits there are refused. Confirm it at Kalshi",
    ],
  ])('ends %i ms from now', async (ms, line) => {
    use().act({ type: 'account.regionExpiration', account: 'tests', expiresAt: NOON + ms });
    expect(await rig.line('region')).toBe(line);
  });
});

describe('rate limits', () => {
  test('are too low for what the configuration asks for', async () => {
    use().more = 'monitoring: {max_api_calls_per_minute: 1000}\n';
    expect(await rig.line('rate limits')).toBe(
      'warn basic: 200 tokens/s for reads, 100 for writes; watching takes up to 167.2 of the 140 that orders leave it: lower monitoring.max_api_calls_per_minute, or ask Kalshi for a higher tier',
    );
  });

  test('let less than an order a second out', async () => {
    use().tamper = (answer, { url }) =>
      answer.kind === 'answered' && url.pathname.endsWith('/limits')
        ? {
            ...answer,
            body: '{"read":{"refill_rate":200,"bucket_capacity":200},"write":{"refill_rate":4,"bucket_capacity":10}}',
          }
        : answer;
    expect(await rig.line('rate limits')).toBe(
      'warn 200 tokens/s for reads, 4 for writes; only 0.4 orders/s can go out, and exits would wait for each other: ask Kalshi for a higher tier',
    );
  });

  test('are not told', async () => {
    use().act({ type: 'fault.html', match: { path: '/account/limits' }, status: 502 });
    expect(await rig.line('rate limits')).toMatch(
      /^warn not told, so those of the lowest tier are kept: HTTP 502/,
    );
  });

  test('are judged by the usual costs where the costs are not told', async () => {
    use({ tier: 'premier' }).act({ type: 'fault.html', match: { path: 'endpoint_costs' }, status: 502 });
    expect(await rig.line('rate limits')).toMatch(
      /^ok premier: 1000 tokens\/s for reads, 1000 for writes; .*, 100 orders\/s can go out$/,
    );
  });
});

describe('account', () => {
  test('holds nothing', async () => {
    use({ holdings: [] });
    expect(await rig.line('account')).toBe('ok 0 positions (venue.adopt: listed), balance $1234.56');
  });

  test('does not tell its balance', async () => {
    use().act({ type: 'fault.html', match: { path: '/balance' }, status: 502 });
    expect(await rig.line('account')).toMatch(
      /^warn 1 position \(venue\.adopt: listed\); its balance can't be read: HTTP 502.*\. Exits need none$/,
    );
  });

  test('does not tell its positions', async () => {
    use().act({ type: 'fault.trimAnswer', match: { path: '/positions' }, fields: ['market_positions'] });
    expect(await rig.line('account')).toMatch(
      /^fail its positions can't be read: the answer can't be read: market_positions: .*\. Nothing is sold unless they can$/,
    );
  });
});

describe('stream', () => {
  test('is not wanted', async () => {
    use();
    expect(await rig.line('stream')).toBe('ok not used (venue.stream: false): prices are asked for');
  });

  test('is refused', async () => {
    use().venue += STREAMING;
    rig.refusesStreams = true;
    expect(await rig.line('stream')).toBe(
      'fail 127.0.0.1 opens no stream: handshake refused with 403. Prices would be asked for instead, and come later: look at venue.stream_url and at proxies, or set venue.stream: false',
    );
  });
});

describe('secrets', () => {
  const shown = async (): Promise<string> => JSON.stringify(await rig.examine());

  test('an exchange that quotes what was sent', async () => {
    use().tamper = (answer, { headers, url }) =>
      answer.kind === 'answered' && url.pathname.endsWith('/limits')
        ? {
            ...answer,
            status: 400,
            body: JSON.stringify({ error: { code: 'bad', message: JSON.stringify(headers) } }),
          }
        : answer;
    const text = await shown();
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(KEY_ID);
    for (const { headers } of rig.asked)
      if (headers['KALSHI-ACCESS-SIGNATURE']) expect(text).not.toContain(headers['KALSHI-ACCESS-SIGNATURE']);
  });

  test('a key that stands where its path belongs', async () => {
    use().env = { KALSHI_PRIVATE_KEY_PATH: PEM };
    const refusal = await shown().catch(String);
    expect(refusal).toContain("must be a path: that of the key's file, not the key");
    expect(refusal).not.toContain(PEM.split('\n')[1]);
  });
});
