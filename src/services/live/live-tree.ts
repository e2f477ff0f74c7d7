import type { Post } from '../../actors/mail.ts';
import type { BreakerRecord, Clock, Ids, Store, Venue } from '../../actors/ports.ts';
import type { Watch } from '../../actors/watch/watch.ts';
import type { Method } from '../../domain/method.ts';
import type { Position } from '../../domain/position.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Config } from '../config/schema.ts';
import { OperationError, type PositionView } from '../operations/operations.ts';
import { within } from '../process/processes.ts';
import { viewAt } from '../reports/live-view.ts';
import { type Viewed, viewPosition } from '../reports/position-views.ts';
import type { OpenVenue } from '../venues/open-venue.ts';
import type { PriceHistories } from './price-histories.ts';
import type { RulesInForce } from './rules-in-force.ts';

export interface LiveOptions {
  /** The running tree. */
  tree: {
    post: Post;
    watch(): Watch;
    addMethod(method: Method): void;
    /** The circuit breakers as they stand. */
    breakers(): readonly BreakerRecord[];
  };
  store: Store;
  clock: Clock;
  ids: Ids;
  venue: Venue;
  cover: OpenVenue['cover'];
  rules: RulesInForce;
  prices: PriceHistories;
  /** Reads the configuration again. Throws a ConfigError. */
  reload: () => LoadedConfig;
  setLogLevel: (level: Config['log']['level']) => void;
}

const COMMIT_WAIT_MS = 10_000;

/** The running tree as operations speak to it: what they ask is answered once it is durable. */
export class LiveTree {
  readonly options: LiveOptions;
  #isStopping = false;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  now(): number {
    return this.options.clock.now();
  }

  /** From now on everything that would change something is refused. */
  stop(): void {
    this.#isStopping = true;
  }

  refuseWhenStopping(): void {
    if (this.#isStopping) throw new OperationError('unavailable', 'the daemon is stopping');
  }

  /** Null when the position is not under watch. */
  view(id: string): Viewed | null {
    const at = this.now();
    const view = this.options.tree.watch().view(id);
    if (view === null) return null;
    return view.watched === null ? { ...view, at } : viewAt(view.watched, view.book, at);
  }

  async viewNow(id: string): Promise<PositionView> {
    const live = this.view(id);
    if (live) return viewPosition(live);
    const file = await this.options.store.position(id);
    if (!file) throw notFound(id);
    return viewPosition({ ...file, at: this.now() });
  }

  /** The position as it is now, if an operator can speak to it. */
  async watched(id: string): Promise<Position> {
    this.refuseWhenStopping();
    const view = this.options.tree.watch().view(id);
    if (view?.watched) return view.watched.position;
    if (view)
      throw new OperationError(
        'unavailable',
        `position ${id} has no monitor at this moment (it is being started, or the venue does not know ${view.position.market}): try again`,
      );
    const file = await this.options.store.position(id);
    if (!file) throw notFound(id);
    if (file.position.phase === 'closed') throw conflict(`position ${id} is closed`);
    throw new OperationError('unavailable', `position ${id} is not watched yet: try again in a moment`);
  }

  /** Resolves once all that was decided so far is durable. */
  flush(soFar: string): Promise<void> {
    return this.committed<null>(
      (done) => this.options.tree.post('ledger', { type: 'flush', done: () => done(null) }),
      soFar,
    ).then(() => {});
  }

  /** What `ask` is answered; an Error among the answers is thrown. */
  async committed<T>(ask: (done: (answer: T | Error) => void) => void, soFar: string): Promise<T> {
    const answer = new Promise<T>((resolve, reject) =>
      ask((value) => (value instanceof Error ? reject(value) : resolve(value))),
    );
    return within(COMMIT_WAIT_MS, answer, () => {
      throw new OperationError('unavailable', `${soFar}, but nothing has confirmed it: look again`);
    });
  }
}

export const conflict = (message: string): OperationError => new OperationError('conflict', message);
export const notFound = (id: string): OperationError =>
  new OperationError('not_found', `there is no position ${id}`);
