import { afterEach, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../src/services/clock.ts';

afterEach(() => vi.useRealTimers());

const NOON = Date.UTC(2026, 10, 23, 12);

it('a wall clock that is set back does not prolong a wait', () => {
  vi.useFakeTimers({ now: NOON });
  const fired = vi.fn();
  createSystemClock().setTimeout(fired, 30_000);
  vi.setSystemTime(NOON - 3_600_000);
  vi.advanceTimersByTime(29_999);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledOnce();
});

it('a machine that slept is not waited for again', () => {
  vi.useFakeTimers({ now: NOON });
  const fired = vi.fn();
  const longest = 2 ** 31 - 1;
  createSystemClock().setTimeout(fired, longest + 60_000);
  vi.setSystemTime(NOON + longest + 60_000);
  vi.advanceTimersByTime(longest);
  expect(fired).toHaveBeenCalledOnce();
});

it('paper time runs as fast as it is told to', () => {
  vi.useFakeTimers({ now: NOON });
  const clock = createSystemClock({ speed: 10, origin: 5_000 });
  const fired = vi.fn();
  clock.setTimeout(fired, 30_000);
  vi.advanceTimersByTime(2_999);
  expect([fired.mock.calls.length, clock.now()]).toEqual([0, 5_000 + 29_990]);
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledOnce();
});
