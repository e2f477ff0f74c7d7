import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bearerOf, createAccess } from '../../../src/services/http/access.ts';
import { ApiRig, TOKEN, TRUSTED } from './api-rig.ts';
import { lines, type RawAnswer, sendRaw } from './raw-request.ts';

let rig: ApiRig;
let port: number;
beforeEach(async () => {
  rig = await ApiRig.open();
  port = await rig.listen();
  rig.serve();
});
afterEach(() => rig.close());

const codeOf = ({ body }: RawAnswer): string => JSON.parse(body).code;
const outcome = (answer: RawAnswer) => `${answer.status} ${codeOf(answer)}`;
const bearer = { authorization: `Bearer ${TOKEN}` };

describe('who asks, over a socket', () => {
  const get = (headers: Record<string, string>) =>
    sendRaw(port, lines('GET /api/v1/positions', port, headers));

  test('a name that was rebound to this address', async () => {
    expect(outcome(await get({ host: `evil.example:${port}`, ...bearer }))).toBe('421 wrong_host');
    expect(outcome(await get({ host: '127.0.0.1:1', ...bearer }))).toBe('421 wrong_host');
  });

  test('a page of another origin, whatever it knows', async () => {
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:80'])
      expect(outcome(await get({ origin, ...bearer }))).toBe('403 wrong_origin');
    expect((await get({ origin: `http://127.0.0.1:${port}` })).status).toBe(200);
  });

  test('a page that embeds an answer: its browser says so without an origin', async () => {
    const embed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect(outcome(await get(embed))).toBe('403 wrong_origin');
    expect((await get({ ...embed, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await get({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).status).toBe(200);
  });

  test.each<[string, Record<string, string>]>([
    ['none', {}],
    ['a shorter token', { authorization: `Bearer ${TOKEN.slice(1)}` }],
    ['a longer token', { authorization: `Bearer ${TOKEN}5` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['two tokens', { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
    ['the token somewhere else', { 'x-token': TOKEN, cookie: `token=${TOKEN}` }],
  ])('who changes something needs the token: %s', async (_, headers) => {
    const answer = await sendRaw(port, lines('POST /api/v1/entries/pause', port, headers));
    expect(outcome(answer)).toBe('401 unauthorized');
    expect(answer.head).toMatch(/^www-authenticate: Bearer$/im);
    expect(rig.live.journal('entries.paused')).toEqual([]);
  });

  test('a token in the address is none', async () => {
    const answer = await sendRaw(port, lines(`POST /api/v1/entries/pause?token=${TOKEN}`, port));
    expect(outcome(answer)).toBe('401 unauthorized');
  });

  test('nothing of a token is said or logged', async () => {
    const secret = 'c'.repeat(64);
    const answer = await sendRaw(
      port,
      lines('POST /api/v1/flatten', port, { authorization: `Bearer ${secret}` }),
    );
    expect(`${answer.head}${answer.body}${JSON.stringify(rig.log)}`).not.toMatch(/cccc|5555/);
  });
});

describe('a preflight is never answered with permission', () => {
  const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

  test.each([{ origin: 'http://evil.example' }, {}])('%j', async (headers) => {
    const answer = await sendRaw(port, lines('OPTIONS /api/v1/flatten', port, { ...ask, ...headers }));
    expect(answer.status).toBe('origin' in headers ? 403 : 204);
    expect(answer.head).not.toMatch(/access-control-/i);
  });

  test('OPTIONS says what an address takes; another method is 405 with the same', async () => {
    const options = await rig.ask('OPTIONS', '/api/v1/flatten', { headers: {} });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
    const refused = await rig.ask('DELETE', '/api/v1/flatten');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    expect(refused.body).toMatchObject({ code: 'method_not_allowed', status: 405 });
    expect((await rig.ask('GET', '/api/v1/reload')).headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('HEAD is GET without its body', async () => {
    const answer = await sendRaw(port, lines('HEAD /api/v1/positions', port));
    expect([answer.status, answer.body]).toEqual([200, '']);
  });
});

describe('bodies', () => {
  const post = (...body: (string | Buffer)[]) => {
    const headers = { ...TRUSTED, 'transfer-encoding': 'chunked' };
    const chunks = body.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
    return sendRaw(port, lines('POST /api/v1/positions/1/hold', port, headers), ...chunks, '0\r\n\r\n');
  };
  const held = () => rig.live.world.position().held;

  test('one that announces too much is not read', async () => {
    const headers = { ...TRUSTED, 'content-length': '65537' };
    const answer = await sendRaw(port, lines('POST /api/v1/positions/1/hold', port, headers));
    expect(outcome(answer)).toBe('413 too_large');
  });

  test('one that announces nothing is read up to the limit', async () => {
    const part = ' '.repeat(16 * 1024);
    expect(outcome(await post(part, part, part, part, part, part))).toBe('413 too_large');
    expect(held()).toBe(false);
    expect((await post(part, part, '{"by": "alice"}')).status).toBe(200);
    expect(held()).toBe(true);
  });

  test.each<[string, string | Buffer, string]>([
    ['brackets without end', '['.repeat(60_000), '400 invalid'],
    ['a deep list', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, '400 invalid'],
    ['a deep mapping', `${'{"by":'.repeat(8_000)}1${'}'.repeat(8_000)}`, '400 invalid'],
    ['a reach for the prototype', '{"__proto__": {"by": "mallory"}}', '400 invalid'],
    ['a constructor', '{"constructor": {"prototype": {"x": 1}}}', '400 invalid'],
    ['a list', '[{"by": "alice"}]', '400 invalid'],
    ['a lone text', '"hold"', '400 invalid'],
    ['half a letter', Buffer.from([0x22, 0xc3, 0x22]), '400 invalid'],
    ['a control character', '{"reason": "a\\u0000b"}', '400 invalid'],
  ])('%s', async (_, body, expected) => {
    const text = typeof body === 'string' ? body : body.toString('latin1');
    const headers = { ...TRUSTED, 'content-length': String(Buffer.byteLength(body)) };
    const request = lines('POST /api/v1/positions/1/hold', port, headers);
    const answer = await sendRaw(port, request, typeof body === 'string' ? text : body);
    expect(outcome(answer)).toBe(expected);
    expect(held()).toBe(false);
    expect(({} as { by?: unknown }).by).toBeUndefined();
  });

  test('a form of another page can not be mistaken for JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      const answer = await rig.ask('POST', '/api/v1/positions/1/hold', {
        body: '{"by": "alice"}',
        headers: { ...bearer, 'content-type': type },
      });
      expect([answer.status, answer.body.code]).toEqual([415, 'not_json']);
    }
  });
});

describe('paths', () => {
  test.each([
    '/api/v1/../../etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/api/v1/positions/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/api/v1/positions/..%5c..%5cetc',
    '/api/v1/positions/1%00',
    '/api/v1/positions/%ff',
    '/api/v1/positions/%zz',
    '/api/v1/positions/1%0d%0aset-cookie:x',
    `/api/v1/positions/${'x'.repeat(2_000)}`,
    '/api/v1//positions',
    '/api/v1/positions/',
    '/API/v1/positions',
    '/api/v1/positions;x=1',
    '//evil.example/api/v1/positions',
    '/.env',
    '/src/daemon.ts',
    '/__proto__',
    '/api/v1/methods/__proto__',
  ])('%s is nothing', async (path) => {
    const answer = await sendRaw(port, lines(`GET ${path}`, port));
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 404 });
    expect(answer.body).not.toContain('root:');
    expect(answer.head).not.toMatch(/set-cookie/i);
    expect(rig.log).toEqual([]);
  });

  test('a backslash is no slash', async () => {
    const answer = await sendRaw(port, lines('GET /api\\v1\\positions', port));
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });

  test('an address of another server', async () => {
    const answer = await sendRaw(port, lines('GET http://evil.example/api/v1/positions', port));
    expect(outcome(answer)).toBe('421 wrong_host');
  });

  test('what is no request at all is answered as a problem', async () => {
    const answer = await sendRaw(port, 'what is this\r\n\r\n');
    expect(outcome(answer)).toBe('400 invalid');
  });
});

test('a client that offers HTTP/2 is answered in HTTP/1.1', async () => {
  const offer = {
    connection: 'upgrade, http2-settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
  };
  const answer = await sendRaw(port, lines('GET /healthz', port, offer));
  expect([answer.status, answer.body]).toEqual([200, '{"alive":true,"reasons":[]}']);
  const post = await sendRaw(
    port,
    lines('POST /api/v1/positions/1/hold', port, { ...offer, ...TRUSTED, 'content-length': '2' }),
    '{}',
  );
  expect(outcome(post)).toBe('400 invalid');
});

test('an error that nobody expected says nothing of itself, but to the log', async () => {
  rig.live.operations.positions = async () => {
    throw new Error('secret of the house');
  };
  const answer = await rig.ask('GET', '/api/v1/positions');
  expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
  expect(answer.text).not.toContain('secret');
  expect(rig.log).toHaveLength(1);
});

test('until it is served the daemon says that it starts', async () => {
  const other = await ApiRig.open();
  const waiting = await other.listen();
  expect(outcome(await sendRaw(waiting, lines('GET /api/v1/positions', waiting)))).toBe('503 unavailable');
  const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
  expect(outcome(await sendRaw(waiting, lines('GET /api/v1/events', waiting, upgrade)))).toBe(
    '503 unavailable',
  );
  await other.close();
});

describe('where others can reach it', () => {
  test.each(['/api/v1/positions', '/api/openapi.json', '/healthz', '/metrics', '/api', '/nowhere'])(
    '%s needs the token too',
    async (path) => {
      const open = await ApiRig.open({ host: '0.0.0.0' });
      const at = await open.listen();
      open.serve();
      const named = { host: `trader.lan:${at}` };
      expect(outcome(await sendRaw(at, lines(`GET ${path}`, at, named)))).toBe('401 unauthorized');
      const known = await sendRaw(at, lines(`GET ${path}`, at, { ...named, ...bearer }));
      expect(known.status).toBe(path === '/nowhere' ? 404 : 200);
      expect(outcome(await sendRaw(at, lines(`OPTIONS ${path}`, at, named)))).toBe('401 unauthorized');
      await open.close();
    },
  );
});

test('tokens are compared by digests of one length, so that any length can be', () => {
  const refuse = createAccess({ host: '127.0.0.1', port, token: TOKEN });
  const asker = (token: string | undefined) => ({
    method: 'POST',
    header: (name: string) => (name === 'host' ? `localhost:${port}` : undefined),
    token,
  });
  for (const token of [undefined, '', TOKEN.slice(0, -1), `${TOKEN}5`, 'ü'.repeat(64), 'x'.repeat(100_000)])
    expect(refuse(asker(token))?.code).toBe('unauthorized');
  expect(refuse(asker(TOKEN))).toBeNull();
  expect(bearerOf(`bearer   ${TOKEN} `)).toBe(TOKEN);
});
