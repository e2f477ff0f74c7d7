import { afterEach, describe, expect, test } from 'vitest';
import type { ModelWord } from '../../src/services/operations/account-operations.ts';
import { NOON, SECOND } from '../support/domain-builders.ts';
import { LiveRig } from '../support/live-rig.ts';
import type { WorldOptions } from '../support/world.ts';

const WORD = { by: 'alice', reason: 'enough' };
const NOW = NOON + 31 * SECOND;
let rig: LiveRig;
const open = async (options: WorldOptions = { positions: [{}] }, text = 'log: {}\n'): Promise<LiveRig> => {
  rig = await LiveRig.open(text, options);
  return rig;
};
afterEach(() => rig.close());

const aWord = (word: Partial<ModelWord> = {}): ModelWord => ({
  market: 'GAME-A',
  side: 'yes',
  probability: 620_000,
  at: null,
  confidence: null,
  method: null,
  source: null,
  ...word,
});

describe("a model's word", () => {
  test('is taken, or refused with a reason, each for itself', async () => {
    await open();
    const { account } = rig.operations;
    expect(
      await account.say([
        aWord(),
        aWord({ market: 'GAME-B', probability: 1_500_000 }),
        aWord({ market: 'GAME-C', at: NOW - 3_600 * SECOND }),
        aWord({ market: 'GAME-D', method: 'nope' }),
        aWord({ market: 'GAME-E', side: 'no', method: 'nfl', source: 'elo' }),
      ]),
    ).toEqual({
      accepted: [
        { index: 0, market: 'GAME-A' },
        { index: 4, market: 'GAME-E' },
      ],
      refused: [
        { index: 1, reason: 'out_of_range', text: 'the probability 1.500000 is not between 0 and 1' },
        { index: 2, reason: 'too_old', text: expect.stringContaining('3600000 ms old') },
        { index: 3, reason: 'unknown_method', text: expect.stringContaining('there is no method "nope"') },
      ],
    });
    expect(rig.world.position().modelProbability).toBe(620_000);
    expect(await account.model()).toEqual([
      {
        ...{ market: 'GAME-A', side: 'yes', probability: '0.620000', at: new Date(NOW).toISOString() },
        ...{ age_seconds: 0, confidence: null, method: null, source: 'api' },
      },
      expect.objectContaining({ market: 'GAME-E', side: 'no', method: 'nfl', source: 'elo' }),
    ]);
  });

  test('said twice is taken once', async () => {
    await open();
    await rig.operations.account.say([aWord({ at: NOW })]);
    expect((await rig.operations.account.say([aWord({ at: NOW })])).refused).toMatchObject([
      { index: 0, reason: 'duplicate' },
    ]);
  });
});

describe('entries', () => {
  test('are paused and resumed, with who and why', async () => {
    await open();
    const { account } = rig.operations;
    const filter = { status: null, limit: 10 };
    expect(await account.entries(filter)).toEqual({ enabled: false, paused: null, edges: [] });
    await account.pauseEntries(WORD);
    expect((await account.entries(filter)).paused).toBe('entries are paused by alice: enough');
    await account.resumeEntries({ by: 'bob', reason: null });
    expect((await account.entries(filter)).paused).toBeNull();
    expect(
      [...rig.journal('entries.paused'), ...rig.journal('entries.resumed')].map((d) => d.summary),
    ).toEqual(['entries are paused by alice: enough', 'entries are resumed by bob: no reason given']);
  });
});

describe('the breakers', () => {
  test('are listed with their numbers', async () => {
    await open();
    expect((await rig.operations.account.breakers()).map(({ name, tripped }) => [name, tripped])).toEqual([
      ['daily_loss', false],
      ['api', false],
      ['database', false],
    ]);
  });

  test('one that is not tripped is not reset', async () => {
    await open();
    const wish = { ...WORD, limit: null, untilTomorrow: false };
    await expect(rig.operations.account.resetBreaker('database', wish)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('tripped'),
    });
  });
});

