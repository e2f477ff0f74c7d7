/** The built daemon at work for long: positions that exit, and others that come in their place. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Progress } from '../../src/cli/progress.ts';
import type { DaemonStatus } from '../../src/services/http/status.ts';
import { type DaemonProcess, startDaemon } from '../support/daemon-process.ts';
import { compareBooks } from './books.ts';
import { configuration } from './configuration.ts';
import { Markets } from './markets.ts';
import { type Reading, Readings } from './reading.ts';

export interface SoakOptions {
  positions: number;
  speed: number;
  /** Paper minutes. */
  minutes: number;
  warmUpMinutes: number;
  everyMinutes: number;
  seed: number;
  /** Where a snapshot of the heap is kept of each reading; null: nowhere. */
  snapshots: string | null;
  /** For the daemon's data. */
  folder: string;
  /** Hears of each reading as it is taken. */
  taken: (reading: Reading) => void;
  progress: Progress;
}

export interface Soaked {
  readings: Reading[];
  /** How many positions were given to the daemon in all. */
  tracked: number;
  /** Where the paper exchange's books and the daemon's differ. */
  differences: string[];
}

const MINUTE_MS = 60_000;
const LOOK_EVERY_MS = 250;
/** Markets go on moving for so long after the last reading is due: the machine may be slow. */
const SPARE_MS = 6 * 3_600_000;
const ADOPTIONS_AT_ONCE = 8;
const ADOPTIONS_PER_LOOK = 64;

export async function soak(options: SoakOptions): Promise<Soaked> {
  const { positions, seed, folder, warmUpMinutes, minutes, snapshots } = options;
  const lastsMs = (warmUpMinutes + minutes) * MINUTE_MS + SPARE_MS;
  const markets = new Markets({ seed, positions, lastsMs });
  const config = join(folder, 'soak.yaml');
  const readingsFile = join(folder, 'readings.jsonl');
  const dataDir = join(folder, 'data');
  writeFileSync(config, configuration(markets, options));
  writeFileSync(readingsFile, '');
  if (snapshots !== null) mkdirSync(snapshots, { recursive: true });
  const daemon = startDaemon({
    config,
    dataDir,
    env: {
      NODE_OPTIONS: `--import=${new URL('./probe.js', import.meta.url).href}`,
      SOAK_READINGS: readingsFile,
      SOAK_SNAPSHOTS: snapshots ?? '',
    },
  });
  try {
    await daemon.ready;
    const crowd = new Crowd(daemon, markets, positions);
    const readings = await readAlong(crowd, new Readings(daemon, readingsFile), options);
    daemon.signal('SIGTERM');
    const code = await daemon.exited;
    const differences = code === 0 ? [] : [`the daemon ended with ${code}`];
    differences.push(...(await compareBooks(dataDir, crowd)));
    return { readings, tracked: crowd.tracked, differences };
  } finally {
    writeFileSync(join(folder, 'daemon.log'), daemon.log());
  }
}

/** A reading after the warm-up, one every so many minutes, and one at the end. */
async function readAlong(crowd: Crowd, readings: Readings, options: SoakOptions): Promise<Reading[]> {
  const { warmUpMinutes, minutes, everyMinutes, taken, progress } = options;
  const read: Reading[] = [];
  const startedAt = await crowd.keepUp();
  for (let due = 0; ; ) {
    const now = await crowd.keepUp();
    const minute = (now - startedAt) / MINUTE_MS - warmUpMinutes;
    const detail = `${crowd.watched} positions under watch`;
    progress.show({ count: Math.max(0, Math.floor(minute + warmUpMinutes)), detail });
    if (minute >= due) {
      const reading = await readings.take(Math.round(minute));
      read.push(reading);
      taken(reading);
      if (due >= minutes) return read;
      due = Math.min(due + everyMinutes, minutes);
    }
    await setTimeout(LOOK_EVERY_MS);
  }
}

/** The positions under watch: for each that has closed another comes. */
class Crowd {
  readonly #daemon: DaemonProcess;
  readonly #markets: Markets;
  readonly #wanted: number;
  /** When the markets began to move (ms). */
  #beganAt: number | null = null;
  tracked: number;
  /** Requests to track one that got no answer: it may be tracked or not. */
  unanswered = 0;
  watched = 0;

  constructor(daemon: DaemonProcess, markets: Markets, wanted: number) {
    this.#daemon = daemon;
    this.#markets = markets;
    this.#wanted = wanted;
    this.tracked = wanted;
  }

  /** Tracks what is missing; returns the daemon's time (ms). */
  async keepUp(): Promise<number> {
    this.#beganAt ??= Date.parse((await this.#ask('/positions/t1')).opened_at);
    const { clock, positions } = (await this.#ask('/status')) as DaemonStatus;
    this.watched = Object.values(positions).reduce((sum, count) => sum + count, 0);
    const now = Date.parse(clock.now);
    const missing = Math.min(this.#wanted - this.watched, ADOPTIONS_PER_LOOK);
    const lots = Array.from({ length: Math.max(0, missing) }, () => this.#markets.draw(now - this.#beganAt!));
    const adopt = async (): Promise<void> => {
      for (let lot = lots.pop(); lot !== undefined; lot = lots.pop()) {
        const answered = await this.#ask('/positions', lot).catch(noAnswer);
        if (answered === null) this.unanswered += 1;
        else this.tracked += 1;
      }
    };
    await Promise.all(Array.from({ length: ADOPTIONS_AT_ONCE }, adopt));
    return now;
  }

  async #ask(path: string, body?: unknown) {
    const answer = await this.#daemon.ask(path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** Null for a request that was lost on its way; another error is thrown on. */
function noAnswer(error: unknown): null {
  if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return null;
  throw error;
}
