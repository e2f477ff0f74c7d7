import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { assignVersions, methodsOf } from '../../src/services/config/methods.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { StoreOperations } from '../../src/services/stored/store-operations.ts';
import { MemoryPaperStore } from '../../src/services/venues/paper/memory-paper-store.ts';
import { aNewPosition, NOON } from '../support/domain-builders.ts';

const WORD = { by: 'alice', reason: 'earnings' };
const config = loadConfig({ env: {} });
let store: MemoryStore;
let operations: StoreOperations;

beforeEach(async () => {
  store = new MemoryStore({ now: () => NOON, instance: 'alone' });
  const lease = await store.acquireLease('test', 1_000);
  if (!('epoch' in lease)) throw new Error('the lease is taken');
  const [method] = assignVersions(methodsOf(config), []);
  await store.commit(lease.epoch, [
    { kind: 'method', method: method! },
    { kind: 'position', position: aNewPosition({ id: '1' }), evaluation: null },
  ]);
  await store.releaseLease(lease.epoch);
  operations = new StoreOperations({
    ...{ config, store, ids: { next: () => 'n1' } },
    paper: new MemoryPaperStore() as never,
    now: () => NOON,
    close: async () => {},
  });
});

describe('while no daemon runs', () => {
  test('a position gets settings of its own: method, row and journal in one transaction', async () => {
    const wish = { ...WORD, method: null, settings: { stop_loss: '-0.08' } };
    expect(await operations.methods.set('1', wish)).toMatchObject({
      from: 'default@1',
      to: 'default~1@1',
      settings: [{ path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.08' }],
      position: { method: 'default~1', method_version: 1 },
    });
    expect((await store.position('1'))!.position).toMatchObject({ method: 'default~1', methodVersion: 1 });
    expect((await store.method('default~1', 1))!.conditions.stop_loss.stop).toBe(80_000);
    expect(await store.decisions({ limit: 1 })).toMatchObject([
      {
        kind: 'method.changed',
        positionId: '1',
        data: { by: 'alice', reason: 'earnings', from: 'default@1' },
      },
    ]);
  });

  test('a method that was never stored is stored with the position that gets it', async () => {
    await operations.methods.set('1', { ...WORD, method: 'nfl', settings: {} });
    expect(await store.method('nfl', 1)).toMatchObject({ name: 'nfl', version: 1 });
  });

  test('a hold and a release say who and why', async () => {
    await operations.hold('1', { ...WORD, cancel: false });
    await operations.release('1', { by: 'bob', reason: null });
    expect((await store.decisions({ limit: 2 })).map(({ summary, data }) => ({ summary, data }))).toEqual([
      { summary: 'by alice: earnings', data: WORD },
      { summary: 'by bob', data: { by: 'bob', reason: null } },
    ]);
  });

  test('nothing is previewed and no prices are kept', async () => {
    const refusal = { code: 'unavailable', message: expect.stringContaining('no daemon is running') };
    await expect(operations.previewExit()).rejects.toMatchObject(refusal);
    await expect(operations.prices()).rejects.toMatchObject(refusal);
  });

  test.each([
    ['what it has already', { stop_loss: '0.15' }, 'conflict'],
    ['a setting that is none', { stop_los: '0.15' }, 'invalid'],
  ])('%s is refused, and the lease is free again', async (_, settings, code) => {
    await expect(operations.methods.set('1', { ...WORD, method: null, settings })).rejects.toMatchObject({
      code,
    });
    expect(await store.acquireLease('next', 1_000)).toHaveProperty('epoch');
  });

  test('a reload is for a daemon', async () => {
    await expect(operations.methods.reload()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('no daemon is running'),
    });
  });
});
