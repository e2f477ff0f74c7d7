/** One process of the program: cut off from the world when it is dead, late in everything while it stands still. */
import { Lease } from '../../src/actors/ledger/lease.ts';
import type { Clock, LocalJournal, Store, TimerHandle } from '../../src/actors/ports.ts';
import { composePostern, type Postern } from '../../src/compose.ts';
import { createAdopter } from '../../src/services/adoption/adopt-holding.ts';
import { replayJournal } from '../../src/services/journal/journal-replay.ts';
import type { Log } from '../../src/services/log/log.ts';
import { loadAccount } from '../../src/services/startup/load-account.ts';
import type { Http } from '../../src/services/venues/kalshi/client/http.ts';
import type { OpenSocket } from '../../src/services/venues/kalshi/stream/socket.ts';
import type { Hour } from './hour.ts';
import { isInjected } from './injected.ts';

/** The exchange refuses what is signed at another time than its own (FACTS section 2). */
const MOST_SKEW_MS = 5_000;
const NOT_SENT = { kind: 'failed', reason: 'not sent: not wanted any more' } as const;

const TIMESTAMP_EXPIRED = {
  kind: 'answered',
  status: 401,
  headers: {},
  body: '{"error":{"code":"authentication_error","message":"authentication error","details":"TIMESTAMP_EXPIRED"}}',
} as const;

export const INSTANCE = 'world';
export const LEASE_MS = 15_000;
const ASK_AGAIN_MS = 500;

/** When the process dies: at so many calls over its edges from now, before or after the last of them was made. */
export interface Death {
  calls: number;
  when: 'before' | 'after';
  restartMs: number;
}

export class Life {
  readonly number: number;
  /** Where it runs: beside which disk. */
  readonly machine: 0 | 1;
  alive = true;
  epoch = 0;
  postern: Postern | null = null;
  /** Since when it trades (ms). */
  tradingSince: number | null = null;
  death: Death | null = null;
  readonly #hour: Hour;
  readonly #clock: Clock;
  readonly #late: (() => void)[] = [];
  readonly #sockets = new Set<() => void>();
  #isFrozen = false;
  #lease: Lease | null = null;

  constructor(number: number, machine: 0 | 1, hour: Hour) {
    this.number = number;
    this.machine = machine;
    this.#hour = hour;
    this.#clock = {
      now: () => hour.clock.now() + hour.skewMs,
      setTimeout: (fn, ms) => this.#timer(fn, ms),
      clearTimeout: (handle) => hour.clock.clearTimeout(handle),
    };
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  get isTrading(): boolean {
    const isTrading = this.alive && !this.#isFrozen && this.postern?.isTrading() === true;
    if (isTrading) this.tradingSince ??= this.#hour.clock.now();
    return isTrading;
  }

  /** As the daemon starts. Whatever it can't do ends the process, and the service manager starts it again. */
  async start(): Promise<void> {
    try {
      await this.#grow();
    } catch (error) {
      this.exit(`the start failed: ${error instanceof Error ? error.message : error}`, 2_000);
    }
  }

  async #grow(): Promise<void> {
    const hour = this.#hour;
    const clock = this.#clock;
    const { config, methods, mode, database, rowWriteMs } = hour.scenario;
    const store = this.#reaching(hour.database.asReached());
    const journal = this.#reaching(hour.journalFile(this));
    const lease = await this.#takeLease(store);
    const { epoch } = lease;
    this.#lease = lease;
    this.epoch = epoch;
    const log = { warn: this.#say, error: this.#say } as unknown as Log;
    await replayJournal({ journal, store, epoch, now: clock.now, log });
    const venue = hour.link.venue({
      clock,
      streaming: mode === 'stream',
      ownPrefix: `p${INSTANCE}-`,
      http: this.#http,
      open: this.#open,
      mayTrade: () => lease.isValid,
    });
    const positions = await store.openPositions();
    const entries = await store.entriesAtWork();
    const openAlerts = await store.alerts({ open: true });
    const account = await loadAccount(store, clock.now(), config.circuitBreakers.tradingDayTimeZone);
    const postern = composePostern({
      config,
      clock,
      venue,
      store,
      journal,
      adopt: createAdopter({
        ...{ venue, store, clock },
        ids: { next: () => `a${hour.nextId()}` },
        rules: () => ({ methods, adoption: config.adoption }),
      }),
      notifier: hour.witness(this),
      epoch,
      instance: INSTANCE,
      mode,
      mayTrade: () => lease.isValid,
      methods,
      positions,
      entries,
      ids: { next: () => `e${hour.nextId()}` },
      openAlerts,
      account,
      rowWriteMs,
    });
    this.postern = postern;
    hour.note(`process ${this.number} runs as epoch ${epoch} beside an ${database} database`);
    void postern.ended.then((end) => {
      if (!this.alive) return;
      if (end.kind === 'stopped') return this.exit('stopped', 1_000);
      this.exit(`${end.part} crashed: ${end.error}`, 1_000);
      // Whoever finds the lease lost in the middle of something ends at once.
      const isWanted = isInjected(end.error) || end.error.includes('the lease is not ours');
      if (!isWanted) hour.violate('crash', `${end.part} crashed: ${end.error}`);
    });
  }

