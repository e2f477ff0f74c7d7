import { afterEach, describe, expect, test } from 'vitest';
import { createApp } from '../../../src/services/http/app.ts';
import { HttpAccount, HttpMethods } from '../../../src/services/http/client-subjects.ts';
import type { Log } from '../../../src/services/log/log.ts';
import { OperationError } from '../../../src/services/operations/operations.ts';
import type { Answer } from '../../support/daemon-process.ts';
import { LiveRig } from '../../support/live-rig.ts';

const TOKEN = 'a'.repeat(64);
const TRUSTED = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
const unused = () => {
  throw new Error('nobody asks for this');
};

let rig: LiveRig;
let ask: (method: string, path: string, body?: unknown, headers?: object) => Promise<Answer>;

const open = async (text = 'log: {}\n'): Promise<void> => {
  rig = await LiveRig.open(text, { positions: [{}] });
  const app = createApp({
    operations: rig.operations,
    access: { host: '127.0.0.1', port: 7717, token: TOKEN },
    status: unused,
    health: unused,
    readiness: unused,
    metrics: { contentType: 'text/plain', text: unused },
    records: {} as never,
    log: { error: unused } as unknown as Log,
  });
  ask = async (method, path, body, headers = TRUSTED) => {
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: { host: 'localhost:7717', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = await app.fetch(request);
    return { status: answer.status, body: await answer.json() };
  };
};
afterEach(() => rig.close());

describe("an operator's word", () => {
  test('carries who and why; whoever says no name is the api', async () => {
    await open();
    await ask('POST', '/api/v1/positions/1/hold', { by: 'alice', reason: 'lunch' });
    await ask('POST', '/api/v1/positions/1/release');
    expect(rig.journal('operator.hold')[0]!.data).toEqual({ by: 'alice', reason: 'lunch' });
    expect(rig.journal('operator.release')[0]!.data).toEqual({ by: 'api', reason: null });
  });

  test('a note is a reason', async () => {
    await open();
    expect(await ask('POST', '/api/v1/positions/1/hold', { note: 'lunch' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'note', message: expect.stringContaining('unknown key') }] },
    });
  });
});

describe('what changes something needs the token', () => {
  test.each([
    ['PUT', '/api/model'],
    ['PUT', '/api/v1/model'],
    ['POST', '/api/v1/reload'],
    ['POST', '/api/v1/positions/1/method'],
    ['POST', '/api/v1/entries/pause'],
    ['POST', '/api/v1/breakers/api/reset'],
    ['POST', '/api/v1/flatten'],
  ])('%s %s', async (method, path) => {
    await open();
    const { authorization: _, ...strange } = TRUSTED;
    expect((await ask(method, path, {}, strange)).status).toBe(401);
  });
});

describe('GET /api/v1/positions/{id}/exit', () => {
  test('says what the POST would do: HIGH and all that is left, unless asked otherwise', async () => {
    await open();
    const path = '/api/v1/positions/1/exit';
    const all = { quantity: null, priority: 'HIGH' } as const;
    expect((await ask('GET', path)).body).toEqual(await rig.operations.previewExit('1', all));
    expect((await ask('GET', `${path}?quantity=2.5&priority=LOW`)).body).toMatchObject({
      ...{ quantity: '2.50', priority: 'LOW', worth: '1.250000' },
    });
    expect((await ask('GET', `${path}?quantity=all`)).status).toBe(400);
    expect(rig.world.position().exit).toBeNull();
  });
});

describe('PUT /api/model', () => {
  const value = { market: 'GAME-A', side: 'yes', probability: '0.62' };

  test('takes one value, at both addresses, with decimals as texts or as numbers', async () => {
    await open();
    expect(await ask('PUT', '/api/model', value)).toEqual({
      status: 200,
      body: { accepted: [{ index: 0, market: 'GAME-A' }], refused: [] },
    });
    expect(
      (await ask('PUT', '/api/v1/model', { ...value, market: 'GAME-B', probability: 0.55 })).status,
    ).toBe(200);
    expect((await ask('GET', '/api/v1/model')).body).toMatchObject([
      { market: 'GAME-A', probability: '0.620000' },
      { market: 'GAME-B', probability: '0.550000' },
    ]);
  });

  test('of several takes what it can, and says of the others why not', async () => {
    await open();
    const values = [
      { ...value, side: 'maybe' },
      { ...value, market: 'GAME-B', confidence: null },
      'nothing',
      { ...value, market: 'GAME-C', probability: 0.1 + 0.2 },
      { ...value, market: 'GAME-D', probability: '1.2' },
      { ...value, market: 'GAME-E', at: 'noon' },
      { ...value, markt: 'x' },
    ];
    const { status, body } = await ask('PUT', '/api/v1/model', values);
    expect(status).toBe(200);
    expect(body.accepted).toEqual([{ index: 1, market: 'GAME-B' }]);
    expect(body.refused).toEqual([
      { index: 0, reason: 'invalid', text: 'side: "maybe" is not allowed: must be yes or no' },
      { index: 2, reason: 'invalid', text: '"nothing" is not allowed: must be a mapping' },
      {
        index: 3,
        reason: 'invalid',
        text: expect.stringMatching(/^probability: "0\.30000000000000004".*exact to 0\.000001$/),
      },
      { index: 4, reason: 'out_of_range', text: 'the probability 1.200000 is not between 0 and 1' },
      { index: 5, reason: 'invalid', text: expect.stringContaining('at: "noon"') },
      { index: 6, reason: 'invalid', text: 'markt: unknown key; the nearest known key is "market"' },
    ]);
  });

  test('with nothing that it can take answers 422', async () => {
    await open();
    expect(await ask('PUT', '/api/v1/model', { ...value, method: 'nope' })).toMatchObject({
      status: 422,
      body: { accepted: [], refused: [{ index: 0, reason: 'unknown_method' }] },
    });
  });

  test.each([
    ['no values', [], 400],
    ['too many', Array.from({ length: 1_001 }, () => value), 400],
    ['too much', Array.from({ length: 900 }, () => ({ ...value, source: 'x'.repeat(900) })), 413],
  ])('%s', async (_, values, status) => {
    await open();
    expect((await ask('PUT', '/api/v1/model', values)).status).toBe(status);
  });

  test('a thousand values go in', async () => {
    await open();
    const values = Array.from({ length: 1_000 }, (_, i) => ({
      ...value,
      market: `GAME-${i}`,
      source: 'x'.repeat(100),
    }));
    const { status, body } = await ask('PUT', '/api/v1/model', values);
    expect([status, body.accepted.length]).toEqual([200, 1_000]);
  });
});

