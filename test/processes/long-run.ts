/** Rounds of kills on both databases, and after them everything that can be away for a while. */
import { join } from 'node:path';
import type { Progress } from '../../src/cli/progress.ts';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import type { Books } from './agreement.ts';
import { injectedDisk, mountedDisk, playFullDisk } from './disks.ts';
import { playKills } from './kills.ts';
import { onStage } from './on-stage.ts';
import { crashDatabase, crashExchange } from './outages.ts';
import type { Stage } from './stage.ts';
import { playTakeover } from './takeover.ts';

export const DATABASES = ['PostgreSQL', 'PGlite'] as const;
export type DatabaseKind = (typeof DATABASES)[number];

/** What one kind of trouble on one kind of database came to. */
export interface Figures {
  what: string;
  database: DatabaseKind;
  rounds: number;
  /** How often it struck, and how often between the commit of an order and the exchange's answer; null: not counted. */
  times: number;
  inFlight: number | null;
  /** What else there is to say, of each round. */
  notes: string[];
  /** How long each start took until the daemon could be found (ms). */
  startsMs: number[];
  /** Positions that came into the account, and what the books say of them. */
  came: number;
  positions: number;
  fills: number;
  attempts: number;
  /** How exits ended: `stop_loss filled` → how many. */
  exits: Map<string, number>;
}

export interface LongRun {
  kills: number;
  seed: number;
  seconds: number;
  figures: Figures[];
  differences: string[];
}

const KILLS_IN_A_ROUND = 20;
const CRASHES = 3;
const DOWN_MS = 120_000;
const FULL_MS = 10_000;
const DISK_MEGABYTES = 160;

/** A round of play, and what came of it. */
interface Round {
  books: Books;
  times: number;
  inFlight?: number;
  note?: string;
}

export async function playLongRun(options: {
  kills: number;
  takeovers: number;
  seed: number;
  progress: Progress;
}): Promise<LongRun> {
  const { kills, takeovers, seed, progress } = options;
  const startedAt = performance.now();
  const server = await startOwnPostgres({ fsync: true });
  const run = new Rounds(seed, server, progress);
  try {
    await run.kill(kills);
    for (let i = 0; i < takeovers; i++) await run.takeOver();
    for (let i = 0; i < CRASHES; i++) await run.crashDatabase(3_000, 60_000, 'down 3 s');
    await run.crashDatabase(25_000, 10_000, 'down 25 s, longer than the lease');
    for (const database of DATABASES) await run.crashExchange(database);
    for (let i = 0; i < CRASHES; i++) await run.fillDisk();
  } finally {
    await server.stop();
  }
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return { kills, seed, seconds, figures: [...run.figures.values()], differences: run.differences };
}

class Rounds {
  readonly figures = new Map<string, Figures>();
  readonly differences: string[] = [];
  readonly #server: OwnPostgres;
  readonly #progress: Progress;
  #seed: number;
  #killed = 0;

  constructor(seed: number, server: OwnPostgres, progress: Progress) {
    this.#seed = seed;
    this.#server = server;
    this.#progress = progress;
  }

