import type { Phase } from '../../domain/position.ts';

/** What the daemon says of itself under /status. */
export interface DaemonStatus {
  instance: string;
  pid: number;
  started_at: string;
  uptime_seconds: number;
  venue: string;
  mode: 'poll' | 'stream';
  /** Paper time may run ahead of real time, `speed` times as fast. */
  clock: { now: string; speed: number };
  /** Open positions by state. */
  positions: Partial<Record<Phase, number>>;
  alerts: { open: number; critical: number };
  lease: { owner: string; epoch: number; valid: boolean };
  /** Calls for market data in the last minute of the daemon's clock. */
  budget: { used: number; limit: number };
  ready: boolean;
  stopping: boolean;
}

/** Whether the process can still decide; each reason why not is a sentence. */
export interface Health {
  alive: boolean;
  reasons: string[];
}

/** Whether it can work; each reason why not is a sentence. */
export interface Readiness {
  ready: boolean;
  lease: boolean;
  store: boolean;
  account: boolean;
  feed: boolean;
  reasons: string[];
}

const MINUTE_MS = 60_000;

/** Counts calls within the last minute. */
export class CallTally {
  #times: number[] = [];
  #lastAt = Number.NEGATIVE_INFINITY;

  add(at: number): void {
    this.#forget(at);
    this.#times.push(at);
    this.#lastAt = at;
  }

  /** When the last one was made (ms); −∞: none was. */
  get lastAt(): number {
    return this.#lastAt;
  }

  count(at: number): number {
    this.#forget(at);
    return this.#times.length;
  }

  #forget(at: number): void {
    const keep = this.#times.findIndex((time) => time > at - MINUTE_MS);
    this.#times = keep === -1 ? [] : this.#times.slice(keep);
  }
}
