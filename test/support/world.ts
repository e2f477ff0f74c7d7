/** The whole tree over a memory store and a venue, in virtual time. Nothing in it reads a wall clock or sleeps. */
import type { DecisionRecord, PositionFile, StoreWrite, Venue } from '../../src/actors/ports.ts';
import { type Composition, composePostern, type Postern } from '../../src/compose.ts';
import type { Method } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import type { Position } from '../../src/domain/position.ts';
import { createAdopter } from '../../src/services/adopt-holding.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { aNewPosition, defaultMethod, NOON, SECOND } from './domain-builders.ts';
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
  beforeCommit?: (writes: readonly StoreWrite[]) => void;
}

export const INSTANCE = 'world';
const EPOCH = 1;

export class World {
  readonly clock = new VirtualClock(NOON);
  readonly venue = new ScriptedVenue(() => this.clock.now());
  readonly store: MemoryStore;
  /** "raised critical exit_failed 1", "resolved exit_failed 1". */
  readonly alerts: string[] = [];
  readonly journal: DecisionRecord[] = [];
  readonly #options: WorldOptions;
  #adopted = 0;
  /** Why it ended; null while it runs. */
  end: Awaited<Postern['ended']> | null = null;
  postern!: Postern;

  private constructor(options: WorldOptions) {
    this.#options = options;
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
    await world.store.acquireLease('world', Number.MAX_SAFE_INTEGER / 4);
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

  /** Starts a tree from what is stored: also after `kill`. */
  async start(): Promise<void> {
    const { config = {}, mode = 'poll', drill, observe, delayed, venue } = this.#options;
    this.end = null;
    const { clock, store } = this;
    const whole = { ...loadConfig({ env: {} }), ...config };
    const opened = venue ? await venue(clock) : this.venue;
    const postern = composePostern({
      config: whole,
      clock,
      venue: opened,
      adopt: createAdopter({
        venue: opened,
        store,
        clock,
        ids: { next: () => `a${++this.#adopted}` },
        methods: this.#methods,
        adoption: whole.adoption,
      }),
      store,
      notifier: recordingNotifier(this.alerts, this.journal),
      epoch: EPOCH,
      instance: INSTANCE,
      mode,
      mayTrade: () => true,
      methods: this.#methods,
      positions: await this.store.openPositions(),
      openAlerts: await this.store.alerts({ open: true }),
      dailyLoss: { tripped: false, pnl: null, limit: null },
      rowWriteMs: 30_000,
      ...(drill ? { drill } : {}),
      ...(observe ? { observe } : {}),
      ...(delayed ? { delayed } : {}),
    });
    this.postern = postern;
    void postern.ended.then((end) => {
      if (this.postern === postern) this.end = end;
    });
    await this.pass(0);
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
