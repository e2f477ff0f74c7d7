/** A daemon that buys and sells on the paper exchange, killed and restarted at random, with answers and commits that get lost. */
import type { Clock, Store, TimerHandle, Venue } from '../../src/actors/ports.ts';
import { composePostern, type Postern } from '../../src/compose.ts';
import type { Book } from '../../src/domain/market.ts';
import type { ModelValue } from '../../src/domain/model-value.ts';
import type { Money } from '../../src/domain/money.ts';
import { createAdopter } from '../../src/services/adoption/adopt-holding.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { loadAccount } from '../../src/services/startup/load-account.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { plainMarket, pulledSource } from '../../src/services/venues/paper/book-source.ts';
import { feeModel } from '../../src/services/venues/paper/fees.ts';
import { PaperVenue } from '../../src/services/venues/paper/paper-venue.ts';
import { defaultMethod, NOON, SECOND } from '../support/domain-builders.ts';
import { EntryAudit } from './entry-audit.ts';
import { ExchangeTruth } from './exchange-truth.ts';
import { seeded } from './random.ts';

export const MARKETS = ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'C-1'];
export const CASH: Money = 1_000_000_000;
const LOSS_LIMIT: Money = 40_000_000;
const INSTANCE = 'buyers';

const CONFIG: Config = (() => {
  const config = loadConfig({ env: {} });
  return {
    ...config,
    monitoring: { ...config.monitoring, normalFrequencyMs: 5_000 },
    venue: { ...config.venue, adopt: 'all' },
    // Faults are so frequent here that the breakers would forbid every entry.
    circuitBreakers: {
      ...config.circuitBreakers,
      apiErrors: { ...config.circuitBreakers.apiErrors, maxErrors: 30 },
      databaseErrors: { ...config.circuitBreakers.databaseErrors, maxErrors: 1_000 },
      dailyLoss: { ...config.circuitBreakers.dailyLoss, limit: LOSS_LIMIT },
    },
    entry: {
      ...config.entry,
      enabled: true,
      maxBookShare: 1_000_000,
      maxOpenPositions: 4,
      reentryAfterMs: 60_000,
    },
  };
})();

