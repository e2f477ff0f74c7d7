import { constants, generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSystemClock, VirtualClock } from '../../../src/services/clock.ts';
import { createSigner } from '../../../src/services/venues/kalshi/client/credentials.ts';
import {
  createFetchHttp,
  type HttpAnswer,
  type HttpRequest,
} from '../../../src/services/venues/kalshi/client/http.ts';
import { type Call, KalshiClient } from '../../../src/services/venues/kalshi/client/kalshi-client.ts';
import { Pacer } from '../../../src/services/venues/kalshi/client/pacer.ts';

const KEY_ID = 'a952bcbe-ec3b-4b5b-b8f9-11dae589608c';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const START = Date.parse('2026-11-22T12:00:00Z');
const ROOT = 'https://external-api.kalshi.com/trade-api/v2';
const schema = z.object({ count_fp: z.string() }).transform((body) => body.count_fp);
const lane = 'high' as const;

/** A client over answers in memory; time stands still but for what an answer takes. */
function startClient(
  answers: HttpAnswer | ((request: HttpRequest) => HttpAnswer),
  more: { hasSigner?: boolean; root?: string; answerMs?: number } = {},
) {
  const clock = new VirtualClock(START);
  const requests: HttpRequest[] = [];
  const calls: Call[] = [];
  const pacer = new Pacer({ clock });
  const client = new KalshiClient({
    http: async (request) => {
      requests.push(request);
      clock.moveTo(clock.now() + (more.answerMs ?? 30));
      return typeof answers === 'function' ? answers(request) : answers;
    },
    signer:
      more.hasSigner === false ? null : createSigner({ keyId: KEY_ID, privateKey }, clock.now.bind(clock)),
    root: new URL(more.root ?? ROOT),
    clock,
    pacer,
    timeoutMs: 1000,
    orderTimeoutMs: 2000,
    onCall: (call) => calls.push(call),
  });
  return { client, clock, pacer, requests, calls };
}

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  kind: 'answered',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const isSignedFor = (headers: Record<string, string | string[] | undefined>, method: string, path: string) =>
  verify(
    'sha256',
    Buffer.from(
      `${headers['KALSHI-ACCESS-TIMESTAMP'] ?? headers['kalshi-access-timestamp']}${method}${path}`,
    ),
    { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    Buffer.from(String(headers['KALSHI-ACCESS-SIGNATURE'] ?? headers['kalshi-access-signature']), 'base64'),
  );

describe('what is sent', () => {
  test('a read: the exact path is signed, without the query, whose names may repeat', async () => {
    const { client, requests, calls } = startClient(answered(200, { count_fp: '1.00' }));
    const query: [string, string][] = [
      ['tickers', 'A B'],
      ['tickers', 'C&D'],
    ];
    const outcome = await client.get('/markets/KX%2F1/ö', { query, schema, lane });
    expect(outcome).toEqual({ kind: 'ok', value: '1.00', startedAt: START, receivedAt: START + 30 });
    const [{ method, url, headers, body, timeoutMs }] = requests as [HttpRequest];
    expect([method, url.href, body, timeoutMs]).toEqual([
      'GET',
      `${ROOT}/markets/KX%2F1/%C3%B6?tickers=A+B&tickers=C%26D`,
      null,
      1000,
    ]);
    expect(isSignedFor(headers, 'GET', '/trade-api/v2/markets/KX%2F1/%C3%B6')).toBe(true);
    expect(calls).toEqual([{ method: 'GET', path: '/markets/KX%2F1/ö', status: 200, ms: 30, lane }]);
  });

  test('a write has a body of JSON and the time-out of orders', async () => {
    const { client, requests } = startClient(answered(201, { count_fp: '1.00' }));
    await client.post('/portfolio/events/orders', { body: { ticker: 'A' }, schema, lane });
    const [{ method, headers, body, timeoutMs }] = requests as [HttpRequest];
    expect([method, headers['content-type'], body, timeoutMs]).toEqual([
      'POST',
      'application/json',
      '{"ticker":"A"}',
      2000,
    ]);
    expect(isSignedFor(headers, 'POST', '/trade-api/v2/portfolio/events/orders')).toBe(true);
  });

  test('a cancel has no body', async () => {
    const { client, requests } = startClient(answered(200, { count_fp: '1.00' }));
    await client.delete('/portfolio/events/orders/x', { query: [['market_ticker', 'A']], schema, lane });
    const [{ method, url, headers, body, timeoutMs }] = requests as [HttpRequest];
    expect([method, url.search, headers['content-type'], body, timeoutMs]).toEqual([
      'DELETE',
      '?market_ticker=A',
      undefined,
      null,
      2000,
    ]);
    expect(isSignedFor(headers, 'DELETE', '/trade-api/v2/portfolio/events/orders/x')).toBe(true);
  });

  test('a root may end with a slash', async () => {
    const { client, requests } = startClient(answered(200, {}), { root: `${ROOT}/` });
    await client.get('/markets', { schema, lane });
    expect(requests[0]!.url.href).toBe(`${ROOT}/markets`);
  });

  test('public data is asked for without a signature', async () => {
    for (const hasSigner of [true, false]) {
      const { client, requests } = startClient(answered(200, { count_fp: '1.00' }), { hasSigner });
      expect(await client.get('/markets', { schema, lane, public: true })).toMatchObject({ kind: 'ok' });
      expect(requests[0]!.headers).toEqual({ accept: 'application/json' });
    }
  });

  test('without credentials private data is a bug', async () => {
    const { client, requests } = startClient(answered(200, {}), { hasSigner: false });
    await expect(client.get('/portfolio/positions', { schema, lane })).rejects.toThrow('needs credentials');
    await expect(client.get('markets', { schema, lane, public: true })).rejects.toThrow(RangeError);
    expect(requests).toEqual([]);
  });

  test.each(['/markets/..', '/markets/../../admin', '/markets/%2e%2E/x', '/markets/.', '/a\\..\\b'])(
    '%s leads elsewhere and is not sent',
    async (path) => {
      const { client, requests } = startClient(answered(200, {}));
      expect(await client.get(path, { schema, lane })).toMatchObject({ kind: 'failed' });
      expect(requests).toEqual([]);
    },
  );

  test('a "?" in a path is no query', async () => {
    const { client, requests } = startClient(answered(200, {}));
    await client.get('/markets/A?limit=1#x', { schema, lane });
    expect(requests[0]!.url.href).toBe(`${ROOT}/markets/A%3Flimit=1%23x`);
  });
});

describe('what comes back', () => {
  const MARKET = { count_fp: '1.00' };
  test.each<[string, HttpAnswer, object]>([
    ['an answer', answered(200, MARKET), { kind: 'ok', value: '1.00' }],
    [
      'a refusal',
      answered(409, { error: { code: 'trading_is_paused', message: 'paused' } }),
      { kind: 'refused', status: 409, code: 'trading_is_paused', message: 'paused' },
    ],
    [
      'a refusal in a 2xx',
      answered(200, { error: { code: 'deprecated_v1_order_endpoint', message: 'switch' } }),
      { kind: 'refused', status: 200, code: 'deprecated_v1_order_endpoint', message: 'switch' },
    ],
    [
      'an error beside an order: the order may exist',
      answered(201, { order_id: 'x', error: { code: 'c', message: 'm' } }),
      { kind: 'failed', reason: 'HTTP 201 with an order and an error: m' },
    ],
    [
      'a refusal without a body',
      answered(403, '<html>'),
      { kind: 'refused', status: 403, code: null, message: 'no reason given' },
    ],
    ['429', answered(429, { error: 'too many requests' }), { kind: 'rate_limited' }],
    [
      'a 5xx',
      answered(503, { error: { code: 'x', message: 'down' } }),
      { kind: 'failed', reason: 'HTTP 503: down' },
    ],
    ['a 5xx of a proxy', answered(504, '<html>'), { kind: 'failed', reason: 'HTTP 504: no reason given' }],
    ['408', answered(408, ''), { kind: 'failed' }],
    [
      'a 2xx that is no JSON',
      answered(200, '<html>'),
      { kind: 'failed', reason: 'HTTP 200 with a body that is no JSON' },
    ],
    ['an empty 2xx', answered(204, ''), { kind: 'failed', reason: 'HTTP 204 with a body that is no JSON' }],
    [
      'a failure',
      { kind: 'failed', reason: 'no answer within 50 ms' },
      { kind: 'failed', reason: 'no answer within 50 ms' },
    ],
    [
      'another shape',
      answered(200, { count_fp: 1 }),
      { kind: 'malformed', reason: 'count_fp: Invalid input: expected string, received number' },
    ],
    [
      'no object',
      answered(200, 'null'),
      { kind: 'malformed', reason: 'the body: Invalid input: expected object, received null' },
    ],
  ])('%s', async (_, answer, outcome) => {
    const { client, calls } = startClient(answer);
    expect(await client.post('/x', { body: {}, schema, lane })).toMatchObject(outcome);
    expect(calls).toHaveLength(1);
  });

  test('nothing is sent twice', async () => {
    const { client, requests } = startClient({ kind: 'failed', reason: 'x' });
    await client.get('/markets', { schema, lane });
    expect(requests).toHaveLength(1);
  });
});

describe('pacing', () => {
  const ok = answered(200, { count_fp: '1.00' });

  test('reads and writes take their tokens from their own bucket, a cancel 2, and a batch what it says', async () => {
    const { client, pacer, requests } = startClient(ok, { answerMs: 0 });
    for (let i = 0; i < 9; i += 1) await client.post('/portfolio/events/orders', { body: {}, schema, lane });
    for (let i = 0; i < 5; i += 1) await client.delete('/portfolio/events/orders/x', { schema, lane });
    await client.get('/markets', { schema, lane, cost: 200 });
    expect(requests).toHaveLength(15);
    void client.delete('/portfolio/events/orders/x', { schema, lane });
    void client.get('/markets', { schema, lane });
    expect(pacer.waiting()).toBe(2);
  });

  test('a 429 rests the bucket; the signature is made after the wait', async () => {
    const answers = [answered(429, { error: 'too many requests' }), ok];
    const { client, clock, requests } = startClient(() => answers.shift()!, { answerMs: 0 });
    expect(await client.get('/markets', { schema, lane })).toEqual({ kind: 'rate_limited' });
    const second = client.get('/markets', { schema, lane });
    expect(requests).toHaveLength(1);
    expect(clock.fireNext(START + 10_000)).toBe(true);
    expect(await second).toMatchObject({ kind: 'ok', startedAt: START + 1050 });
    expect(requests[1]!.headers['KALSHI-ACCESS-TIMESTAMP']).toBe(String(START + 1050));
  });

  test('a cost that can never be met is not sent', async () => {
    const { client, requests } = startClient(ok);
    const outcome = await client.get('/markets', { schema, lane: 'monitor', cost: 150 });
    expect(outcome).toEqual({
      kind: 'failed',
      isUnsent: true,
      reason: 'not sent: a call of 150 tokens can never be made: monitor calls have at most 140',
    });
    expect(requests).toEqual([]);
  });
});

test('the clock’s skew is read from whatever was answered', async () => {
  const { client } = startClient(answered(401, {}, { date: new Date(START + 30_000).toUTCString() }));
  expect(client.clockSkewMs()).toBeNull();
  await client.get('/portfolio/balance', { schema, lane });
  expect(client.clockSkewMs()).toBe(30_485);
});

describe('over the network', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = null;
  });

  async function connect(listener: RequestListener, orderTimeoutMs = 5000) {
    server = createServer(listener);
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const clock = createSystemClock();
    const calls: Call[] = [];
    const signatures: string[] = [];
    const http = createFetchHttp();
    const client = new KalshiClient({
      http: (request) => {
        signatures.push(request.headers['KALSHI-ACCESS-SIGNATURE']!);
        return http(request);
      },
      signer: createSigner({ keyId: KEY_ID, privateKey }, clock.now),
      root: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/trade-api/v2`),
      clock,
      pacer: new Pacer({ clock }),
      timeoutMs: 5000,
      orderTimeoutMs,
      onCall: (call) => calls.push(call),
    });
    return { client, calls, signatures };
  }

  test('the server verifies the signature of what it got', async () => {
    const { client } = await connect((request, response) => {
      const path = request.url!.split('?')[0]!;
      const isGood = isSignedFor(request.headers, request.method!, path);
      response.writeHead(isGood ? 200 : 401).end('{"count_fp":"2.50"}');
    });
    const query: [string, string][] = [['limit', '5']];
    expect(await client.get('/markets/a b%20c', { query, schema, lane })).toMatchObject({
      kind: 'ok',
      value: '2.50',
    });
    expect(Math.abs(client.clockSkewMs()!)).toBeLessThan(60_000);
  });

  test('an order that is never answered is unknown, not refused', async () => {
    const { client, calls } = await connect(() => {}, 50);
    expect(await client.post('/portfolio/events/orders', { body: {}, schema, lane })).toEqual({
      kind: 'failed',
      reason: 'no answer within 50 ms',
    });
    expect(calls).toMatchObject([{ status: null }]);
  });

  const quote = ({ headers }: IncomingMessage): string => JSON.stringify(headers);
  const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  test.each<[string, RequestListener, number?]>([
    [
      'nested',
      (q, r) => void r.writeHead(401).end(JSON.stringify({ error: { code: quote(q), message: quote(q) } })),
    ],
    [
      'flat',
      (q, r) =>
        void r.writeHead(400).end(JSON.stringify({ code: 'c', message: quote(q), details: quote(q) })),
    ],
    ['a text', (q, r) => void r.writeHead(400).end(JSON.stringify({ error: quote(q) }))],
    ['in details', (q, r) => void r.writeHead(400).end(JSON.stringify({ error: { details: q.headers } }))],
    ['a 5xx', (q, r) => void r.writeHead(500).end(JSON.stringify({ error: { message: quote(q) } }))],
    ['no JSON', (q, r) => void r.writeHead(500).end(quote(q))],
    [
      'escaped',
      (q, r) => void r.writeHead(400).end(JSON.stringify({ error: quote(q) }).replaceAll('/', '\\/')),
    ],
    [
      'cut off within the signature',
      (q, r) => {
        const message = 'x'.repeat(350) + q.headers['kalshi-access-signature'];
        r.writeHead(400).end(JSON.stringify({ error: { message } }));
      },
    ],
    ['a field', (q, r) => void r.end(JSON.stringify({ count_fp: { [quote(q)]: 1 } }))],
    [
      'a redirect',
      (q, r) => void r.writeHead(302, { location: `/x?${encodeURIComponent(quote(q))}` }).end(quote(q)),
    ],
    ['no answer', () => {}, 50],
    ['a broken connection', (q) => void q.socket.destroy()],
  ])('a failure that quotes us does not leak: %s', async (_, listener, timeoutMs) => {
    const { client, calls, signatures } = await connect(listener, timeoutMs);
    const outcome = await client.post('/portfolio/events/orders', { body: {}, schema, lane });
    const heard = JSON.stringify([outcome, calls]);
    expect(outcome.kind).not.toBe('ok');
    expect(signatures).toHaveLength(1);
    const pieces = PEM.split('\n').filter((line) => line.length > 10);
    for (const secret of [KEY_ID, signatures[0]!.slice(0, 24), signatures[0]!.slice(-24), ...pieces])
      expect(heard).not.toContain(secret);
  });
});
