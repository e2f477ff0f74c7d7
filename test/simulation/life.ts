import type { AnyActorRef, InspectionEvent } from 'xstate';
import type { ActorObserver } from '../../src/actors/inspection.ts';
import { Lease } from '../../src/actors/ledger/lease.ts';
import type { Clock, TimerHandle } from '../../src/actors/ports.ts';
import { composePostern, type Postern } from '../../src/compose.ts';
import type { Watched } from '../../src/domain/position-facts.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import type { Call, CallKind, Fault } from './faults.ts';
import { describeFault } from './faults.ts';
import { FaultyStore } from './faulty-store.ts';
import { FaultyVenue } from './faulty-venue.ts';
import { INSTANCE, type World } from './world.ts';

const LEASE_MS = 15_000;

/** The defaults, with a normal cadence short enough for scripts of two minutes. */
const CONFIG: Config = (() => {
  const config = loadConfig({ env: {} });
  return { ...config, monitoring: { ...config.monitoring, normalFrequencyMs: 5_000 } };
})();

/** One life of the daemon: what it started, it can't outlive. */
export class Life {
  readonly number: number;
  readonly world: World;
  alive = true;
  readonly #clock: LifeClock;
  readonly #died: (restartMs: number) => void;
  readonly #deaths: (() => void)[] = [];
  #calls = 0;

  /** `died`: the process is gone, and the init system starts it again in `restartMs`. */
  constructor(number: number, world: World, died: (restartMs: number) => void) {
    this.number = number;
    this.world = world;
    this.#died = died;
    this.#clock = new LifeClock(world.clock);
    this.#deaths.push(() => this.#clock.stop());
  }

  /** As the daemon starts: lease, stored positions, then the tree. */
  async start(): Promise<void> {
    const { world } = this;
    const clock = this.#clock;
    const store = new FaultyStore(this);
    const lease = await Lease.take({
      store,
      clock,
      owner: 'postern',
      ttlMs: LEASE_MS,
      exclusive: false,
      lost: (reason) => this.#exit(`lease lost: ${reason}`),
    });
    if (!(lease instanceof Lease)) throw new Error(`the lease belongs to ${lease.owner}`);
    const positions = await store.openPositions();
    const openAlerts = await store.alerts({ open: true });
    if (!this.alive) return;
    const postern: Postern = composePostern({
      config: CONFIG,
      clock,
      venue: new FaultyVenue(this),
      store,
      notifier: {
        alertRaised: (alert) => this.#tell(`alert ${alert.kind}: ${alert.text}`),
        alertResolved: (alert) => this.#tell(`alert ${alert.kind} resolved`),
        storeFailed: ({ error }) => this.#tell(`store failed: ${error}`),
        storeRecovered: () => this.#tell('store recovered'),
        journaled: ({ kind, summary }) => {
          this.#tell(`${kind}: ${summary}`);
          if (kind.endsWith('.restarted') && this.alive) world.violate(`${kind}: ${summary}`);
        },
      },
      epoch: lease.epoch,
      instance: INSTANCE,
      mode: world.variant.mode,
      mayTrade: () => lease.isValid,
      methods: [world.scenario.method],
      positions,
      openAlerts,
      ids: { next: () => `e${++world.edges}` },
      observe: watchDecisions(this),
      rowWriteMs: CONFIG.monitoring.rowWriteIntervalMs,
    });
    void postern.ended.then((end) => {
      if (end.kind === 'crashed') this.#exit(`${end.part} crashed: ${end.error}`);
    });
  }

  /** The next call over the edge, and what happens to it. */
  meet(kind: CallKind, about: string): Fault | null {
    const call: Call = { life: this.number, index: this.#calls++, kind, about };
    const fault = this.world.plan(call);
    this.#tell(`#${call.index} ${kind} ${about}${fault ? ` ← ${describeFault(fault)}` : ''}`);
    this.world.met?.(call);
    return fault;
  }

  /** The process is gone at this instant. */
  die(restartMs: number): void {
    if (!this.alive) return;
    this.alive = false;
    for (const end of this.#deaths) end();
    this.world.note(`L${this.number} dies`);
    this.#died(restartMs);
  }

  /** Ends with the process. */
  atDeath(end: () => void): void {
    this.#deaths.push(end);
  }

  /** The daemon ends by itself and is started again; only a lost lease is a reason to. */
  #exit(why: string): void {
    if (!this.alive) return;
    this.#tell(`exits: ${why}`);
    if (!why.includes('lease')) this.world.violate(why);
    this.die(1_000);
  }

  #tell(what: string): void {
    if (this.alive) this.world.note(`L${this.number} ${what}`);
  }
}

/** Tells the audit of every order at the instant at which a position prices it: a snapshot comes only after its commit. */
function watchDecisions(life: Life): ActorObserver {
  let last: string | null = null;
  const watch = (event: InspectionEvent): void => {
    if (
      event.type !== '@xstate.microstep' ||
      !life.alive ||
      !(event.actorRef as AnyActorRef).id.startsWith('position:')
    )
      return;
    const { position } = (event.snapshot as unknown as { context: Watched }).context;
    const attempt = position.exit?.attempt;
    if (!attempt || attempt.clientId === last) return;
    last = attempt.clientId;
    const { audit } = life.world;
    const isOurs = (audit.attempts.get(attempt.clientId)?.life ?? life.number) === life.number;
    if (isOurs && position.quotedAt !== null) audit.decided(attempt.clientId, position.quotedAt);
  };
  return (actor) => void actor.system.inspect(watch);
}

/** The world's clock as one process sees it: its timers end with it. */
class LifeClock implements Clock {
  readonly #clock: Clock;
  readonly #waiting = new Set<TimerHandle>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(fn: () => void, ms: number): TimerHandle {
    if (this.#stopped) return -1;
    const handle = this.#clock.setTimeout(() => {
      this.#waiting.delete(handle);
      fn();
    }, ms);
    this.#waiting.add(handle);
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#waiting.delete(handle);
    this.#clock.clearTimeout(handle);
  }

  stop(): void {
    this.#stopped = true;
    for (const handle of this.#waiting) this.#clock.clearTimeout(handle);
    this.#waiting.clear();
  }
}

/** What a process that is gone waits for. */
export const never = <T>(): Promise<T> => new Promise<T>(() => {});
