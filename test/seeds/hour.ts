/** One hour of the whole program over the practice exchange, as its seed says; nothing in it knows real time or chance. */
import type { DecisionRecord, LocalJournal, Notifier, StoreWrite } from '../../src/actors/ports.ts';
import type { AccountTruth, Action, Truth } from '../../src/exchange/exchange.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import type { HttpRequest } from '../../src/services/venues/kalshi/client/http.ts';
import { MINUTE } from '../support/domain-builders.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { Database } from './database.ts';
import { Disk } from './disk.ts';
import { type Draw, drawFor } from './draw.ts';
import { type FaultKind, strike, strikeEnds } from './faults/catalogue.ts';
import { Hands } from './hands.ts';
import { type Invariant, invariantsOf } from './invariants/invariants.ts';
import { INSTANCE, Life } from './life.ts';
import { bookAt, holdingOf, marketOf, type Play, pullsBids } from './plays.ts';
import { Probe } from './probe.ts';
import { CALM_AT, HOUR, type Scenario } from './scenario.ts';
import { Tally } from './tally.ts';

/** Monday, 23 November 2026, 12:00 in New York. */
export const START = Date.UTC(2026, 10, 23, 17);
export const ACCOUNT = 'tests';
export const CASH = 10_000_000_000;

/** What happens in one instant. */
const MOST_TURNS = 20_000;

export interface Violation {
  invariant: string;
  what: string;
  /** ms after the start. */
  at: number;
}

export class Hour {
  readonly scenario: Scenario;
  readonly clock = new VirtualClock(START);
  readonly link: ExchangeLink;
  readonly store: MemoryStore;
  readonly database: Database;
  /** One beside each of two machines that may run the program. */
  readonly disks: readonly [Disk, Disk] = [new Disk(), new Disk()];
  readonly tally = new Tally();
  readonly probe = new Probe();
  readonly story: string[] = [];
  /** How far the processes' wall clock is off the exchange's (ms). */
  skewMs = 0;
  /** The process that is to run. */
  life!: Life;
  violation: Violation | null = null;
  events = 0;
  /** Since when entries are paused by a person (ms). */
  pausedSince: number | null = null;
  readonly #draw: Draw;
  readonly #invariants: Invariant[];
  readonly #handTrades = new Map<string, number>();
  readonly #lives: Life[] = [];
  #troubleUntil = START;
  #ids = 0;
  #turns = 0;
  #turnsAt = START;
  #truth: Truth | null = null;
  #truthAt = -1;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.#draw = drawFor(scenario.seed, 'hour');
    this.store = new MemoryStore({
      now: () => this.clock.now(),
      instance: INSTANCE,
      afterCommit: (writes) => this.#committed(writes, 'database'),
    });
    this.database = new Database(this.store, this.clock);
    const { plays } = scenario;
    const held = plays.filter(({ kind }) => kind !== 'is bought');
    this.link = new ExchangeLink(this.clock, {
      markets: plays.map((play) => marketOf(play, START)),
      accounts: [
        {
          account: ACCOUNT,
          keys: [{ keyId: KEY_ID }],
          balance: CASH,
          tier: 'advanced',
          holdings: held.map((play) => holdingOf(play, this.#draw)),
        },
      ],
    });
    this.#invariants = invariantsOf(this);
  }

  /** Lets the hour pass; stops at the first violation. */
  async run(): Promise<void> {
    await this.#stock();
    for (const play of this.scenario.plays) this.#perform(play);
    for (const storm of this.scenario.storms) this.#brew(storm);
    new Hands(this).begin();
    this.#begin(0);
    this.probe.install();
    try {
      await this.#pass(START + HOUR);
      if (this.violation === null) await this.#end();
    } catch (error) {
      this.violate('simulation', error instanceof Error ? (error.stack ?? error.message) : String(error));
    } finally {
      this.probe.remove();
      for (const life of this.#lives) life.alive = false;
    }
    this.tally.events = this.events;
  }

  async #stock(): Promise<void> {
    const lease = await this.store.acquireLease('alone', 1);
    if (!('epoch' in lease)) throw new Error('nobody else has the lease');
    const methods = this.scenario.methods.map((method): StoreWrite => ({ kind: 'method', method }));
    await this.store.commit(lease.epoch, methods);
    await this.store.releaseLease(lease.epoch);
  }

  async #pass(until: number): Promise<void> {
    await this.#settle();
    while (this.violation === null) {
      this.probe.isOn = true;
      if (!this.clock.fireNext(until)) break;
      this.events += 1;
      await this.#settle();
      this.probe.isOn = false;
      for (const invariant of this.#invariants) invariant.after?.();
    }
    this.probe.isOn = false;
  }

  /** Returns when nothing more happens without time passing. */
  async #settle(): Promise<void> {
    for (let before = -1; before !== this.#activity(); this.#checkTime()) {
      before = this.#activity();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** A program that spins lets no time pass. */
  #checkTime(): void {
    const now = this.clock.now();
    this.#turns = now === this.#turnsAt ? this.#turns + 1 : 0;
    this.#turnsAt = now;
    if (this.#turns > MOST_TURNS) throw new Error(`more than ${MOST_TURNS} turns in one instant`);
  }

  #activity(): number {
    return this.#lives.reduce((sum, { postern }) => sum + (postern?.activity() ?? 0), 0);
  }

  async #end(): Promise<void> {
    for (const invariant of this.#invariants) await invariant.end?.();
  }

  #perform(play: Play): void {
    const draw = drawFor(this.scenario.seed, play.ticker);
    const step = (): void => {
      this.act({ type: 'book.set', ticker: play.ticker, ...bookAt(play, this.elapsed() - play.at, draw) });
      this.clock.setTimeout(step, play.everyMs + draw.between(0, 3_000));
    };
    this.clock.setTimeout(step, draw.between(1_000, play.everyMs));
  }

