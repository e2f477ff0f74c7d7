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

/** What follows a crash at `at`, given the times of earlier crashes (ms): restart with backoff, or quarantine. */
export function decideRestart(earlier: readonly number[], at: number, policy: SupervisionPolicy): RestartDecision {
  const crashes = [...earlier.filter((t) => at - t < policy.windowMs), at];
  if (crashes.length > policy.maxCrashes) return { kind: 'quarantine', afterMs: policy.quarantineRetryMs, crashes };
  const { backoffMs } = policy;
  return { kind: 'restart', afterMs: backoffMs[Math.min(crashes.length, backoffMs.length) - 1] ?? 0, crashes };
}
