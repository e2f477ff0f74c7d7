/** The whole tree over Kalshi's adapter and the practice exchange, in virtual time; it can die at any moment. */
import type { DecisionRecord } from '../../src/actors/ports.ts';
import { composePostern, type Postern } from '../../src/compose.ts';
import type { Method } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import type { Action, ExchangeOptions, HoldingSpec, MarketSpec } from '../../src/exchange/exchange.ts';
import { createAdopter } from '../../src/services/adoption/adopt-holding.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { loadAccount } from '../../src/services/startup/load-account.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import type { KalshiVenueOptions } from '../../src/services/venues/kalshi/kalshi-venue.ts';
import type { OpenSocket } from '../../src/services/venues/kalshi/stream/socket.ts';
import { defaultMethod, SECOND } from './domain-builders.ts';
import { ExchangeLink, KEY_ID } from './exchange-link.ts';
import { never, orNever, reachedBy, whileAlive } from './mortal.ts';
import { recordingNotifier } from './recording-notifier.ts';

export interface KalshiWorldOptions {
  markets: MarketSpec[];
  holdings?: HoldingSpec[];
  exchange?: Partial<ExchangeOptions>;
  account?: Partial<ExchangeOptions['accounts'][number]>;
  streaming?: boolean;
  /** The first one is the default. */
  methods?: Method[];
  config?: Partial<Config>;
  adopt?: Config['venue']['adopt'];
  venue?: Partial<KalshiVenueOptions>;
  /** When it begins (ms); START by default. */
  at?: number;
  /** The exchange shows at most so many rows of the account's lists on one page. */
  mostRows?: number;
}

const EPOCH = 1;
const INSTANCE = 'world';
const defaults = loadConfig({ env: {} });

/** Monday, 23 November 2026, 12:00 in New York. */
export const START = Date.UTC(2026, 10, 23, 17);

export class KalshiWorld {
  readonly clock: VirtualClock;
  readonly link: ExchangeLink;
  readonly store: MemoryStore;
  /** "raised critical exit_failed a1", "resolved exit_failed a1". */
  readonly alerts: string[] = [];
  readonly journal: DecisionRecord[] = [];
  readonly #options: KalshiWorldOptions;
  #life = { alive: true };
  #adopted = 0;
  #edges = 0;
  #epoch: number | null = null;
  end: Awaited<Postern['ended']> | null = null;
  postern!: Postern;

  private constructor(options: KalshiWorldOptions) {
    this.#options = options;
    this.clock = new VirtualClock(options.at ?? START);
    this.store = new MemoryStore({ now: () => this.clock.now(), instance: INSTANCE });
    this.link = new ExchangeLink(this.clock, {
      markets: options.markets,
      accounts: [
        {
          account: 'tests',
          keys: [{ keyId: KEY_ID }],
          balance: 10_000_000_000,
          holdings: options.holdings ?? [],
          ...options.account,
        },
      ],
      ...options.exchange,
    });
    this.link.mostRows = options.mostRows ?? null;
  }

  /** Starts the tree; positions are adopted from the account within seconds. */
  static async open(options: KalshiWorldOptions): Promise<KalshiWorld> {
    const world = new KalshiWorld(options);
    await world.#takeLease();
    await world.store.commit(
      EPOCH,
      world.#methods.map((method) => ({ kind: 'method', method })),
    );
    await world.start();
    return world;
  }

  async #takeLease(): Promise<number> {
    const lease = await this.store.acquireLease('world', Number.MAX_SAFE_INTEGER / 4);
    if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
    return lease.epoch;
  }

  get #methods(): Method[] {
    return this.#options.methods ?? [defaultMethod()];
  }

  /** A process begins, with what is stored. */
  async start(): Promise<void> {
    if (this.#epoch === null) this.#epoch = EPOCH;
    else this.#epoch = await this.#takeLease();
    const { streaming = false, config = {}, adopt = 'all' } = this.#options;
    const life = { alive: true };
    this.#life = life;
    this.end = null;
    const clock = whileAlive(this.clock, life);
    const store = reachedBy(this.store, life);
    const whole: Config = { ...defaults, venue: { ...defaults.venue, adopt }, ...config };
    const venue = this.link.venue({
      clock,
      streaming,
      ownPrefix: `p${INSTANCE}-`,
      open: socketOf(this.link.open, life),
      http: async (request) => (life.alive ? orNever(life, this.link.http(request)) : never()),
      mayTrade: () => life.alive,
      ...this.#options.venue,
    });
    const postern = composePostern({
      config: whole,
      clock,
      venue,
      store,
      adopt: createAdopter({
        ...{ venue, store, clock },
        ids: { next: () => `a${++this.#adopted}` },
        rules: () => ({ methods: this.#methods, adoption: whole.adoption }),
      }),
      notifier: recordingNotifier(this.alerts, this.journal),
      epoch: this.#epoch,
      instance: INSTANCE,
      mode: streaming ? 'stream' : 'poll',
      mayTrade: () => life.alive,
      methods: this.#methods,
      positions: await this.store.openPositions(),
      entries: await this.store.entriesAtWork(),
      ids: { next: () => `e${++this.#edges}` },
      openAlerts: await this.store.alerts({ open: true }),
      account: await loadAccount(this.store, this.clock.now(), whole.circuitBreakers.tradingDayTimeZone),
      rowWriteMs: 30_000,
    });
    this.postern = postern;
    void postern.ended.then((end) => {
      if (this.postern === postern && life.alive) this.end = end;
    });
    await this.pass(0);
  }

  /** The process is gone between two instructions; what it asked of others goes on. */
  kill(): void {
    this.#life.alive = false;
  }

  act(action: Action): ReturnType<ExchangeLink['act']> {
    return this.link.act(action);
  }

  /** Time passes: timers fire in order, and all that follows from each has happened before the next. */
  async pass(seconds: number): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    await this.settle();
    while (this.clock.fireNext(until)) await this.settle();
    this.clock.moveTo(until);
    return this;
  }

  /** Time passes until it is so, at most `seconds`; throws when it never is. */
  async passUntil(isSo: () => boolean, seconds: number, what: string): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    await this.settle();
    while (!isSo() && this.clock.fireNext(until)) await this.settle();
    if (!isSo()) throw new Error(`not within ${seconds} s: ${what}`);
    return this;
  }

  /** Returns when nothing more happens without time passing. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.postern.activity(); ) {
      before = this.postern.activity();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  positions(): Position[] {
    return this.postern.watch().positions();
  }

  /** The one position of a market that is under watch. Throws unless there is one. */
  position(market: string): Position {
    const [position, ...others] = this.positions().filter((known) => known.market === market);
    if (!position || others.length > 0)
      throw new Error(`${market} has ${others.length + (position ? 1 : 0)} positions under watch`);
    return position;
  }

  /** Signed contracts of the account at the exchange (0.01, YES positive). */
  held(market: string): number {
    return this.link.exchange.truth().accounts.tests!.positions[market] ?? 0;
  }

  kinds(): string[] {
    return this.journal.map(({ kind }) => kind);
  }
}

const socketOf =
  (open: OpenSocket, life: { alive: boolean }): OpenSocket =>
  (url, headers, listener) => {
    if (!life.alive) return { send: () => {}, close: () => {} };
    const tell = {
      opened: () => (life.alive ? listener.opened() : undefined),
      text: (text: string) => (life.alive ? listener.text(text) : undefined),
      ping: () => (life.alive ? listener.ping() : undefined),
      closed: (reason: string) => (life.alive ? listener.closed(reason) : undefined),
    };
    return open(url, headers, tell);
  };
