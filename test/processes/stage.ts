/** One exchange, one database and the daemons that trade there, each a process of its own. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountTruth, Action } from '../../src/exchange/exchange.ts';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { seeded } from '../simulation/random.ts';
import { type DaemonProcess, startDaemon } from '../support/daemon-process.ts';
import { type ExchangeProcess, startExchange } from '../support/exchange-process.ts';
import type { PostgresServer } from '../support/postgres.ts';
import { stockFolder } from '../support/stocked-folder.ts';
import { type Books, compareBooks, liveOversold } from './agreement.ts';
import { configuration, type Host } from './configuration.ts';
import { Crowd } from './crowd.ts';
import { mishap, SLOW_ANSWERS } from './trouble.ts';
import { pause, until } from './until.ts';

export interface StageOptions {
  /** Empty, and this stage's own. */
  folder: string;
  seed: number;
  markets: number;
  settles: boolean;
  /** How long the daemon's lease lives. */
  leaseMs?: number;
  /** Null: the embedded database. */
  postgres: PostgresServer | null;
}

/** One life of the daemon. */
export interface Life extends DaemonProcess {
  /** From its start until it can be found (ms); null before. */
  readyMs(): number | null;
}

const LEASE_MS = 5_000;
const PULSE_MS = 400;
/** A daemon that does not answer within this time (ms) watches nothing, as far as the others know. */
const ANSWER_MS = 1_000;
/** Once nothing goes wrong any more, all is sold within this time, and then what was critical is over within it. */
const SETTLED_WITHIN_MS = 150_000;

export class Stage {
  readonly crowd: Crowd;
  readonly dataDir: string;
  /** What differs between what is and what should be, in words. */
  readonly differences: string[] = [];
  readonly databaseUrl: string | null;
  readonly #options: StageOptions;
  readonly #random: ReturnType<typeof seeded>;
  readonly #lives: Life[] = [];
  #exchange: ExchangeProcess | null = null;
  #port = 0;
  #orderCame: (() => void)[] = [];
  #pulse: Promise<void> | null = null;
  #beating: Promise<void> = Promise.resolve();
  #isOver = false;
  /** Whether requests and answers get lost. */
  #isRough = true;

  private constructor(options: StageOptions, databaseUrl: string | null) {
    this.#options = options;
    this.databaseUrl = databaseUrl;
    this.dataDir = join(options.folder, 'data');
    this.crowd = new Crowd(options);
    this.#random = seeded(options.seed + 1);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { folder, postgres } = options;
    const databaseUrl = postgres === null ? null : await postgres.createDatabase();
    const stage = new Stage(options, databaseUrl);
    mkdirSync(stage.dataDir, { recursive: true, mode: 0o700 });
    if (postgres === null) await stockFolder(stage.dataDir);
    writeFileSync(join(folder, 'scenario.yaml'), stage.crowd.scenario);
    await stage.openExchange();
    await stage.exchange.act(SLOW_ANSWERS);
    stage.#pulse = stage.#beat();
    return stage;
  }

