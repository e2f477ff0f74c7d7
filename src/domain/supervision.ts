/** The restart policy of SPEC section 10, in one pure function. */

export interface SupervisionPolicy {
  /** Waits before the first, second, … restart within the window (ms); the last one stays. */
  backoffMs: number[];
  /** More crashes than this within `windowMs` quarantine the monitor. */
  maxCrashes: number;
  windowMs: number;
  /** How often a quarantined monitor is tried again (ms). */
  quarantineRetryMs: number;
}

export interface RestartDecision {
  kind: 'restart' | 'quarantine';
  afterMs: number;
  /** The crash times that still count, this one included. */
  crashes: number[];
}

/**
 * What follows a crash at `at`, given the `crashes` of the decision before (ms): restart with backoff, or quarantine.
 * A monitor out of quarantine that does not last `windowMs` goes straight back into it.
 */
export function decideRestart(
  earlier: readonly number[],
  at: number,
  policy: SupervisionPolicy,
): RestartDecision {
  const { backoffMs, maxCrashes, windowMs, quarantineRetryMs } = policy;
  const wasQuarantined = earlier.length > maxCrashes;
  const onTrial = wasQuarantined && at - earlier.at(-1)! < quarantineRetryMs + windowMs;
  const counting = onTrial ? earlier.slice(-maxCrashes) : earlier.filter((t) => at - t < windowMs);
  const crashes = [...counting, at];
  if (crashes.length > maxCrashes) return { kind: 'quarantine', afterMs: quarantineRetryMs, crashes };
  return {
    kind: 'restart',
    afterMs: backoffMs[Math.min(crashes.length, backoffMs.length) - 1] ?? 0,
    crashes,
  };
}