  async #takeLease(store: Store): Promise<Lease> {
    const isAlone = this.#hour.scenario.database === 'embedded';
    const options = {
      store,
      clock: this.#clock,
      owner: isAlone ? 'alone' : `process ${this.number}`,
      ttlMs: LEASE_MS,
      exclusive: isAlone,
      lost: (reason: string) => this.exit(`lease lost: ${reason}`, 1_000),
    };
    for (;;) {
      const lease = await Lease.take(options);
      if (lease instanceof Lease) {
        if (lease.isValid) return lease;
        await lease.release();
      }
      await new Promise<void>((resolve) => this.#clock.setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  #say = (_: unknown, text: string): void => this.#hour.note(`process ${this.number}: ${text}`);

  /** A signal asks it to end. */
  stop(): void {
    this.postern?.stop();
  }

  /** It ends by itself and is started again. */
  exit(why: string, restartMs: number): void {
    if (!this.alive) return;
    this.#hour.note(`process ${this.number} exits: ${why}`);
    if (why === 'stopped') void this.#lease?.release();
    this.#end(restartMs);
  }

  /** The process is gone at this instant; what it asked of others goes on. */
  die(restartMs: number): void {
    if (!this.alive) return;
    this.#hour.note(`process ${this.number} dies`);
    this.#hour.disks[this.machine].tear();
    this.#end(restartMs);
  }

  #end(restartMs: number): void {
    this.alive = false;
    for (const close of this.#sockets) close();
    this.#late.length = 0;
    this.#hour.ended(this, restartMs);
  }

  /** It stands still for so long, as under SIGSTOP: what comes meanwhile comes at the end. */
  freeze(ms: number): void {
    if (this.#isFrozen || !this.alive) return;
    this.#isFrozen = true;
    this.#hour.clock.setTimeout(() => {
      this.#isFrozen = false;
      for (let next = this.#late.shift(); next && this.alive; next = this.#late.shift()) next();
    }, ms);
  }

  /** Runs it once the process runs; never when it is dead. */
  #whenRunning(fn: () => void): void {
    if (!this.alive) return;
    if (this.#isFrozen) this.#late.push(fn);
    else fn();
  }

  #timer(fn: () => void, ms: number): TimerHandle {
    if (!this.alive) return -1;
    return this.#hour.clock.setTimeout(() => {
      if (this.#isDyingNow('before')) return;
      this.#whenRunning(() => this.#guarded(fn));
    }, ms);
  }

  /** An error that nobody catches ends the process. */
  #guarded(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.uncaught(error);
    }
  }

  uncaught(error: unknown): void {
    this.exit(`an error that nobody caught: ${error}`, 1_000);
    if (!isInjected(error))
      this.#hour.violate('crash', `nobody caught: ${error instanceof Error ? error.stack : error}`);
  }

  /** Counts a call over an edge of the process; true when it dies here. */
  #isDyingNow(when: Death['when']): boolean {
    const { death } = this;
    if (!death || death.when !== when) return false;
    death.calls -= 1;
    if (death.calls > 0) return false;
    this.death = null;
    this.die(death.restartMs);
    return true;
  }

  /** What it asks of a thing that may outlive it. */
  async #ask<T>(carryOut: () => Promise<T>): Promise<T> {
    if (!this.alive || this.#isDyingNow('before')) return never();
    const answer = carryOut();
    if (this.#isDyingNow('after')) {
      answer.catch(() => {});
      return never();
    }
    return this.#heard(answer);
  }

  async #heard<T>(answer: Promise<T>): Promise<T> {
    let value: T;
    try {
      value = await answer;
    } catch (error) {
      await this.#running();
      throw error;
    }
    await this.#running();
    return value;
  }

  async #running(): Promise<void> {
    if (!this.alive) return never();
    if (this.#isFrozen) await new Promise<void>((resolve) => this.#late.push(resolve));
  }

  #reaching<T extends Store | LocalJournal>(thing: T): T {
    return new Proxy(thing, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#ask(() => member.apply(target, args));
      },
    });
  }

  readonly #http: Http = (request) =>
    this.#ask(async () => {
      if (Math.abs(this.#hour.skewMs) > MOST_SKEW_MS) return TIMESTAMP_EXPIRED;
      if (request.mayLeave?.() === false) return NOT_SENT;
      this.#hour.sending(this, request);
      return this.#hour.link.http(request);
    });

  readonly #open: OpenSocket = (url, headers, listener) => {
    if (!this.alive) return { send: () => {}, close: () => {} };
    if (Math.abs(this.#hour.skewMs) > MOST_SKEW_MS) {
      this.#timer(() => listener.closed('the handshake was refused (HTTP 401)'), 0);
      return { send: () => {}, close: () => {} };
    }
    const hear = (fn: () => void): void => {
      if (this.alive && !this.#isDyingNow('before')) this.#whenRunning(() => this.#guarded(fn));
    };
    const socket = this.#hour.link.open(url, headers, {
      opened: () => hear(() => listener.opened()),
      text: (text) => hear(() => listener.text(text)),
      ping: () => hear(() => listener.ping()),
      closed: (reason) => {
        this.#sockets.delete(socket.close);
        hear(() => listener.closed(reason));
      },
    });
    this.#sockets.add(socket.close);
    return { send: (text) => (this.alive ? socket.send(text) : undefined), close: () => socket.close() };
  };
}

const never = <T>(): Promise<T> => new Promise(() => {});