describe('flatten', () => {
  const LOTS: WorldOptions = {
    positions: [
      {},
      { market: 'GAME-B', side: 'no', quantity: 2_000, cost: 10_000_000 },
      { market: 'GAME-C' },
    ],
  };

  test('shows what it would sell, and sells nothing', async () => {
    await open(LOTS);
    expect(await rig.operations.account.previewFlatten()).toMatchObject({
      entries_paused: null,
      positions: [
        {
          id: '1',
          market: 'GAME-A',
          quantity: '100.00',
          bid: '0.5000',
          worth: '50.000000',
          result: 'would_sell',
        },
        { id: '2', side: 'no', quantity: '20.00', bid: '0.4900', worth: '9.800000' },
        { id: '3' },
      ],
    });
    expect(rig.world.position().exit).toBeNull();
  });

  test('pauses entries and exits everything, with who and why', async () => {
    await open(LOTS);
    const { entries_paused, positions } = await rig.operations.account.flatten({
      ...WORD,
      priority: 'CRITICAL',
    });
    expect(entries_paused).toBe(true);
    expect(positions.map(({ id, result, detail }) => [id, result, detail])).toEqual([
      ['1', 'selling', 'operator (CRITICAL)'],
      ['2', 'selling', 'operator (CRITICAL)'],
      ['3', 'selling', 'operator (CRITICAL)'],
    ]);
    expect(rig.world.position('2').exit).toMatchObject({ reason: 'operator', priority: 'CRITICAL' });
    expect(rig.journal('exit.triggered').map(({ data }) => data)).toMatchObject([WORD, WORD, WORD]);
  });

  test('leaves what sells already, and what is settled', async () => {
    await open(LOTS);
    await rig.operations.exit('1', { ...WORD, quantity: null, priority: 'CRITICAL' });
    await rig.operations.exit('2', { ...WORD, quantity: 500, priority: 'CRITICAL' });
    rig.world.venue.list('GAME-C', { status: 'closed' });
    await rig.world.pass(31);
    const { positions } = await rig.operations.account.flatten({ by: 'bob', reason: null, priority: 'HIGH' });
    expect(positions.map(({ id, result, detail }) => [id, result, detail])).toEqual([
      ['1', 'selling', 'operator (CRITICAL) works already'],
      ['2', 'selling', 'operator (HIGH)'],
      ['3', 'left', 'its market is closed: it awaits its settlement'],
    ]);
  });

  test('leaves an exit that a breaker is just about to take over', async () => {
    const big = { quantity: 500_000, cost: 2_500_000_000, entrySpread: 100 };
    await open({ positions: [big, { ...big, id: '2', market: 'GAME-B' }] });
    await rig.operations.exit('1', { ...WORD, quantity: null, priority: 'LOW' });
    await rig.world.pass(5);
    rig.world.venue.next.cancel.push(...Array(50).fill({ kind: 'unknown', reason: 'timeout' }));
    rig.world.venue.next.find.push(...Array(50).fill({ kind: 'unknown', reason: 'timeout' }));
    for (const market of ['GAME-A', 'GAME-B']) rig.world.venue.show(market, 4400, 4500);
    await rig.world.pass(45);
    expect(rig.world.position('1').exit).toMatchObject({
      priority: 'LOW',
      takenOverBy: { reason: 'circuit_breaker' },
    });
    const { positions } = await rig.operations.account.flatten({ ...WORD, priority: 'HIGH' });
    expect(positions.map(({ detail }) => detail)).toEqual([
      'circuit_breaker (CRITICAL) works already',
      'circuit_breaker (CRITICAL) works already',
    ]);
    expect(rig.world.position('1').exit?.takenOverBy).toMatchObject({ priority: 'CRITICAL' });
  });
});

describe("an operator's word", () => {
  test('is journaled with who and why, whatever it was', async () => {
    await open();
    const { operations } = rig;
    await operations.hold('1', { ...WORD, cancel: false });
    await operations.release('1', { by: 'bob', reason: null });
    await operations.exit('1', { ...WORD, quantity: 5_000, priority: 'LOW' });
    await operations.exit('1', { by: 'bob', reason: 'hurry', quantity: null, priority: 'CRITICAL' });
    expect(
      ['operator.hold', 'operator.release', 'operator.exit'].flatMap((kind) =>
        rig.journal(kind).map(({ summary, data }) => ({ summary, data })),
      ),
    ).toEqual([
      { summary: 'by alice: enough', data: WORD },
      { summary: 'by bob', data: { by: 'bob', reason: null } },
      {
        summary: 'operator (CRITICAL) replaces operator (LOW); by bob: hurry',
        data: { by: 'bob', reason: 'hurry' },
      },
    ]);
    expect(rig.journal('exit.triggered')[0]).toMatchObject({
      summary: expect.stringMatching(/^operator \(LOW\): sell a part, .*; by alice: enough$/),
      data: { by: 'alice', reason: 'enough' },
    });
  });
});
