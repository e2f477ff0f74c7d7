import type { MarketInfo } from '../../domain/market.ts';
import type { Method } from '../../domain/method.ts';
import type { Position } from '../../domain/position.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import type { ActorObserver, EvaluationTimer } from '../inspection.ts';
import type { DailyLoss, Post } from '../mail.ts';
import { endedFact } from '../orders/attempt-progress.ts';
import type { Clock, PositionFile } from '../ports.ts';
import { Monitor, type Outcome } from './monitor.ts';
import { PositionHost } from './position-host.ts';
import { restorePosition } from './restore.ts';
import { isUrgentPhase, lastOrder, newlyWatched, positionOf, type Watched } from './watched.ts';
import type { WatchedMarkets } from './watched-markets.ts';

export interface MonitorsOptions {
  clock: Clock;
  post: Post;
  instance: string;
  methodOf: (name: string, version: number) => Method;
  rowWriteMs: number | null;
  dailyLoss: DailyLoss;
  /** The database breaker is tripped. */
  patientPaused: boolean;
  observe?: ActorObserver | undefined;
  evaluating?: EvaluationTimer | undefined;
  drill?: ((position: Position) => void) | undefined;
  marketOf?: PositionMarket | undefined;
}

/** What one position knows of its market beside what the venue says: a replay's close time, volume, settlement. */
export type PositionMarket = (position: Position, market: MarketInfo) => MarketInfo;

/** What the monitors tell who hosts them. */
export interface MonitorsHost {
  settled: (watched: Watched, outcome: Outcome) => void;
  /** A monitor runs and has heard how its last order ended: it may be told what it missed. */
  started: (watched: Watched) => void;
}

/** The life of each monitor: it starts once its market is known, crashes, starts again from its stored row, ends. */
export class Monitors {
  readonly #options: MonitorsOptions;
  readonly #markets: WatchedMarkets;
  readonly #tell: MonitorsHost;
  readonly #positions = new Map<string, Watched>();
  readonly #host: PositionHost;
  #dailyLoss: DailyLoss;
  #patientPaused: boolean;
  #incarnations = 0;
  #stopped = false;

  constructor(options: MonitorsOptions, markets: WatchedMarkets, tell: MonitorsHost) {
    this.#options = options;
    this.#markets = markets;
    this.#tell = tell;
    this.#host = new PositionHost(options.drill);
    this.#dailyLoss = options.dailyLoss;
    this.#patientPaused = options.patientPaused;
  }

  find(positionId: string): Watched | undefined {
    return this.#positions.get(positionId);
  }