  #brew({ from, until, everyMs, faults }: Scenario['storms'][number]): void {
    const draw = drawFor(this.scenario.seed, `storm at ${from}`);
    const next = (): void => {
      if (this.elapsed() >= until) return strikeEnds(this);
      const kind: FaultKind = draw.pick(faults);
      const lastsMs = strike(kind, this, draw);
      if (lastsMs !== null) {
        this.note(`FAULT ${kind}`);
        this.tally.count('faults', kind);
        this.trouble(lastsMs);
      }
      this.clock.setTimeout(next, draw.between(everyMs / 2, everyMs));
    };
    this.clock.setTimeout(next, from);
  }

  #begin(machine: 0 | 1): void {
    if (this.violation) return;
    const life = new Life(this.#lives.length, machine, this);
    this.#lives.push(life);
    this.life = life;
    void life.start();
  }

  /** A second machine's process takes over from one that stands still. */
  takeOver(): void {
    this.#begin(this.life.machine === 0 ? 1 : 0);
  }

  ended(life: Life, restartMs: number): void {
    if (life !== this.life) return;
    const inTime = Math.min(restartMs, Math.max(1_000, CALM_AT - this.elapsed()));
    this.trouble(inTime);
    this.clock.setTimeout(() => {
      if (life === this.life) this.#begin(life.machine);
    }, inTime);
  }

  /** What other processes run that are not the one that is to. */
  get others(): readonly Life[] {
    return this.#lives.filter((life) => life.alive && life !== this.life);
  }

  journalFile(life: Life): LocalJournal {
    const file = this.disks[life.machine].file(() => life.alive);
    return {
      ...file,
      append: async (batch) => {
        await file.append(batch);
        this.#committed(batch.writes, 'journal file');
      },
    };
  }

  /** A machine whose lease another took has written what the database never got: it is set aside there, and told. */
  isJournalLost(): boolean {
    return this.disks.some(
      ({ aside, lines }, machine) => aside.length > 0 || (machine !== this.life.machine && lines.length > 0),
    );
  }

  #committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    this.tally.committed(writes, to);
    for (const invariant of this.#invariants) invariant.committed?.(writes, to);
  }

  /** A request leaves a process. */
  sending(life: Life, { method, url, body }: HttpRequest): void {
    const isOrder = /\/orders/.test(url.pathname) && method !== 'GET';
    if (!isOrder) return;
    this.note(
      `process ${life.number} sends ${method} ${url.pathname.replace(/^.*\/portfolio/, '')} ${body ?? ''}`,
    );
    for (const invariant of this.#invariants) invariant.sending?.(life, method, body ?? '');
    const play = this.scenario.plays.find(({ ticker }) => body?.includes(`"${ticker}"`));
    if (method === 'POST' && play && pullsBids(play, this.elapsed() - play.at)) this.#pullBids(play);
  }

  #pullBids({ ticker }: Play): void {
    this.tally.count('faults', 'bids pulled');
    this.act({ type: 'book.set', ticker, bids: [], asks: [] });
  }

  /** Somebody does something at the exchange; it refuses what can't happen now, such as a trade in a closed market. */
  act(action: Action): ReturnType<ExchangeLink['act']> | null {
    try {
      return this.link.act(action);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  tradedByHand(ticker: string): void {
    this.#handTrades.set(ticker, this.clock.now());
  }

  /** When a person last traded in a market (ms); null: never. */
  handTradeAt(ticker: string): number | null {
    return this.#handTrades.get(ticker) ?? null;
  }

  /** Something may be felt for so long from now (ms). */
  trouble(forMs: number): void {
    this.#troubleUntil = Math.max(this.#troubleUntil, this.clock.now() + forMs);
  }

  /** How long all has gone well (ms): no fault is at work, and the process trades. */
  calmMs(): number {
    const { life } = this;
    if (!life.isTrading || this.elapsed() < 60_000) return 0;
    return Math.max(
      0,
      this.clock.now() - Math.max(this.#troubleUntil, life.tradingSince ?? Number.MAX_SAFE_INTEGER),
    );
  }

  /** What really is at the exchange. */
  truth(): Truth {
    if (this.#truth === null || this.#truthAt !== this.link.changes) {
      this.#truth = this.link.exchange.truth();
      this.#truthAt = this.link.changes;
    }
    return this.#truth;
  }

  books(): AccountTruth {
    return this.truth().accounts[ACCOUNT]!;
  }

  /** ms after the start. */
  elapsed(): number {
    return this.clock.now() - START;
  }

  nextId(): number {
    this.#ids += 1;
    return this.#ids;
  }

  note(what: string): void {
    const minutes = Math.floor(this.elapsed() / MINUTE);
    const seconds = ((this.elapsed() % MINUTE) / 1000).toFixed(3).padStart(6, '0');
    this.story.push(`${String(minutes).padStart(2, '0')}:${seconds} ${what}`);
  }

  violate(invariant: string, what: string): void {
    if (this.violation) return;
    this.note(`VIOLATION of ${invariant}: ${what}`);
    this.violation = { invariant, what, at: this.elapsed() };
  }

  /** What a process tells people. */
  witness(life: Life): Notifier {
    const say = (text: string): void => {
      if (life.alive) this.note(`process ${life.number} ${text}`);
    };
    return {
      alertRaised: ({ severity, kind, positionId, text }) => {
        this.tally.count('alerts', kind);
        say(`alert ${severity} ${kind} ${positionId ?? ''}: ${text}`);
      },
      alertResolved: ({ kind, positionId }) => say(`alert resolved ${kind} ${positionId ?? ''}`),
      storeFailed: ({ error }) => say(`store failed: ${error}`),
      storeRecovered: () => say('store recovered'),
      journaled: (decision: DecisionRecord) => {
        say(`${decision.kind} ${decision.positionId ?? ''}: ${decision.summary}`);
        this.tally.journaled(decision);
        for (const invariant of this.#invariants) invariant.journaled?.(decision);
      },
    };
  }
}