describe('methods, over the client', () => {
  const client = () =>
    new HttpMethods(async (method, path, body) => {
      const answer = await ask(method, `/api/v1${path}`, body);
      if (answer.status >= 400) throw new OperationError(answer.body.code, answer.body.detail);
      return answer.body;
    });

  test('list, show, diff, set and reload say what the daemon says', async () => {
    await open();
    const { methods } = rig.operations;
    expect(await client().list()).toEqual(await methods.list());
    expect(await client().show('nfl@1')).toEqual(await methods.show('nfl@1'));
    expect(await client().diff('nfl', 'nba')).toEqual(await methods.diff('nfl', 'nba'));
    const wish = { by: 'alice', reason: 'x', method: 'nfl', settings: { stop_loss: '-0.08' } };
    expect(await client().set('1', wish)).toMatchObject({ from: 'default@1', to: 'nfl~1@1' });
    expect((await client().show('nfl~1')).open).toEqual(['1']);
    rig.write('entry: {min_edge: 0.09}\n');
    expect((await client().reload({ by: 'alice', reason: null })).changed).toEqual([
      { path: 'entry.min_edge', from: '0.05', to: '0.09' },
    ]);
  });

  test('what is wrong is said in a sentence', async () => {
    await open();
    const wish = { by: 'alice', reason: null, method: null, settings: { stop_los: '0.1' } };
    await expect(client().set('1', wish)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('the nearest known key is "stop_loss"'),
    });
    await expect(client().show('nope')).rejects.toMatchObject({ code: 'not_found' });
    expect(await ask('GET', '/api/v1/methods/diff?from=nfl')).toMatchObject({ status: 400 });
    expect(await ask('POST', '/api/v1/positions/1/method', { settings: [] })).toMatchObject({ status: 400 });
  });
});

describe('the account, over the client', () => {
  const client = () =>
    new HttpAccount(async (method, path, body) => (await ask(method, `/api/v1${path}`, body)).body);
  const word = { by: 'alice', reason: 'enough' };

  test('model, entries and breakers say what the daemon says', async () => {
    await open();
    const { account } = rig.operations;
    const said = { market: 'GAME-A', side: 'no' as const, probability: 400_000, at: rig.world.clock.now() };
    const rest = { confidence: 'high' as const, method: 'nfl', source: 'elo' };
    expect((await client().say([{ ...said, ...rest }])).accepted).toHaveLength(1);
    expect((await client().say([{ ...said, ...rest }])).refused).toMatchObject([{ reason: 'duplicate' }]);
    expect(await client().model()).toEqual(await account.model());
    await client().pauseEntries(word);
    const filter = { status: 'rejected' as const, limit: 3 };
    expect(await client().entries(filter)).toMatchObject({ paused: 'entries are paused by alice: enough' });
    await client().resumeEntries(word);
    expect(await client().entries(filter)).toEqual(await account.entries(filter));
    expect(await client().breakers()).toEqual(JSON.parse(JSON.stringify(await account.breakers())));
    expect(await client().previewFlatten()).toEqual(await account.previewFlatten());
    expect((await client().flatten({ ...word, priority: 'HIGH' })).positions).toMatchObject([
      { result: 'selling' },
    ]);
  });

  test.each<[string, string, string, unknown, number, string]>([
    [
      'an unknown breaker',
      'POST',
      '/api/v1/breakers/databse/reset',
      { reason: 'x' },
      404,
      'did you mean database?',
    ],
    ['a reset without its reason', 'POST', '/api/v1/breakers/api/reset', {}, 400, 'reason: is missing'],
    [
      'a limit and none',
      'POST',
      '/api/v1/breakers/daily_loss/reset',
      { reason: 'x', limit: '5', until_tomorrow: true },
      400,
      'leave one out',
    ],
    [
      'a reset of what is not tripped',
      'POST',
      '/api/v1/breakers/database/reset',
      { reason: 'x' },
      409,
      'tripped',
    ],
    ['flatten without a yes', 'POST', '/api/v1/flatten', {}, 400, 'yes: must be true'],
    [
      'flatten at leisure',
      'POST',
      '/api/v1/flatten',
      { yes: true, priority: 'LOW' },
      400,
      'must be CRITICAL or HIGH',
    ],
    ['a status that is none', 'GET', '/api/v1/entries?status=lost', undefined, 400, 'must be new, noted'],
    ['a number that is none', 'GET', '/api/v1/entries?limit=all', undefined, 400, 'must be a whole number'],
  ])('%s is refused', async (_, method, path, body, status, words) => {
    await open();
    expect(await ask(method, path, body)).toMatchObject({
      status,
      body: { detail: expect.stringContaining(words) },
    });
  });
});
