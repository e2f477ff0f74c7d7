import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, describe, expect, test } from 'vitest';
import { servePage } from '../../../src/services/http/page-files.ts';
import { answerProblem, problemOf } from '../../../src/services/http/problem.ts';
import { HttpServer } from '../../../src/services/http/server.ts';
import { lines, sendRaw } from './raw-request.ts';

const above = mkdtempSync(join(tmpdir(), 'postern-page-'));
const folder = join(above, 'page');
mkdirSync(join(folder, 'inner'), { recursive: true });
writeFileSync(join(above, 'token'), 'secret');
writeFileSync(join(folder, 'index.html'), '<!doctype html>the page');
writeFileSync(join(folder, 'page.js'), 'the script');
writeFileSync(join(folder, '.hidden.js'), 'secret');
writeFileSync(join(folder, 'inner', 'page.js'), 'secret');
afterAll(() => rmSync(above, { recursive: true }));

function open(host = '127.0.0.1', served = folder): Hono {
  const app = new Hono();
  app.onError((error) => answerProblem(problemOf(error)!));
  app.notFound((context) => context.text('not there', 404));
  servePage(app, { host, port: 7717, token: 'a'.repeat(64) }, served);
  return app;
}

const get = (app: Hono, path: string, headers: Record<string, string> = {}) =>
  app.fetch(new Request(`http://localhost:7717${path}`, { headers: { host: 'localhost:7717', ...headers } }));

describe('the page', () => {
  test.each(['/', '/positions/t1', '/positions/a%2Fb', '/system', '/system/position'])(
    'is behind %s',
    async (path) => {
      const answer = await get(open(), path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await answer.text()).toBe('<!doctype html>the page');
    },
  );

  test('is allowed nothing but what this server gives, and no frame around it', async () => {
    const { headers } = await get(open(), '/');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('brings its script', async () => {
    const answer = await get(open(), '/page.js');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect(await answer.text()).toBe('the script');
  });

  test('needs no token where reading does: it holds nothing of the account', async () => {
    const app = open('0.0.0.0');
    expect((await get(app, '/')).status).toBe(200);
    expect((await get(app, '/page.js')).status).toBe(200);
  });

  test.each([
    { name: 'a name that was pointed at us', headers: { host: 'evil.example:7717' }, status: 421 },
    {
      name: 'a script on a page of another site',
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      status: 403,
    },
  ])('is not given to $name', async ({ headers, status }) => {
    expect((await get(open(), '/page.js', headers)).status).toBe(status);
  });

  test('says how to get it where it was not built', async () => {
    const answer = await get(open('127.0.0.1', join(above, 'elsewhere')), '/');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'no_such_route',
      detail: expect.stringContaining('npm run build'),
    });
  });
});

describe('nothing but the page is given away', () => {
  const ways = [
    '/../token',
    '/..%2ftoken',
    '/%2e%2e/token',
    '/%2e%2e%2ftoken',
    '/..%5ctoken',
    '/....//token',
    '//etc/passwd',
    '/inner/page.js',
    '/inner%2fpage.js',
    '/.hidden.js',
    '/page.js%00.svg',
    '/page.js/',
    '/positions/../../token',
    '/token',
    '/page.ts',
  ];

  test.each(ways)('%s', async (path) => {
    const server = await HttpServer.listen({ host: '127.0.0.1', port: 0 });
    try {
      const app = new Hono();
      app.onError((error) => answerProblem(problemOf(error)!));
      servePage(app, { host: '127.0.0.1', port: server.port, token: 'a'.repeat(64) }, folder);
      server.serve((request) => app.fetch(request));
      const { status, body } = await sendRaw(server.port, lines(`GET ${path}`, server.port));
      expect(body).not.toMatch(/secret|root:.*:0:0/);
      expect([status, body]).not.toEqual([200, 'the script']);
    } finally {
      await server.close(0);
    }
  });
});
