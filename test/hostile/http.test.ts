import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/services/http/routes.ts';
import { ApiRig, TRUSTED } from '../services/http/api-rig.ts';
import { asText, type Json, NASTY, nasty, spoiled, spoiledText, tries, wellFormed } from './mutations.ts';

let rig: ApiRig;
beforeAll(async () => {
  rig = await ApiRig.open();
});
afterAll(() => rig.close());

const WRITES = ROUTES.filter(({ body }) => body !== undefined);
const idsOf = (routes: typeof WRITES) => fc.constantFrom(...routes.map(({ id }) => id));
const routeOf = (name: string) => ROUTES.find(({ id }) => id === name)!;

/** A body that is right, as far as its shape goes, for whichever address it is sent to. */
const BODY: Json = {
  ...{
    market: 'KXGAME-A',
    side: 'yes',
    quantity: '10.00',
    entry_price: '0.5',
    confidence: 'high',
    probability: '0.6',
  },
  ...{
    priority: 'HIGH',
    cancel: false,
    by: 'me',
    reason: 'because',
    limit: '800',
    until_tomorrow: false,
    yes: false,
  },
  settings: { stop_loss: '0.08' },
};

/** An answer, and all that its path, query or body may have made of it. */
async function ask(method: string, path: string, body?: string): Promise<void> {
  const said = rig.log.length;
  const asked = rig.ask(method, path, body === undefined ? {} : { body });
  for (let waited = 0; waited < 20; waited += 1) await rig.live.world.pass(1);
  const answer = await asked;
  expect(rig.log.slice(said), `${method} ${path.slice(0, 200)} ${body?.slice(0, 500)}`).toEqual([]);
  expect(answer.status).not.toBe(500);
  if (answer.status >= 400) {
    expect(answer.text.length).toBeLessThan(20_000 + 100 * (path.length + (body?.length ?? 0)));
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.detail).toMatch(/^[^\p{Cc}]+$/u);
    expect(answer.body.detail).not.toMatch(/\[object|undefined|Invalid input/);
  }
}

const idOf = (path: string, id: string): string => path.replace(/\{\w+\}/g, () => id);
const atRandom = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

test('whatever a body says, it is carried out or refused by naming what is wrong', async () => {
  await fc.assert(
    fc.asyncProperty(
      idsOf(WRITES),
      fc.oneof(spoiled(BODY).map(asText), nasty.map(asText), spoiledText(asText(BODY), ',')),
      async (name, body) => {
        const route = routeOf(name);
        if (route.path.endsWith('/flatten') && /"yes":true/.test(body)) return;
        await ask(route.method.toUpperCase(), idOf(route.path, '1'), body);
      },
    ),
    tries(120),
  );
});

test('whatever stands in a path or a query', async () => {
  const texts = fc.oneof(
    atRandom(NASTY.filter((value) => typeof value === 'string').map((text) => text.slice(0, 3_000))),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const encoded = texts.map((text) => encodeURIComponent(wellFormed(text)));
  const raw = atRandom(['%', '%zz', '%00', '%ff', '..', '.', '%2f..%2f', '1;x', '1?1', '__proto__', ' ']);
  const keys = fc.oneof(
    atRandom(['closed', 'limit', 'status', 'day', 'since', 'open', 'position', 'from', 'to', 'quantity']),
    encoded,
    raw,
  );
  await fc.assert(
    fc.asyncProperty(
      idsOf(ROUTES.filter(({ method }) => method === 'get')),
      fc.oneof(fc.constant('1'), encoded, raw),
      fc.array(fc.tuple(keys, fc.oneof(encoded, raw)), { maxLength: 3 }),
      async (name, id, query) => {
        const search = query.map(([key, value]) => `${key}=${value}`).join('&');
        await ask('GET', `${idOf(routeOf(name).path, id)}${search === '' ? '' : `?${search}`}`);
      },
    ),
    tries(120),
  );
});

describe('what is too much is refused early and in a few words', () => {
  const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join(',')}}`;
  const BODIES: [string, string][] = [
    ['10 MB', `{"market":"${'x'.repeat(10_000_000)}"}`],
    ['deep lists', '['.repeat(60_000)],
    ['deep lists, closed', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['deep mappings', '{"a":'.repeat(12_000)],
    ['deep settings', `{"settings":${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}}`],
    ['many keys', keys(5_000)],
    ['many settings', `{"settings":${keys(5_000)}}`],
    ['one long key', `{"${'k'.repeat(60_000)}":1}`],
    ['the prototype', '{"__proto__":{"yes":true},"constructor":{"prototype":{"yes":true}}}'],
    ['no UTF-8 of JSON', '{"market":"\ud800"}'],
  ];
  test.each(BODIES)('%s', async (_, body) => {
    for (const { method, path } of WRITES) await ask(method.toUpperCase(), idOf(path, '1'), body);
    expect(({} as { yes?: boolean }).yes).toBeUndefined();
  });

  test('a thousand values, none of which can be read', async () => {
    const many = JSON.stringify(Array.from({ length: 1_000 }, (_, i) => ({ [`k${i}`]: 1 })));
    const answer = await rig.ask('PUT', '/api/v1/model', { body: many });
    expect(answer.status).toBe(422);
    expect(answer.body.refused).toHaveLength(1_000);
    expect(answer.text.length).toBeLessThan(many.length * 50);
  });

  test('a body that is said to be short', async () => {
    const headers = { ...TRUSTED, 'content-length': '2' };
    const answer = await rig.ask('POST', '/api/v1/positions', { body: 'x'.repeat(100_000), headers });
    expect(answer.status).toBe(413);
  });
});

test('after all of that, it still answers', async () => {
  expect((await rig.ask('GET', '/api/v1/positions')).status).toBe(200);
  expect(rig.live.world.end).toBeNull();
  expect(rig.live.world.kinds().filter((kind) => kind.endsWith('.restarted'))).toEqual([]);
});
