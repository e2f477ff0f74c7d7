import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import {
  checkRoot,
  createFetchHttp,
  type HttpRequest,
} from '../../../src/services/venues/kalshi/client/http.ts';

let server: Server | null = null;

async function serve(listener: RequestListener): Promise<URL> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/trade-api/v2/x`);
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

const http = createFetchHttp();
const ask = (url: URL, more: Partial<HttpRequest> = {}) =>
  http({ method: 'GET', url, headers: {}, body: null, timeoutMs: 5000, ...more });

describe('an answer', () => {
  test('comes with its status, lower-case headers and body, whatever the status', async () => {
    const url = await serve((_, response) => {
      response.writeHead(418, { 'X-Odd': 'One', 'content-type': 'text/plain; charset=utf-8' }).end('grün 🫖');
    });
    const answer = await ask(url);
    expect(answer).toMatchObject({
      kind: 'answered',
      status: 418,
      body: 'grün 🫖',
      headers: { 'x-odd': 'One' },
    });
  });

  test('follows what was sent: method, path, query, headers and body', async () => {
    const url = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () =>
        response.end(JSON.stringify([request.method, request.url, request.headers['x-mine'], body])),
      );
    });
    url.search = '?tickers=A&tickers=B';
    const answer = await ask(url, { method: 'POST', headers: { 'X-Mine': '1' }, body: '{"a":1}' });
    expect(JSON.parse((answer as { body: string }).body)).toEqual([
      'POST',
      '/trade-api/v2/x?tickers=A&tickers=B',
      '1',
      '{"a":1}',
    ]);
  });

  test('may be announced by early hints', async () => {
    const url = await serve((_, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeProcessing();
      response.end('there');
    });
    expect(await ask(url)).toMatchObject({ kind: 'answered', status: 200, body: 'there' });
  });

  test('may be empty', async () => {
    const url = await serve((_, response) => void response.writeHead(204).end());
    expect(await ask(url)).toMatchObject({ kind: 'answered', status: 204, body: '' });
  });
});

describe('the last question', () => {
  test('is asked as a request is written: one that may not leave any more reaches nobody', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.end();
    });
    const answers = [];
    for (const may of [true, false, true]) {
      let asked = 0;
      const mayLeave = () => {
        asked += 1;
        return may;
      };
      answers.push(await ask(url, { method: 'POST', body: '{}', mayLeave }));
      expect(asked).toBe(1);
    }
    expect(answers[1]).toEqual({ kind: 'failed', reason: 'not sent: not wanted any more' });
    expect([answers[0]!.kind, answers[2]!.kind, requests]).toEqual(['answered', 'answered', 2]);
  });

  test('comes after the connection, however long that takes', async () => {
    const story: string[] = [];
    const url = await serve((_, response) => void response.end());
    server!.on('connection', () => story.push('connected'));
    const mayLeave = () => {
      story.push('asked');
      return false;
    };
    await ask(url, { method: 'POST', body: '{}', mayLeave });
    expect(story.at(-1)).toBe('asked');
  });
});

describe('a failure', () => {
  test.each([301, 302, 303, 307, 308])('a redirect %i is not followed', async (status) => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(status, { location: '/elsewhere' }).end('gone');
    });
    expect(await ask(url)).toEqual({ kind: 'failed', reason: `a redirect (HTTP ${status}) is not followed` });
    expect(requests).toBe(1);
  });

  test('no answer in time', async () => {
    const url = await serve(() => {});
    expect(await ask(url, { timeoutMs: 50 })).toEqual({ kind: 'failed', reason: 'no answer within 50 ms' });
  });

  test('a body that never ends', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('{"half":'));
    expect(await ask(url, { timeoutMs: 50 })).toEqual({ kind: 'failed', reason: 'no answer within 50 ms' });
  });

  test('a connection broken before and within the answer', async () => {
    const url = await serve((request) => void request.socket.destroy());
    expect(await ask(url)).toEqual({
      kind: 'failed',
      reason: expect.stringMatching(/^the request failed \([A-Z_]+\)$/),
    });
    server!.removeAllListeners('request').on('request', (request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{', () => request.socket.destroy());
    });
    expect(await ask(url)).toMatchObject({ kind: 'failed' });
  });

  test('nobody listens', async () => {
    const url = await serve(() => {});
    await new Promise((resolve) => server!.close(resolve));
    expect(await ask(url)).toEqual({ kind: 'failed', reason: 'the request failed (ECONNREFUSED)' });
  });

  test.each([
    [
      'a header value that may not be sent is not quoted',
      { headers: { 'KALSHI-ACCESS-KEY': 'secret\nvalue' } },
    ],
    ['a body on a GET', { body: 'x' }],
    ['a time-out that makes no sense', { timeoutMs: Number.NaN }],
  ] as const)('%s', async (_, more) => {
    const url = await serve((_, response) => void response.end());
    const answer = await ask(url, more);
    expect(answer).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  test('a body over the limit, also once unpacked', async () => {
    const small = createFetchHttp({ maxBodyBytes: 1000 });
    const url = await serve((request, response) => {
      if (request.url!.endsWith('/packed'))
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1001)));
      else response.end('x'.repeat(request.url!.endsWith('/fits') ? 1000 : 1001));
    });
    const to = (path: string): HttpRequest => ({
      method: 'GET',
      url: new URL(path, url),
      headers: {},
      body: null,
      timeoutMs: 5000,
    });
    expect(await small(to('/fits'))).toMatchObject({ kind: 'answered' });
    const tooLong = { kind: 'failed', reason: 'the body is longer than 1000 bytes' };
    expect(await small(to('/long'))).toEqual(tooLong);
    expect(await small(to('/packed'))).toEqual(tooLong);
  });
});

describe('roots', () => {
  test.each([
    ['https://external-api.kalshi.com/trade-api/v2', 'http'],
    ['wss://external-api-ws.kalshi.com/trade-api/ws/v2', 'ws'],
    ['http://127.0.0.1:8080/trade-api/v2', 'http'],
    ['http://127.8.9.1/x', 'http'],
    ['http://localhost:1', 'http'],
    ['ws://[::1]:99/ws', 'ws'],
    ['HTTPS://EXAMPLE.COM/x', 'http'],
  ] as const)('%s is one', (url, kind) => expect(checkRoot(url, kind).href).toBe(new URL(url).href));

  test.each([
    ['no URL', 'external-api.kalshi.com', 'http', 'is not a URL'],
    ['the wrong kind', 'wss://example.com', 'http', 'must begin with https://'],
    ['the wrong kind', 'https://example.com', 'ws', 'must begin with wss://'],
    ['a file', 'file:///etc/passwd', 'http', 'must begin with https://'],
    ['plain elsewhere', 'http://example.com', 'http', 'plain http:// is for this machine only'],
    ['plain ws elsewhere', 'ws://10.0.0.1/x', 'ws', 'plain ws:// is for this machine only'],
    ['a name that looks local', 'http://127.0.0.1.example.com', 'http', 'for this machine only'],
    ['a name that looks local', 'http://localhost.example.com', 'http', 'for this machine only'],
    ['all interfaces', 'http://0.0.0.0', 'http', 'for this machine only'],
    ['a password', 'https://me:hunter2@example.com', 'http', 'no user name and no password'],
    ['a user', 'https://me@example.com', 'http', 'no user name'],
    ['a query', 'https://example.com/?a=1', 'http', 'no query'],
    ['an empty query', 'https://example.com/?', 'http', 'no query'],
    ['a fragment', 'https://example.com/#a', 'http', 'no fragment'],
  ] as const)('%s is refused: %s', (_, url, kind, reason) => {
    expect(() => checkRoot(url, kind)).toThrow(RangeError);
    expect(() => checkRoot(url, kind)).toThrow(reason);
    expect(() => checkRoot(url, kind)).not.toThrow('hunter2');
  });
});
