import { afterEach, describe, expect, test } from 'vitest';
import { LiveRig } from '../support/live-rig.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import type { WorldOptions } from '../support/world.ts';

const WORD = { by: 'alice', reason: 'earnings' };
let rig: LiveRig;
const open = async (text = 'log: {}\n', options: WorldOptions = { positions: [{}] }): Promise<LiveRig> => {
  rig = await LiveRig.open(text, options);
  return rig;
};
afterEach(() => rig.close());

const set = (settings: Record<string, string>, method: string | null = null) =>
  rig.operations.methods.set('1', { ...WORD, method, settings });

describe('the methods', () => {
  test('are listed with who has which version', async () => {
    await open('log: {}\n', { positions: [{}, { market: 'GAME-B' }] });
    await set({ stop_loss: '-0.08' });
    const views = await rig.operations.methods.list();
    expect(views.map(({ name, open: held, position }) => ({ name, held, position }))).toEqual([
      { name: 'default', held: [{ version: 1, positions: 1 }], position: null },
      { name: 'nfl', held: [], position: null },
      { name: 'nba', held: [], position: null },
      { name: 'tennis', held: [], position: null },
      { name: 'default~1', held: [{ version: 1, positions: 1 }], position: '1' },
    ]);
  });

  test('one is shown as the configuration would say it', async () => {
    await open();
    expect(await rig.operations.methods.show('nfl')).toMatchObject({
      name: 'nfl',
      version: 1,
      latest: 1,
      open: [],
      settings: { exit_conditions: { stop_loss: { stop: '0.15' } }, entry: { kelly_fraction: '0.25' } },
    });
    expect((await rig.operations.methods.show('default@1')).open).toEqual(['1']);
  });

  test('two are compared, entries included', async () => {
    await open();
    expect(await rig.operations.methods.diff('nfl', 'nba@1')).toEqual({
      from: 'nfl@1',
      to: 'nba@1',
      settings: [{ path: 'entry.kelly_fraction', from: '0.25', to: '0.22' }],
    });
  });

  test.each([
    ['nfll', 'not_found', 'method: "nfll" is not allowed (did you mean nfl?)'],
    ['nfl@7', 'not_found', 'method: there is no nfl@7: nfl has version 1 alone'],
    ['nfl@x', 'invalid', 'is not like nfl or nfl@2'],
  ])('%s is refused with what there is', async (reference, code, words) => {
    await open();
    await expect(rig.operations.methods.show(reference)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });
});

describe('a position', () => {
  test('gets settings of its own, under versions of its own', async () => {
    await open();
    expect(await set({ stop_loss: '-0.08' })).toMatchObject({
      from: 'default@1',
      to: 'default~1@1',
      settings: [{ path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.08' }],
      position: { method: 'default~1', method_version: 1 },
    });
    expect(await set({ 'trailing_stop.activation': '0.12' })).toMatchObject({
      from: 'default~1@1',
      to: 'default~1@2',
      settings: [{ path: 'trailing_stop.activation', from: '0.1', to: '0.12' }],
    });
    expect((await rig.world.file()).position).toMatchObject({ method: 'default~1', methodVersion: 2 });
    expect((await rig.world.store.method('default~1', 2))?.conditions.stop_loss.stop).toBe(80_000);
    expect(rig.journal('method.changed').map(({ data }) => data)).toMatchObject([
      { by: 'alice', reason: 'earnings', from: 'default@1', to: 'default~1@1' },
      { from: 'default~1@1', to: 'default~1@2' },
    ]);
  });

  test('moves to another method, and back from its own', async () => {
    await open('methods: {nfl: {exit_conditions: {stop_loss: {stop: 0.10}}}}\n');
    expect(await set({}, 'nfl')).toMatchObject({ from: 'default@1', to: 'nfl@1' });
    expect(await set({ profit_target: '0.3' }, 'nfl@1')).toMatchObject({ to: 'nfl~1@1' });
    expect(await set({}, 'default')).toMatchObject({ from: 'nfl~1@1', to: 'default@1' });
    expect(rig.world.position().method).toBe('default');
  });

  test('two changes at once both count', async () => {
    await open();
    const [one, two] = await Promise.all([set({ stop_loss: '0.08' }), set({ close_before: '600' })]);
    expect([one.to, two.to]).toEqual(['default~1@1', 'default~1@2']);
    expect((await rig.world.store.method('default~1', 2))?.conditions).toMatchObject({
      stop_loss: { stop: 80_000 },
      time_based_urgent: { withinMs: 600_000 },
    });
  });

  test.each<[string, Record<string, string>, string | null, string, string]>([
    [
      'what it has already',
      { stop_loss: '0.15' },
      null,
      'conflict',
      'position 1 has that already, by default@1',
    ],
    ['its own method', {}, 'default', 'conflict', 'has that already'],
    ['a setting that is none', { stop_los: '0.1' }, null, 'invalid', 'the nearest known key is "stop_loss"'],
    ['a value that is none', { stop_loss: '2' }, null, 'invalid', 'must be a fraction above 0 and below 1'],
    ['a method that is none', {}, 'nbaa', 'invalid', 'did you mean nba?'],
  ])('is not given %s', async (_, settings, method, code, words) => {
    await open();
    await expect(set(settings, method)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
    expect(rig.journal('method.changed')).toEqual([]);
  });

  test('is not given the own method of another', async () => {
    await open('log: {}\n', { positions: [{}, { market: 'GAME-B' }] });
    await set({ stop_loss: '0.08' });
    const wish = { ...WORD, method: 'default~1', settings: {} };
    await expect(rig.operations.methods.set('2', wish)).rejects.toMatchObject({
      code: 'invalid',
      message: "method: default~1 is position 1's own",
    });
  });
});

describe('a reload', () => {
  const reload = () => rig.operations.methods.reload(WORD);

  test('gives new positions new versions, and open ones keep theirs', async () => {
    await open();
    rig.write('exit_conditions: {stop_loss: {stop: 0.12}}\nmethods: {golf: {}}\nlog: {level: debug}\n');
    expect(await reload()).toEqual({
      changed: [
        { path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.12' },
        { path: 'log.level', from: 'info', to: 'debug' },
      ],
      needs_restart: [],
      methods: [
        { name: 'default', from: 1, to: 2 },
        { name: 'nfl', from: 1, to: 2 },
        { name: 'nba', from: 1, to: 2 },
        { name: 'tennis', from: 1, to: 2 },
        { name: 'golf', from: null, to: 1 },
      ],
    });
    expect(rig.levels).toEqual(['debug']);
    expect(rig.world.position()).toMatchObject({ method: 'default', methodVersion: 1 });
    rig.world.venue.show('GAME-B', 5000, 5100);
    const lot = { market: 'GAME-B', side: 'yes', quantity: 1_000, entryPrice: 5_000 } as const;
    const wish = { ...lot, confidence: null, modelProbability: null, openedAt: null };
    expect(await rig.operations.track({ ...wish, method: null })).toMatchObject({
      method: 'default',
      method_version: 2,
    });
    expect(rig.journal('config.reloaded')).toMatchObject([
      {
        summary: expect.stringContaining('exit_conditions.stop_loss.stop 0.15 → 0.12'),
        data: { by: 'alice', reason: 'earnings' },
      },
    ]);
  });

  test('changes what entries and breakers read, but for the time zone of the day', async () => {
    await open();
    rig.write(
      'entry: {enabled: true, min_edge: 0.07}\nrebalance: {cool_down_seconds: 60}\n' +
        'circuit_breakers: {trading_day_time_zone: UTC, daily_loss: {limit: 300}}\n',
    );
    expect(await reload()).toMatchObject({
      needs_restart: [
        { path: 'circuit_breakers.trading_day_time_zone', from: 'America/New_York', to: 'UTC' },
      ],
      methods: [],
    });
    expect(rig.rules.config.settings()).toMatchObject({
      entry: { enabled: true, minEdge: 70_000 },
      rebalance: { coolDownMs: 60_000 },
      circuitBreakers: { tradingDayTimeZone: 'America/New_York', dailyLoss: { limit: 300_000_000 } },
      methodEntries: { default: { minEdge: 70_000 }, nfl: { minEdge: 70_000, kellyFraction: 250_000 } },
    });
  });

  test('names what needs a restart each time, with what counts until then', async () => {
    await open('server: {port: 7000}\n');
    rig.write('server: {port: 7001}\nmonitoring: {normal_frequency: 60, max_quote_age_seconds: 12}\n');
    const needsRestart = [
      { path: 'monitoring.normal_frequency', from: '30', to: '60' },
      { path: 'monitoring.max_quote_age_seconds', from: '15', to: '12' },
      { path: 'server.port', from: '7000', to: '7001' },
    ];
    const first = await reload();
    expect(first.needs_restart).toEqual(needsRestart);
    expect(first.changed).toEqual([needsRestart[1]]);
    expect(await reload()).toEqual({
      changed: [],
      needs_restart: [needsRestart[0], needsRestart[2]],
      methods: [],
    });
  });

  test('of what has not changed says so and writes nothing', async () => {
    await open();
    expect(await reload()).toEqual({ changed: [], needs_restart: [], methods: [] });
    expect(rig.journal('config.reloaded')).toEqual([]);
  });

  test('of what is wrong changes nothing and says all of it', async () => {
    await open();
    rig.write('exit_conditions: {stop_loss: {stop: 2}}\nserver: {prot: 1}\n');
    await expect(reload()).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/2 problems:.*stop_loss\.stop: "2".*server\.prot: unknown key/s),
    });
    expect(rig.rules.config.config.exitConditions.stop_loss.stop).toBe(150_000);
    expect(rig.journal('config.reloaded')).toEqual([]);
  });

  test('a version that is there again is a new one', async () => {
    await open();
    rig.write('exit_conditions: {stop_loss: {stop: 0.12}}\n');
    await reload();
    rig.write('log: {}\n');
    expect((await reload()).methods[0]).toEqual({ name: 'default', from: 2, to: 3 });
    expect((await set({}, 'default@2')).settings).toEqual([
      { path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.12' },
    ]);
  });

  test('a version that the database lacks yet, being out of order, is not given twice', async () => {
    await open('log: {}\n', { positions: [{}], disk: new MemoryJournal() });
    rig.world.outage = 'refuses';
    const given: string[] = [];
    for (const stop of ['0.12', '0.11', '0.10']) {
      rig.write(`exit_conditions: {stop_loss: {stop: ${stop}}}\n`);
      const reloaded = reload();
      await rig.world.pass(20);
      given.push(
        ...(await reloaded).methods.filter(({ name }) => name === 'default').map(({ to }) => `${to}`),
      );
    }
    expect(given).toEqual(['2', '3', '4']);
    rig.world.outage = null;
    await rig.world.pass(20);
    expect((await rig.world.store.method('default', 3))?.conditions.stop_loss.stop).toBe(110_000);
  });

  test('the password of a database is never shown', async () => {
    await open();
    rig.write('database: {url: "postgres://me@host/postern"}\n');
    expect((await reload()).needs_restart).toEqual([{ path: 'database.url', from: null, to: '(not shown)' }]);
  });
});
