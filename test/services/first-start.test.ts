import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoreWrite } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { DEFAULT_CONFIG_FILE, parseConfig } from '../../src/services/config/load-config.ts';
import { loadMethods, storeMethods, trackConfigured } from '../../src/services/startup/first-start.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { openVenue } from '../../src/services/venues/open-venue.ts';
import { MemoryPaperStore } from '../../src/services/venues/paper/memory-paper-store.ts';
import { aPosition, NOON } from '../support/domain-builders.ts';

const OWN = `
venue:
  adopt: listed
  markets:
    - {market: A, start_price: 0.50, path: mean_reverting, spread: 0.02, levels: 3, size: 100}
    - {market: B, start_price: 0.50, path: mean_reverting, spread: 0.02, levels: 3, size: 100}
tracked:
  - {market: A, side: yes, quantity: 10, entry_price: 0.50}
  - {market: A, side: yes, quantity: 5.05, entry_price: 0.40, confidence: high}
  - {market: B, side: no, quantity: 7, entry_price: 0.30, method: nba}
`;
const DEFAULTS = { name: 'default.yaml', text: readFileSync(DEFAULT_CONFIG_FILE, 'utf8') };
const config = parseConfig([DEFAULTS, { name: 'own.yaml', text: OWN }], {});

const silence = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };

let store: MemoryStore;
let paper: MemoryPaperStore;
let crash: 'never' | 'before the adoption' | 'after the adoption';

beforeEach(() => {
  crash = 'never';
  const hasPositions = (writes: readonly StoreWrite[]) => writes.some(({ kind }) => kind === 'position');
  store = new MemoryStore({
    now: () => NOON,
    beforeCommit: (writes) => {
      if (crash === 'before the adoption' && hasPositions(writes)) throw new Error('crash');
    },
    afterCommit: (writes) => {
      if (crash === 'after the adoption' && hasPositions(writes)) throw new Error('crash');
    },
  });
  paper = new MemoryPaperStore();
});

/** One start of a daemon as far as this goes; each reads the paper account anew. */
async function start(): Promise<number> {
  const clock = new VirtualClock(NOON);
  const lease = (await store.acquireLease('tests', 60_000)) as { epoch: number };
  const { cover, venue } = await openVenue({
    config,
    clock,
    paper,
    startedAt: NOON,
    ownPrefix: 'ptest-',
    mayTrade: () => true,
    log: silence,
  });
  const methods = await storeMethods(config, store, lease.epoch);
  try {
    return await trackConfigured({ config, store, epoch: lease.epoch, clock, methods, cover });
  } finally {
    await venue.close();
  }
}

const adopted = async () =>
  (await store.positions({ closed: false })).map(({ id, quantity, cost, method, confidence }) => ({
    id,
    quantity,
    cost,
    method,
    confidence,
  }));
const held = async () => (await paper.load()).holdings;

const ALL = [
  { id: 't1', quantity: 1_000, cost: 5_000_000, method: 'default', confidence: 'medium' },
  { id: 't2', quantity: 505, cost: 2_020_000, method: 'default', confidence: 'high' },
  { id: 't3', quantity: 700, cost: 2_100_000, method: 'nba', confidence: 'medium' },
];
const HELD = [
  { market: 'A', side: 'yes', quantity: 1_505, cost: 7_020_000 },
  { market: 'B', side: 'no', quantity: 700, cost: 2_100_000 },
];

describe('the tracked positions of a first start', () => {
  test('are given to the account and adopted, once', async () => {
    expect(await start()).toBe(3);
    expect(await start()).toBe(0);
    expect(await adopted()).toEqual(ALL);
    expect(await held()).toEqual(HELD);
  });

  test.each(['before the adoption', 'after the adoption'] as const)(
    'are neither lost nor doubled by a crash %s',
    async (when) => {
      crash = when;
      await expect(start()).rejects.toThrow('crash');
      crash = 'never';
      await start();
      expect(await adopted()).toEqual(ALL);
      expect(await held()).toEqual(HELD);
    },
  );

  test('stand beside a position that was tracked by hand before', async () => {
    const lease = (await store.acquireLease('tests', 60_000)) as { epoch: number };
    const byHand = aPosition({ id: 'a1b2c3', market: 'A', quantity: 300, cost: 1_500_000 });
    await store.commit(lease.epoch, [{ kind: 'position', position: byHand, evaluation: null }]);
    await paper.save({ holdings: [{ market: 'A', side: 'yes', quantity: 300, cost: 1_500_000 }] });
    await start();
    expect((await held())[0]).toEqual({ market: 'A', side: 'yes', quantity: 1_805, cost: 8_520_000 });
  });
});

test('an old version of a method is loaded beside the latest ones, and one that is missing is a bug', async () => {
  const lease = (await store.acquireLease('tests', 60_000)) as { epoch: number };
  const latest = await storeMethods(config, store, lease.epoch);
  const changed = { ...config, partialExits: { ...config.partialExits, enabled: false } };
  const next = await storeMethods(changed, store, lease.epoch);
  expect(next.find(({ name }) => name === 'default')!.version).toBe(2);
  const all = await loadMethods([{ method: 'default', methodVersion: 1 }], next, store);
  expect(all).toEqual([...next, latest.find(({ name }) => name === 'default')]);
  await expect(loadMethods([{ method: 'default', methodVersion: 9 }], next, store)).rejects.toThrow(
    'no version 9 of the method default',
  );
});
