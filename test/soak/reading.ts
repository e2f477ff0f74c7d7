/** What the daemon holds at one time, as its own process and its metrics say. */
import { readFileSync } from 'node:fs';
import type { DaemonProcess } from '../support/daemon-process.ts';
import { parseExposition } from '../support/exposition.ts';
import { until } from './until.ts';

export interface Reading {
  /** Paper minutes since the warm-up. */
  minute: number;
  /** Bytes that the process has in memory. */
  resident: number;
  /** Bytes of the main thread's heap, once garbage was collected. */
  heap: number;
  /** Bytes that the main thread's heap stands for beside it: buffers. */
  external: number;
  /** The same of the embedded database's thread; its buffers are the database's own memory. */
  databaseHeap: number;
  databaseExternal: number;
  timers: number;
  /** What keeps the main thread's event loop alive beside timers, by kind. */
  handles: Record<string, number>;
  positions: number;
  /** Since the start of the daemon. */
  closed: number;
  exitsEnded: number;
  decisions: number;
  evaluations: number;
}

/** A line of probe.js. */
interface Probed {
  number: number;
  thread: 'main' | 'database';
  rss: number;
  heapUsed: number;
  external: number;
  resources: Record<string, number>;
}

const ANSWER_WITHIN_MS = 120_000;

export class Readings {
  readonly #daemon: DaemonProcess;
  readonly #file: string;
  #taken = 0;

  /** `file`: where probe.js writes. */
  constructor(daemon: DaemonProcess, file: string) {
    this.#daemon = daemon;
    this.#file = file;
  }

  async take(minute: number): Promise<Reading> {
    this.#taken += 1;
    this.#daemon.signal('SIGUSR2');
    await until('what the daemon holds was not told', ANSWER_WITHIN_MS, () => this.#told().length === 2);
    const of = (thread: Probed['thread']) => this.#told().find((probed) => probed.thread === thread)!;
    const { rss, heapUsed, external, resources } = of('main');
    const database = of('database');
    const { Timeout = 0, ...handles } = resources;
    return {
      minute,
      resident: rss,
      heap: heapUsed,
      external,
      databaseHeap: database.heapUsed,
      databaseExternal: database.external,
      timers: Timeout,
      handles,
      ...(await this.#counts()),
    };
  }

  #told(): Probed[] {
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Probed)
      .filter(({ number }) => number === this.#taken);
  }

  async #counts() {
    const ask = async () => (await fetch(`${await this.#daemon.ready}/metrics`)).text();
    // A connection may have grown too old while garbage was collected.
    const families = parseExposition(await ask().catch(ask));
    const sum = (name: string): number => {
      const family = families.get(name);
      if (!family) throw new Error(`the daemon has no metric ${name}`);
      return family.samples.reduce((total, { value }) => total + value, 0);
    };
    return {
      positions: sum('postern_positions'),
      closed: sum('postern_positions_closed_total'),
      exitsEnded: sum('postern_exits_ended_total'),
      decisions: sum('postern_exits_triggered_total'),
      evaluations: sum('postern_evaluations_total'),
    };
  }
}

export const handleCount = ({ handles }: Pick<Reading, 'handles'>): number =>
  Object.values(handles).reduce((sum, count) => sum + count, 0);