  /** One round on PostgreSQL, one on PGlite, and so on. */
  async kill(kills: number): Promise<void> {
    for (let round = 0; this.#killed < kills; round++) {
      const seed = this.#seed;
      const planned = Math.min(KILLS_IN_A_ROUND, kills - this.#killed);
      const before = this.#killed;
      const killed = () => this.#progress.show({ count: ++this.#killed });
      await this.#play('SIGKILL', DATABASES[round % 2]!, async (stage) => {
        const played = await playKills(stage, { kills: planned, seed, waitsForLease: true, killed });
        return { ...played, times: played.kills };
      });
      this.#killed = before + planned;
    }
  }

  takeOver(): Promise<void> {
    return this.#play('SIGSTOP and takeover', 'PostgreSQL', async (stage, folder) => {
      const { heir, end, sentAfterwards, tradedMeanwhile } = await playTakeover(stage, folder);
      const note = `the heir sent ${tradedMeanwhile}, the frozen one ${sentAfterwards} more and ended with ${end}`;
      return { books: await stage.settle(heir), times: 1, note };
    });
  }

  crashDatabase(downMs: number, leaseMs: number, what: string): Promise<void> {
    const play = async (stage: Stage): Promise<Round> => {
      const first = stage.start();
      await first.ready;
      const { life, orders } = await crashDatabase(stage, this.#server, first, downMs);
      const fate = life === first ? 'stayed' : 'ended and was started again';
      return {
        books: await stage.settle(life),
        times: 1,
        note: `${what}: ${orders} orders meanwhile; the daemon ${fate}`,
      };
    };
    return this.#play('PostgreSQL killed', 'PostgreSQL', play, { leaseMs });
  }

  crashExchange(database: DatabaseKind): Promise<void> {
    return this.#play('the exchange down', database, async (stage) => {
      const life = stage.start();
      await life.ready;
      await crashExchange(stage, DOWN_MS);
      const orphans = life.log().split('"alert":"position_orphaned"').length - 1;
      return {
        books: await stage.settle(life),
        times: 1,
        note: `down ${DOWN_MS / 1_000} s; position_orphaned said ${orphans} times`,
      };
    });
  }

  fillDisk(): Promise<void> {
    let disk: ReturnType<typeof mountedDisk> = { refused: 'not tried' };
    const prepare = (folder: string) => {
      const mounted = mountedDisk(join(folder, 'data'), DISK_MEGABYTES);
      disk = mounted;
      return () => ('refused' in mounted ? undefined : mounted.unmount());
    };
    const play = async (stage: Stage, folder: string): Promise<Round> => {
      const used = 'refused' in disk ? injectedDisk(folder) : disk;
      const kind = 'refused' in disk ? `NO TMPFS COULD BE MOUNTED (${disk.refused}), injected` : 'a tmpfs';
      const { life, ended, orders } = await playFullDisk(stage, used, FULL_MS);
      const fate = ended === null ? 'stayed' : `ended with ${ended.end} and was started again`;
      const note = `${kind}, full for ${FULL_MS / 1_000} s: ${orders} orders meanwhile; the daemon ${fate}`;
      return { books: await stage.settle(life), times: 1, note };
    };
    return this.#play('disk full', 'PGlite', play, { prepare });
  }

  /** One round on a stage of its own. What it throws is a difference like any other. */
  async #play(
    what: string,
    database: DatabaseKind,
    play: (stage: Stage, folder: string) => Promise<Round>,
    { leaseMs, prepare }: { leaseMs?: number; prepare?: (folder: string) => () => void } = {},
  ): Promise<void> {
    if (!this.figures.has(`${what} ${database}`)) this.#progress.say(`${what}, ${database}`);
    const seed = this.#seed++;
    const options = {
      seed,
      markets: 8,
      settles: true,
      postgres: database === 'PostgreSQL' ? this.#server : null,
      ...(leaseMs === undefined ? {} : { leaseMs }),
    };
    let stage: Stage | null = null;
    const played = async (opened: Stage, folder: string): Promise<Round> => {
      stage = opened;
      return play(opened, folder);
    };
    const found: string[] = [];
    try {
      const round = await onStage(options, played, prepare);
      this.#note(what, database, stage!, round);
    } catch (error) {
      found.push((error as Error).message);
    }
    found.push(...((stage as Stage | null)?.differences ?? []));
    for (const difference of new Set(found)) {
      this.differences.push(`${what}, ${database}, seed ${seed}: ${difference}`);
      this.#progress.say(this.differences.at(-1)!);
    }
  }

  #note(what: string, database: DatabaseKind, stage: Stage, { books, times, inFlight, note }: Round): void {
    const known = this.figures.get(`${what} ${database}`) ?? nothingYet(what, database);
    this.figures.set(`${what} ${database}`, known);
    known.rounds += 1;
    known.times += times;
    if (inFlight !== undefined) known.inFlight = (known.inFlight ?? 0) + inFlight;
    if (note !== undefined) known.notes.push(note);
    known.startsMs.push(...stage.lives.flatMap((life) => life.readyMs() ?? []));
    known.came += stage.crowd.positions;
    known.positions += books.positions.length;
    known.fills += books.fills;
    known.attempts += books.attempts.length;
    for (const { reason, status } of books.exits) {
      const end = `${reason} ${status}`;
      known.exits.set(end, (known.exits.get(end) ?? 0) + 1);
    }
  }
}

const nothingYet = (what: string, database: DatabaseKind): Figures => ({
  ...{ what, database, rounds: 0, times: 0, inFlight: null, notes: [], startsMs: [] },
  ...{ came: 0, positions: 0, fills: 0, attempts: 0, exits: new Map() },
});