  get exchange(): ExchangeProcess {
    if (this.#exchange === null) throw new Error('the exchange is down');
    return this.#exchange;
  }

  /** All lives so far, the present one last. */
  get lives(): readonly Life[] {
    return this.#lives;
  }

  /** Starts the exchange, or starts it again where it was. */
  async openExchange(): Promise<void> {
    const { folder } = this.#options;
    const exchange = await startExchange({
      dataDir: join(folder, 'exchange'),
      scenario: join(folder, 'scenario.yaml'),
      port: this.#port,
      heard: (line) => {
        if (!/ order \w+ accepted: .*, p\w+-\S+-\d+$/.test(line)) return;
        for (const came of this.#orderCame.splice(0)) came();
      },
    });
    this.#port = exchange.port;
    this.#exchange = exchange;
  }

  async killExchange(): Promise<void> {
    const { exchange } = this;
    this.#exchange = null;
    await this.#beating;
    await exchange.kill('SIGKILL');
  }

  /** Starts a daemon, in a data folder of its own where one is named. */
  start({
    host = '127.0.0.1',
    dataDir = this.dataDir,
    env = {},
  }: {
    host?: Host;
    dataDir?: string;
    env?: Record<string, string>;
  } = {}): Life {
    const { folder, leaseMs = LEASE_MS } = this.#options;
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const config = join(folder, `${host}.yaml`);
    const exchangeUrl = `http://127.0.0.1:${this.#port}`;
    const exchangeFolder = join(folder, 'exchange');
    writeFileSync(config, configuration({ exchangeUrl, exchangeFolder, host, leaseMs }));
    const startedAt = performance.now();
    let readyMs: number | null = null;
    const daemon = startDaemon({
      config,
      dataDir,
      env,
      ...(this.databaseUrl === null ? {} : { databaseUrl: this.databaseUrl }),
    });
    daemon.ready.then(
      () => {
        readyMs = performance.now() - startedAt;
      },
      () => {},
    );
    const life = { ...daemon, readyMs: () => readyMs };
    this.#lives.push(life);
    void life.exited.then((end) => {
      appendFileSync(join(folder, 'daemon.log'), `${life.log()}ended with ${end}\n`);
    });
    return life;
  }

  /** Resolves when the exchange has carried out an order that it has not answered yet. */
  orderUnderWay(): Promise<void> {
    return new Promise((resolve) => this.#orderCame.push(resolve));
  }

  /** Nothing goes wrong any more: waits until all is sold, stops the daemon, and compares all books. */
  async settle(last: Life): Promise<Books> {
    this.#isRough = false;
    await this.#beating;
    await this.exchange.act([{ type: 'fault.clear' }, { type: 'stream.clear' }]);
    this.crowd.windDown();
    let life = last;
    await until('everything is sold', SETTLED_WITHIN_MS, async () => {
      life = await this.keepAlive(life);
      const truth = await this.exchange.account();
      const isFlat = Object.keys(truth.positions).length === 0;
      const resting = truth.orders.filter(({ status }) => status === 'resting');
      if (!isFlat || resting.length > 0) return false;
      return (await life.ask('/positions')).body.length === 0;
    });
    await until('no alarm is left', SETTLED_WITHIN_MS, async () => {
      life = await this.keepAlive(life);
      const alerts: { severity: string }[] = (await life.ask('/alerts')).body;
      return alerts.every(({ severity }) => severity !== 'critical');
    });
    life.signal('SIGTERM');
    const end = await life.exited;
    if (end !== 0) this.differences.push(`the daemon stopped with ${end}: ${lastWords(life)}`);
    const truth = await this.exchange.account();
    const { dataDir, crowd } = this;
    const books = await compareBooks(truth, {
      url: this.databaseUrl ?? undefined,
      dataDir,
      moved: crowd.moved,
    });
    this.differences.push(...books.differences);
    return books;
  }

  /** The same life, or one that is started after it as by an init system, where it ended for want of its lease. */
  async keepAlive(life: Life, start: () => Life = () => this.start()): Promise<Life> {
    const end = await Promise.race([life.exited, pause(0).then(() => null)]);
    if (end === null) return life;
    if (!endedForLease(life)) this.differences.push(`the daemon ended with ${end}: ${lastWords(life)}`);
    return this.keepStarting(start);
  }

  /** Starts until one is ready. */
  async keepStarting(start: () => Life): Promise<Life> {
    for (let starts = 0; starts < MOST_STARTS; starts++) {
      const life = start();
      const url = await Promise.race([life.ready.catch(() => null), life.exited.then(() => null)]);
      if (url !== null) return life;
      await pause(START_AGAIN_MS);
    }
    throw new Error(`${MOST_STARTS} starts in a row ended before the daemon was ready`);
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#pulse;
    for (const life of this.#lives) life.signal('SIGKILL');
    await Promise.all(this.#lives.map(({ exited }) => exited));
    if (this.#exchange) await this.killExchange();
  }

  /** The others trade, something goes wrong, and nothing is on offer that is not held. */
  async #beat(): Promise<void> {
    for (let last = performance.now(); !this.#isOver; await pause(PULSE_MS)) {
      const now = performance.now();
      if (this.#exchange) this.#beating = this.#act(this.#exchange, now - last);
      await this.#beating;
      last = now;
    }
  }

  async #act(exchange: ExchangeProcess, ms: number): Promise<void> {
    const watched = await this.#watched();
    try {
      await exchange.act(this.#actions(await exchange.account(), watched, ms));
    } catch (error) {
      this.differences.push(`the others could not act: ${(error as Error).message}`);
    }
  }

  #actions(truth: AccountTruth, watched: ReadonlySet<string>, ms: number): Action[] {
    this.differences.push(...liveOversold(truth));
    return [...(this.#isRough ? mishap(this.#random) : []), ...this.crowd.step(truth, watched, ms)];
  }

  /** The markets of the positions that the daemon knows, after telling it what a model says of them. */
  async #watched(): Promise<ReadonlySet<string>> {
    const life = this.#lives.at(-1);
    if (typeof life?.readyMs() !== 'number') return new Set();
    const words = this.crowd.modelWords();
    const told = words.length > 0 ? life.ask('/model', words, 'PUT') : Promise.resolve();
    const answer = told.then(() => life.ask('/positions'));
    const views = answer.then(({ body }): PositionView[] => body).catch(() => []);
    const known = await Promise.race([views, pause(ANSWER_MS).then(() => [])]);
    return new Set(known.map(({ market }) => market));
  }
}

const MOST_STARTS = 60;
const START_AGAIN_MS = 1_000;

/** A daemon on a server whose machine left it no time to renew its lease sends nothing more and ends: as it should. */
export const endedForLease = (life: Life): boolean =>
  /"level":"fatal".*(lease is not ours any more|lease could not be renewed in its time)/.test(life.log());

/** The last lines of its log that say more than usual. */
export const lastWords = (life: Life): string =>
  life
    .log()
    .split('\n')
    .filter((line) => /"level":"(error|fatal)"/.test(line) || !line.startsWith('{'))
    .slice(-3)
    .join('\n');