/** What outlives every crash: time, the exchange and the store. */
export class EntryWorld {
  readonly clock = new VirtualClock(NOON);
  readonly random: ReturnType<typeof seeded>;
  readonly truth = new ExchangeTruth(() => {});
  readonly audit: EntryAudit;
  readonly store: MemoryStore;
  readonly trace: string[] = [];
  violation: string | null = null;
  exchange!: PaperVenue;
  postern!: Postern;
  /** Faults happen until then. */
  isCalm = false;
  lives = 0;
  #life: Life | null = null;
  #ids = 0;
  #resets = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.audit = new EntryAudit(this, CONFIG.entry);
    this.store = new MemoryStore({
      now: () => this.clock.now(),
      instance: INSTANCE,
      beforeCommit: () => this.maybeFail(),
      afterCommit: (writes) => this.audit.committed(writes),
    });
  }

  async open(): Promise<void> {
    this.exchange = await PaperVenue.open({
      source: pulledSource(MARKETS.map(plainMarket)),
      store: this.truth,
      clock: this.clock,
      fees: feeModel('kalshi'),
      cash: CASH,
    });
    this.isCalm = true;
    const method = { kind: 'method', method: defaultMethod() } as const;
    await this.store.commit(await this.#takeLease(), [method]);
    this.isCalm = false;
    await this.start();
  }

  async #takeLease(): Promise<number> {
    const lease = await this.store.acquireLease('simulation', Number.MAX_SAFE_INTEGER / 4);
    if (!('epoch' in lease)) throw new Error('nobody else takes the lease');
    return lease.epoch;
  }

  async start(): Promise<void> {
    const epoch = await this.#takeLease();
    const life = new Life(this);
    this.#life = life;
    this.lives += 1;
    const { clock, venue, store } = life;
    this.postern = composePostern({
      config: CONFIG,
      clock,
      venue,
      store,
      adopt: createAdopter({
        ...{ venue, store, clock },
        ids: { next: () => `adopted${++this.#ids}` },
        rules: () => ({ methods: [defaultMethod()], adoption: CONFIG.adoption }),
      }),
      notifier: {
        alertRaised: ({ kind, text }) => this.audit.alerted(kind, text),
        alertResolved: () => {},
        storeFailed: () => {},
        storeRecovered: () => {},
        journaled: ({ kind, positionId, summary }) => this.note(`${kind} ${positionId ?? ''}: ${summary}`),
      },
      epoch,
      instance: INSTANCE,
      mode: 'poll',
      mayTrade: () => life.alive,
      methods: [defaultMethod()],
      positions: await this.store.openPositions(),
      entries: await this.store.entriesAtWork(),
      ids: { next: () => `e${++this.#ids}` },
      openAlerts: await this.store.alerts({ open: true }),
      account: await loadAccount(this.store, this.clock.now(), CONFIG.circuitBreakers.tradingDayTimeZone),
      rowWriteMs: 30_000,
    });
    const { postern } = this;
    void postern.ended.then((end) => {
      if (life.alive && this.postern === postern && end.kind === 'crashed')
        this.violate(`${end.part} crashed: ${end.error}`);
    });
    await this.settle();
  }

  /** The process is gone at this instant. */
  kill(): void {
    this.note('killed');
    this.#life?.die();
  }

  get isAlive(): boolean {
    return this.#life?.alive === true;
  }

  async show(book: Book): Promise<void> {
    await this.exchange.advance({ at: this.clock.now(), books: [book] });
    await this.settle();
  }

  say(change: Pick<ModelValue, 'market' | 'side' | 'probability'>): void {
    const value: ModelValue = {
      ...change,
      at: this.clock.now(),
      confidence: 'high',
      method: null,
      source: 'model',
    };
    this.postern.post('entries', { type: 'model.says', values: [value], done: () => {} });
  }

  pause(is: boolean): void {
    const type = is ? 'entries.pause' : 'entries.resume';
    this.postern.post('entries', { type, by: 'test', reason: 'test', done: () => {} });
  }

  get hasTripped(): boolean {
    return this.postern.breakers().some(({ name, tripped }) => name === 'daily_loss' && tripped);
  }

  /** An operator lets the day lose more, unless it has lost that already. */
  resetLoss(): void {
    this.#resets += 1;
    this.postern.post('breakers', {
      ...{ type: 'breaker.reset', name: 'daily_loss', by: 'test', reason: 'test', untilTomorrow: false },
      limit: LOSS_LIMIT * (1 + this.#resets),
      done: () => {},
    });
  }

  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms;
    while (this.violation === null && this.clock.fireNext(until)) await this.settle();
    if (this.clock.now() < until) this.clock.moveTo(until);
  }

  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  note(what: string): void {
    this.trace.push(`${((this.clock.now() - NOON) / SECOND).toFixed(1)} s  ${what}`);
  }

  violate(what: string): void {
    this.note(`VIOLATION: ${what}`);
    this.violation ??= what;
  }

  /** One commit in fifty fails before it is applied. */
  maybeFail(): void {
    if (!this.isCalm && this.random.below(50) === 0) throw new Error('connection refused');
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** One life of the daemon: cut off from everything once it is dead. */
class Life {
  alive = true;
  readonly clock: Clock;
  readonly venue: Venue;
  readonly store: Store;
  readonly #timers = new Set<TimerHandle>();

  constructor(world: EntryWorld) {
    const { clock } = world;
    this.clock = {
      now: () => clock.now(),
      setTimeout: (fn, ms) => {
        if (!this.alive) return -1;
        const handle = clock.setTimeout(() => {
          this.#timers.delete(handle);
          fn();
        }, ms);
        this.#timers.add(handle);
        return handle;
      },
      clearTimeout: (handle) => clock.clearTimeout(handle),
    };
    this.venue = faulty(world, this);
    this.store = new Proxy(world.store, {
      get: (store, name) => {
        const member = Reflect.get(store, name) as unknown;
        if (typeof member !== 'function') return member;
        return async (...input: unknown[]) => {
          if (!this.alive) return never();
          const value: unknown = await member.apply(store, input);
          return this.alive ? value : never();
        };
      },
    });
  }

  die(): void {
    this.alive = false;
    for (const timer of this.#timers) this.clock.clearTimeout(timer);
  }
}

/** One in so many calls meets each fault. */
const oddsOf = (kind: 'read' | 'order'): number => (kind === 'read' ? 60 : 10);

/** The exchange as one life reaches it: some requests never arrive, some arrive late, some answers are lost. */
function faulty(world: EntryWorld, life: Life): Venue {
  const { exchange, clock, random } = world;
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));

  async function call<T>(kind: 'read' | 'order', carryOut: () => Promise<T>, unheard: T): Promise<T> {
    if (!life.alive) return never();
    const fate = world.isCalm ? 9 : random.below(oddsOf(kind));
    await wait(20 + random.below(200));
    if (fate === 0) return life.alive ? unheard : never();
    if (fate === 1) {
      clock.setTimeout(() => void carryOut(), 500 + random.below(3_000));
      return life.alive ? unheard : never();
    }
    const answer = await carryOut();
    await wait(20);
    if (!life.alive) return never();
    return fate === 2 ? unheard : answer;
  }

  const unknown = { kind: 'unknown', reason: 'timeout' } as const;
  const unavailable = { kind: 'unavailable', reason: 'timeout' } as const;
  return {
    name: 'faulty',
    capabilities: { ...exchange.capabilities, streaming: false, orderPollMs: 2_000 },
    books: (markets) => call('read', () => exchange.books(markets), unavailable),
    markets: (markets) => call('read', () => exchange.markets(markets), unavailable),
    place: (order) =>
      call(
        'order',
        async () => {
          const answer = await exchange.place(order);
          world.audit.landed(order, answer.kind);
          return answer;
        },
        unknown,
      ),
    cancel: (order) => call('order', () => exchange.cancel(order), unknown),
    findOrder: (order) => call('order', () => exchange.findOrder(order), unknown),
    account: () => call('read', () => exchange.account(), unavailable),
    costBasis: (held) => call('read', () => exchange.costBasis(held), unavailable),
    balance: () => call('read', () => exchange.balance(), unavailable),
    feeOf: (order) => exchange.feeOf(order),
    warn: () => () => {},
    subscribe: () => () => {},
    close: async () => {},
  };
}
