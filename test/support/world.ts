/** The whole tree over a memory store and a venue, in virtual time. Nothing in it reads a wall clock or sleeps. */
import type { DecisionRecord, PositionFile, Store, StoreWrite, Venue } from '../../src/actors/ports.ts';
import type { Composition } from '../../src/compose/composition.ts';
import { composePostern, type Postern } from '../../src/compose.ts';
import type { Method } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import type { Position } from '../../src/domain/position.ts';
import { createAdopter } from '../../src/services/adoption/adopt-holding.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { replayJournal } from '../../src/services/journal/journal-replay.ts';
import type { Log } from '../../src/services/log/log.ts';
import { loadAccount } from '../../src/services/startup/load-account.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { aNewPosition, defaultMethod, NOON, SECOND } from './domain-builders.ts';
import type { MemoryJournal } from './memory-journal.ts';
import { never, reachedBy, whileAlive } from './mortal.ts';
import { recordingNotifier } from './recording-notifier.ts';
import { ScriptedVenue } from './scripted-venue.ts';

export interface WorldOptions {
  /** Stored before the tree starts. Each is held by the scripted venue, and its market is shown at 0.50 / 0.51. */
  positions?: Partial<Position>[];
  /** Another spread than a cent. */
  spread?: Price;
  methods?: Method[];
  config?: Partial<Config>;
  /** Another venue than the scripted one. */
  venue?: (clock: VirtualClock) => Promise<Venue>;
  /** What the scripted venue answers first. */
  answers?: Partial<ScriptedVenue['next']>;
  capabilities?: ConstructorParameters<typeof ScriptedVenue>[1];
  mode?: Composition['mode'];
  drill?: Composition['drill'];
  observe?: Composition['observe'];
  delayed?: Composition['delayed'];
  /** When it begins (ms); NOON by default. */
  at?: number;
  /** Changes what the tree is composed of. */
  adjust?: (composition: Composition) => Composition;
  /** Beside the database; without one, writes wait for it. */
  disk?: MemoryJournal;
  beforeCommit?: (writes: readonly StoreWrite[]) => void;
}

export const INSTANCE = 'world';
const same = (composition: Composition): Composition => composition;
const EPOCH = 1;