  /** Every position under watch, whether its monitor runs or not. */
  all(): Watched[] {
    return [...this.#positions.values()];
  }

  /** How many run. */
  running(): number {
    return this.all().filter(({ monitor }) => monitor !== null).length;
  }

  /** To all that run, and what those that start later have to know. */
  broadcast(event: PositionEvent): void {
    if (event.type === 'breaker.changed') this.#dailyLoss = event.dailyLoss;
    if (event.type === 'dailyLoss.measured')
      this.#dailyLoss = { ...this.#dailyLoss, pnl: event.pnl, limit: event.limit };
    if (event.type === 'patience.changed') this.#patientPaused = event.patientPaused;
    for (const { monitor } of this.all()) monitor?.send(event);
  }

  /** None decides any more. */
  halt(): void {
    for (const { monitor } of this.#positions.values()) monitor?.stop();
  }

  stop(): void {
    this.#stopped = true;
    this.halt();
  }

  add(file: PositionFile): void {
    const { id, market: name } = file.position;
    if (this.#positions.has(id)) return;
    const market = this.#markets.of(name);
    const watched = newlyWatched(file, market);
    this.#positions.set(id, watched);
    this.#markets.join(watched);
    this.#markets.setUrgent(watched, isUrgentPhase(file.position));
    this.#adoptLiveOrder(file);
    if (market.info === null) this.#options.post('feed', { type: 'market.wanted', market: name });
    else this.#start(watched, market.info);
  }

  /** Its market is known: it starts, unless it has crashed and waits for the supervisor's word. */
  startKnown(watched: Watched, info: MarketInfo): void {
    if (!watched.crashed) this.#start(watched, info);
  }

  /** It is closed and under watch no more. */
  remove(watched: Watched): void {
    const { id } = watched.file.position;
    this.#clearSlot(watched);
    this.#positions.delete(id);
    this.#markets.leave(watched);
    this.#options.post('system', { type: 'monitor.closed', positionId: id });
  }

  /** The store would not take what the monitor decided: it starts again from what is stored. */
  refuse(positionId: string, error: string): void {
    const watched = this.#positions.get(positionId);
    if (!watched?.monitor) return;
    watched.monitor.stop();
    this.#crash(watched, new Error(`the ledger refused a commit: ${error}`));
  }

  restartLater(positionId: string, afterMs: number): void {
    this.#options.clock.setTimeout(() => {
      const watched = this.#positions.get(positionId);
      if (this.#stopped || !watched) return;
      watched.mayRestart = true;
      this.#options.post('ledger', { type: 'position.read', positionId });
    }, afterMs);
  }

  /** What is stored of a position was read. */
  reload(file: PositionFile): void {
    const watched = this.#positions.get(file.position.id);
    if (!watched && file.position.phase !== 'closed') this.add(file);
    if (!watched?.mayRestart || watched.monitor) return;
    watched.file = file;
    watched.crashed = false;
    watched.mayRestart = false;
    watched.restarts += 1;
    this.#adoptLiveOrder(file);
    if (watched.market.info) this.#start(watched, watched.market.info);
  }

  #start(watched: Watched, info: MarketInfo): void {
    const { post } = this.#options;
    const { file, market } = watched;
    const { id: positionId } = file.position;
    const last = lastOrder(file);
    try {
      const monitor = this.#build(watched, info);
      watched.monitor = monitor;
      watched.slot = market.bands.add(watched);
      monitor.start();
    } catch (error) {
      if (!watched.crashed) this.#crash(watched, error);
    }
    if (!watched.monitor) return;
    if (watched.restarts > 0) post('system', { type: 'monitor.started', positionId });
    if (last && last.endedAt !== null) watched.monitor.send(endedFact(last));
    this.#tell.started(watched);
    post('feed', { type: 'market.joined', market: market.name, positionId });
  }

  #build(watched: Watched, info: MarketInfo): Monitor {
    const { clock, instance, methodOf, rowWriteMs, observe, evaluating } = this.#options;
    const position = restorePosition(watched.file);
    const own = this.#options.marketOf?.(position, info) ?? info;
    return new Monitor(
      {
        host: this.#host,
        position,
        method: methodOf(position.method, position.methodVersion),
        surroundings: {
          market: own,
          dailyLoss: this.#dailyLoss,
          patientPaused: this.#patientPaused,
          opportunity: watched.opportunity,
        },
        instance,
        clock,
        rowWriteMs,
        restarts: watched.restarts,
        observe,
        evaluating,
        settled: (outcome) => this.#tell.settled(watched, outcome),
        crashed: (error) => this.#crash(watched, error),
      },
      ++this.#incarnations,
    );
  }

  /** A live order is looked after whether or not its monitor starts, and before strays are looked for. */
  #adoptLiveOrder(file: PositionFile): void {
    const attempt = lastOrder(file);
    if (!attempt || attempt.endedAt !== null) return;
    const cancelRequested = attempt.cancelRequested || file.position.exit?.attempt?.cancelRequested === true;
    const { priority } = file.position.exit!;
    this.#options.post('desk', { type: 'order.adopt', attempt: { ...attempt, cancelRequested }, priority });
  }

  #crash(watched: Watched, error: unknown): void {
    this.#clearSlot(watched);
    // Until its row is read, which an outage may put off, the day's P&L and the account count it as it was last.
    watched.file = { ...watched.file, position: positionOf(watched) };
    watched.monitor = null;
    watched.crashed = true;
    this.#options.post('system', {
      type: 'monitor.crashed',
      positionId: watched.file.position.id,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #clearSlot(watched: Watched): void {
    if (watched.slot === null) return;
    const moved = watched.market.bands.remove(watched.slot);
    if (moved) moved.slot = watched.slot;
    watched.slot = null;
  }
}
