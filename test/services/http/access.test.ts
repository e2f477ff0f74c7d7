import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { guardAccess } from '../../../src/services/http/access.ts';
import { answerProblem, problemOf } from '../../../src/services/http/problem.ts';

const TOKEN = 'a'.repeat(64);

function ask(host: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  const app = new Hono();
  app.onError((error) => answerProblem(problemOf(error)!));
  app.use(guardAccess({ host, port: 7717, token: TOKEN }));
  app.all('/', (context) => context.text('in'));
  const answer = app.fetch(
    new Request('http://x/', { method, headers: { host: 'localhost:7717', ...headers } }),
  );
  return Promise.resolve(answer).then(({ status }) => status);
}

const bearer = { authorization: `Bearer ${TOKEN}` };

describe('on a loopback address', () => {
  test.each([
    { name: 'reading needs no token', headers: {}, status: 200 },
    { name: 'changing does', headers: {}, method: 'POST', status: 401 },
    { name: 'whatever the method', headers: {}, method: 'DELETE', status: 401 },
    { name: 'the right token', headers: bearer, method: 'POST', status: 200 },
    { name: 'a longer token', headers: { authorization: `Bearer ${TOKEN}a` }, method: 'POST', status: 401 },
    { name: 'another scheme', headers: { authorization: `Basic ${TOKEN}` }, method: 'POST', status: 401 },
    { name: 'the address', headers: { host: '127.0.0.1:7717' }, status: 200 },
    { name: 'the IPv6 address', headers: { host: '[::1]:7717' }, status: 200 },
    { name: 'another port', headers: { host: '127.0.0.1:80' }, status: 421 },
    { name: 'a rebound name', headers: { host: 'evil.example:7717', ...bearer }, status: 421 },
    {
      name: 'a name that only begins like ours',
      headers: { host: 'localhost.evil.example:7717' },
      status: 421,
    },
    {
      name: 'our own pages',
      headers: { origin: 'http://localhost:7717', ...bearer },
      method: 'POST',
      status: 200,
    },
    {
      name: 'pages of others',
      headers: { origin: 'http://evil.example', ...bearer },
      method: 'POST',
      status: 403,
    },
    { name: 'pages without an origin', headers: { origin: 'null', ...bearer }, method: 'POST', status: 403 },
    { name: 'our name under another scheme', headers: { origin: 'https://localhost:7717' }, status: 403 },
  ])('$name', async ({ headers, method, status }) => {
    expect(await ask('127.0.0.1', headers, method)).toBe(status);
  });
});

describe('where others can reach it', () => {
  test.each([
    { name: 'reading needs the token too', headers: {}, status: 401 },
    { name: 'with it any name will do', headers: { host: 'trader.lan:7717', ...bearer }, status: 200 },
    {
      name: 'but no page of others',
      headers: { host: 'trader.lan:7717', origin: 'http://evil.example', ...bearer },
      status: 403,
    },
  ])('$name', async ({ headers, status }) => {
    expect(await ask('0.0.0.0', headers)).toBe(status);
  });
});
