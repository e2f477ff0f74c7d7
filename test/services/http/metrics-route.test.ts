import { describe, expect, test } from 'vitest';
import { type AppOptions, createApp } from '../../../src/services/http/app.ts';

const TOKEN = 'a'.repeat(64);
const bearer = { authorization: `Bearer ${TOKEN}` };
const TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const ask = async (
  host: string,
  path: string,
  headers: Record<string, string> = {},
  change: Partial<AppOptions> = {},
) => {
  const app = createApp({
    access: { host, port: 7717, token: TOKEN },
    metrics: { contentType: TYPE, text: async () => 'postern_trading 1\n' },
    health: () => ({ alive: true, reasons: [] }),
    readiness: async () => ({
      ...{ ready: true, lease: true, store: true, account: true, feed: true },
      reasons: [],
    }),
    ...change,
  } as AppOptions);
  const answer = await app.fetch(
    new Request(`http://x${path}`, { headers: { host: 'localhost:7717', ...headers } }),
  );
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

describe('/metrics is a read like any other', () => {
  test('on loopback: without a token, as Prometheus reads it', async () => {
    expect(await ask('127.0.0.1', '/metrics')).toEqual({
      status: 200,
      type: TYPE,
      text: 'postern_trading 1\n',
    });
  });

  test.each(['/metrics', '/healthz', '/readyz'])(
    'where others can reach it, %s needs the token',
    async (path) => {
      expect((await ask('0.0.0.0', path)).status).toBe(401);
      expect((await ask('0.0.0.0', path, bearer)).status).toBe(200);
    },
  );

  test('not by another name, not for a page of others', async () => {
    expect((await ask('127.0.0.1', '/metrics', { host: 'evil.example:7717' })).status).toBe(421);
    expect((await ask('127.0.0.1', '/metrics', { origin: 'http://evil.example' })).status).toBe(403);
  });
});

describe('probes answer 503 with their reasons', () => {
  test('/healthz', async () => {
    const health = () => ({ alive: false, reasons: ['the tree of actors has ended: it was stopped'] });
    const { status, text } = await ask('127.0.0.1', '/healthz', {}, { health });
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 503, body: health() });
  });

  test('/readyz', async () => {
    const body = {
      ...{ ready: false, lease: true, store: true, account: true, feed: true },
      reasons: ['the daemon is stopping'],
    };
    const { status, text } = await ask('127.0.0.1', '/readyz', {}, { readiness: async () => body });
    expect({ status, body: JSON.parse(text) }).toEqual({ status: 503, body });
  });
});
