import { describe, expect, it } from 'vitest';
import { Lease } from '../../src/actors/ledger/lease.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { NOON, SECOND } from '../support/domain-builders.ts';

const TTL = 15 * SECOND;

/** A lease whose store goes out of order or loses it when the test says so. */
async function taken(exclusive: boolean) {
  const clock = new VirtualClock(NOON);
  const memory = new MemoryStore({ now: () => clock.now(), instance: 'lease' });
  const said: string[] = [];
  const state = { fails: false, hangs: false };
  const store = {
    acquireLease: memory.acquireLease.bind(memory),
    releaseLease: memory.releaseLease.bind(memory),
    renewLease: async (epoch: number, ttlMs: number) => {
      if (state.fails) throw new Error('connection refused');
      if (state.hangs) return new Promise<boolean>(() => {});
      return memory.renewLease(epoch, ttlMs);
    },
  } as unknown as MemoryStore;
  const lease = await Lease.take({
    ...{ store, clock, owner: 'us', ttlMs: TTL, exclusive },
    lost: (reason) => said.push(reason),
  });
  if (!(lease instanceof Lease)) throw new Error('taken');
  const pass = async (seconds: number): Promise<void> => {
    const until = clock.now() + seconds * SECOND;
    while (clock.fireNext(until)) await new Promise((resolve) => setImmediate(resolve));
    clock.moveTo(until);
  };
  return { lease, memory, state, said, pass };
}

describe('a lease whose store can’t renew it', () => {
  it('of a server ends with its time', async () => {
    const { lease, state, said, pass } = await taken(false);
    state.fails = true;
    await pass(14.999);
    expect(lease.isValid).toBe(true);
    await pass(0.001);
    expect(lease.isValid).toBe(false);
    expect(said).toEqual(['the lease could not be renewed in its time']);
  });

  it('of an embedded database goes on, and is renewed when that answers again', async () => {
    const { lease, state, said, pass } = await taken(true);
    state.fails = true;
    await pass(3_600);
    expect({ valid: lease.isValid, said }).toEqual({ valid: true, said: [] });
    state.fails = false;
    await pass(5);
    state.fails = true;
    expect(lease.isValid).toBe(true);
  });
});

describe('a lease whose store never answers', () => {
  it('of a server ends with its time, and says so a third of its life later at most', async () => {
    const { lease, state, said, pass } = await taken(false);
    state.hangs = true;
    await pass(15);
    expect(lease.isValid).toBe(false);
    await pass(5);
    expect({ valid: lease.isValid, said }).toEqual({
      valid: false,
      said: ['the lease could not be renewed in its time'],
    });
  });

  it('of an embedded database is renewed when that answers again', async () => {
    const { lease, memory, state, said, pass } = await taken(true);
    state.hangs = true;
    await pass(3_600);
    state.hangs = false;
    await pass(10);
    expect({ valid: lease.isValid, said }).toEqual({ valid: true, said: [] });
    expect(await memory.acquireLease('them', TTL)).toMatchObject({ owner: 'us' });
  });
});

describe('a lease that is another’s', () => {
  it.each([false, true])('ends at once, exclusive: %s', async (exclusive) => {
    const { lease, memory, said, pass } = await taken(exclusive);
    await memory.releaseLease(lease.epoch);
    await memory.acquireLease('them', TTL);
    await pass(5);
    expect({ valid: lease.isValid, said }).toEqual({
      valid: false,
      said: ['another daemon has taken the lease'],
    });
  });
});