export class World {
  readonly clock: VirtualClock;
  readonly venue = new ScriptedVenue(() => this.clock.now());
  readonly store: MemoryStore;
  /** "raised critical exit_failed 1", "resolved exit_failed 1". */
  readonly alerts: string[] = [];
  readonly journal: DecisionRecord[] = [];
  readonly #options: WorldOptions;
  #adopted = 0;
  #edges = 0;
  #epoch: number | null = null;
  #life = { alive: true };
  /** The database answers nothing, or whatever it did, no answer arrives. */
  outage: 'refuses' | 'hangs' | null = null;
  /** What the program's log says when it starts. */
  readonly log: string[] = [];
  /** Why it ended; null while it runs. */
  end: Awaited<Postern['ended']> | null = null;
  postern!: Postern;

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.clock = new VirtualClock(options.at ?? NOON);
    Object.assign(this.venue.next, options.answers ?? {});
    if (options.capabilities) Object.assign(this.venue.capabilities, options.capabilities);
    this.store = new MemoryStore({
      now: () => this.clock.now(),
      instance: INSTANCE,
      ...(options.beforeCommit ? { beforeCommit: options.beforeCommit } : {}),
    });
  }

  /** Stores the positions and starts the tree; returns when it has come to rest. */
  static async open(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    await world.#takeLease();
    const positions = (options.positions ?? []).map((position, i) =>
      aNewPosition({ id: String(i + 1), ...position }),
    );
    for (const position of positions) {
      world.venue.show(position.market, 5000, 5000 + (options.spread ?? 100));
      const others = world.venue.holdings.find(
        (h) => h.market === position.market && h.side === position.side,
      );
      const quantity = (others?.quantity ?? 0) + position.quantity - position.sold;
      world.venue.hold(position.market, quantity, position.side);
    }
    const methods = world.#methods.map((method): StoreWrite => ({ kind: 'method', method }));
    await world.store.commit(EPOCH, [
      ...methods,
      ...positions.map((position): StoreWrite => ({ kind: 'position', position, evaluation: null })),
    ]);
    await world.start();
    return world;
  }

  get #methods(): Method[] {
    return this.#options.methods ?? [defaultMethod()];
  }

  /** The owner is given a new epoch each time. */
  async #takeLease(): Promise<number> {
    const lease = await this.store.acquireLease('world', Number.MAX_SAFE_INTEGER / 4);
    if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
    return lease.epoch;
  }

  /** The process is gone between two instructions; what it asked of others goes on. */
  kill(): void {
    this.#life.alive = false;
  }

  /** Starts a tree from what is stored: also after `kill`. */
  async start(): Promise<void> {
    this.#epoch = this.#epoch === null ? EPOCH : await this.#takeLease();
    const life = { alive: true };
    this.#life = life;
    const { config = {}, mode = 'poll', drill, observe, delayed, venue, disk, adjust = same } = this.#options;
    this.end = null;
    const clock = whileAlive(this.clock, life);
    const store = reachedBy(this.#reachable(), life);
    const whole = { ...loadConfig({ env: {} }), ...config };
    const opened = venue ? await venue(this.clock) : this.venue;
    if (disk) {
      const say = (_: unknown, text: string) => void this.log.push(text);
      const log = { warn: say, error: say } as unknown as Log;
      await replayJournal({ journal: reachedBy(disk, life), store, epoch: this.#epoch, now: clock.now, log });
    }
    const composition: Composition = {
      config: whole,
      clock,
      venue: opened,
      adopt: createAdopter({
        venue: opened,
        store,
        clock,
        ids: { next: () => `a${++this.#adopted}` },
        rules: () => ({ methods: this.#methods, adoption: whole.adoption }),
      }),
      store,
      notifier: recordingNotifier(this.alerts, this.journal),
      ...(disk ? { journal: reachedBy(disk, life) } : {}),
      epoch: this.#epoch,
      instance: INSTANCE,
      mode,
      mayTrade: () => true,
      methods: this.#methods,
      positions: await this.store.openPositions(),
      entries: await this.store.entriesAtWork(),
      ids: { next: () => `e${++this.#edges}` },
      openAlerts: await this.store.alerts({ open: true }),
      account: await loadAccount(this.store, this.clock.now(), whole.circuitBreakers.tradingDayTimeZone),
      rowWriteMs: 30_000,
      ...(drill ? { drill } : {}),
      ...(observe ? { observe } : {}),
      ...(delayed ? { delayed } : {}),
    };
    const postern = composePostern(adjust(composition));
    this.postern = postern;
    void postern.ended.then((end) => {
      if (this.postern === postern) this.end = end;
    });
    await this.pass(0);
  }

  /** The store as a process reaches it through an outage. */
  #reachable(): Store {
    return new Proxy<Store>(this.store, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.outage === 'refuses') return Promise.reject(new Error('connection refused'));
          const answer = Promise.resolve(member.apply(target, args));
          return this.outage === 'hangs' ? never() : answer;
        };
      },
    });
  }

  /** Time passes: timers fire in order, and all that follows from each has happened before the next. */
  async pass(seconds: number): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    await this.settle();
    while (this.clock.fireNext(until)) await this.settle();
    this.clock.moveTo(until);
    return this;
  }

  /** Returns when nothing more happens without time passing. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.postern.activity(); ) {
      before = this.postern.activity();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  position(id = '1'): Position {
    const view = this.postern.watch().view(id);
    if (!view) throw new Error(`position ${id} is not under watch`);
    return view.position;
  }
  /** Whether a monitor decides for it: false between a crash and a restart. */
  isDeciding(id = '1'): boolean {
    return this.postern.watch().view(id)?.watched != null;
  }
  async file(id = '1'): Promise<PositionFile> {
    const file = await this.store.position(id);
    if (!file) throw new Error(`position ${id} is not stored`);
    return file;
  }
  /** The journal's kinds, those of one position when asked. */
  kinds(id?: string): string[] {
    return this.journal.filter((d) => id === undefined || d.positionId === id).map((d) => d.kind);
  }
}
