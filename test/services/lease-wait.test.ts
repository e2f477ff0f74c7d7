import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freeDeadLease, waitForLease } from '../../src/services/startup/lease-wait.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';

const TTL_MS = 15_000;
let store: MemoryStore;

beforeEach(() => {
  vi.useFakeTimers();
  store = new MemoryStore({ now: () => performance.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (isCalledOff?: () => boolean) =>
  waitForLease(() => store.acquireLease('me', TTL_MS), isCalledOff);

describe('waiting for the lease', () => {
  test('takes a free one at once', async () => {
    expect(await wait()).toEqual({ epoch: 1 });
  });

  test('waits until one that nobody renews has expired', async () => {
    await store.acquireLease('dead', TTL_MS);
    const taken = wait();
    await vi.advanceTimersByTimeAsync(TTL_MS + 500);
    expect(await taken).toEqual({ epoch: 2 });
  });

  test('names an owner that renews it, as soon as it does', async () => {
    const other = (await store.acquireLease('host:42:beef', TTL_MS)) as { epoch: number };
    const refused = expect(wait()).rejects.toThrow(
      'another daemon (host:42:beef) holds the lease on this database',
    );
    await vi.advanceTimersByTimeAsync(5_000);
    await store.renewLease(other.epoch, TTL_MS);
    await vi.advanceTimersByTimeAsync(500);
    await refused;
  });

  test('ends when it is called off', async () => {
    await store.acquireLease('dead', TTL_MS);
    let isCalledOff = false;
    const given = wait(() => isCalledOff);
    await vi.advanceTimersByTimeAsync(1_000);
    isCalledOff = true;
    await vi.advanceTimersByTimeAsync(500);
    expect(await given).toBeNull();
  });
});

test('the lease of a dead owner is freed at once, and its epoch fenced off', async () => {
  const dead = (await store.acquireLease('dead', TTL_MS)) as { epoch: number };
  await freeDeadLease(store);
  expect(await store.renewLease(dead.epoch, TTL_MS)).toBe(false);
  await expect(store.commit(dead.epoch, [])).rejects.toThrow();
  expect(await wait()).toMatchObject({ epoch: expect.any(Number) });
});
