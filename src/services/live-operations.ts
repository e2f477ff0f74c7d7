import type { Post } from '../actors/mail.ts';
import type { Clock, Ids, Store, Venue } from '../actors/ports.ts';
import type { Watch } from '../actors/watch.ts';
import type { Method, Priority } from '../domain/method.ts';
import { formatQuantity, type Quantity } from '../domain/money.ts';
import { type Position, remaining } from '../domain/position.ts';
import type { PositionEvent } from '../machines/position-events.ts';
import type { Config } from './config/schema.ts';
import { freeId } from './ids.ts';
import {
  type Explanation,
  OperationError,
  type Operations,
  type PositionDetail,
  type PositionView,
  type TrackRequest,
} from './operations.ts';
import { within } from './processes.ts';
import { explainPosition } from './reports/explanation.ts';
import { viewAt } from './reports/live-view.ts';
import { detailPosition, type Story, type Viewed, viewPosition } from './reports/position-views.ts';
import { adoptRequest } from './track-request.ts';
import type { OpenVenue } from './venues/open-venue.ts';
import { WorkQueue } from './venues/paper/work-queue.ts';

export interface LiveOptions {
  /** The running tree. */
  tree: { post: Post; watch(): Watch };
  store: Store;
  clock: Clock;
  ids: Ids;
  venue: Venue;
  cover: OpenVenue['cover'];
  /** The latest version of each method. */
  methods: readonly Method[];
  adoption: Config['adoption'];
}

/** How much of its journal a position is shown with. */
const JOURNAL_LINES = 2_000;
const COMMIT_WAIT_MS = 10_000;

/** What can be asked of the daemon in whose process this runs. Actions resolve once their effect is committed. */
export class LiveOperations implements Operations {
  readonly source = 'daemon';
  readonly #options: LiveOptions;
  readonly #adoptions = new WorkQueue();
  #isStopping = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  async positions({ closed }: { closed: boolean }): Promise<PositionView[]> {
    const { store, clock, tree } = this.#options;
    const at = clock.now();
    if (closed) {
      const rows = await store.positions({ closed: true });
      return rows.map((position) => viewPosition({ position, evaluation: null, at }));
    }
    const open = tree
      .watch()
      .positions()
      .filter(({ phase }) => phase !== 'closed');
    return open
      .sort(byAge)
      .map((position) => viewPosition(this.#view(position.id) ?? { position, evaluation: null, at }));
  }

  async show(id: string): Promise<PositionDetail> {
    return detailPosition(await this.#story(id));
  }

  async explain(id: string): Promise<Explanation> {
    return explainPosition(await this.#story(id));
  }

  async track(request: TrackRequest): Promise<PositionView> {
    this.#refuseWhenStopping();
    await this.#refuseUnknownMarket(request.market);
    return this.#adoptions.run(() => this.#adopt(request));
  }

  async exit(
    id: string,
    wish: { quantity: Quantity | null; priority: Priority; note: string | null },
  ): Promise<PositionView> {
    const before = await this.#watched(id);
    const { quantity } = wish;
    const left = remaining(before);
    if (quantity !== null && (!Number.isSafeInteger(quantity) || quantity <= 0))
      throw new OperationError('invalid', 'quantity: must be above 0');
    if (quantity !== null && quantity > left)
      throw conflict(
        `position ${id} has ${formatQuantity(left)} left: ${formatQuantity(quantity)} can't be sold`,
      );
    const status = this.#options.tree.watch().view(id)?.market?.status;
    if (status === 'closed' || status === 'settled')
      throw conflict(`the market of position ${id} is ${status}: it is settled, not sold`);
    const began = ({ exit, phase }: Position): boolean =>
      phase === 'closed' ||
      exit?.takenOverBy?.reason === 'operator' ||
      (exit?.reason === 'operator' && exit.id !== before.exit?.id);
    return this.#tell(id, { type: 'operator.exit', ...wish, at: this.#now() }, began);
  }

  async hold(id: string, { cancel, note }: { cancel: boolean; note: string | null }): Promise<PositionView> {
    const { held, exit } = await this.#watched(id);
    if (held && !(cancel && exit !== null)) return this.#viewNow(id);
    return this.#tell(id, { type: 'operator.hold', cancel, note, at: this.#now() }, (after) => after.held);
  }

  async release(id: string, { note }: { note: string | null }): Promise<PositionView> {
    if (!(await this.#watched(id)).held) throw conflict(`position ${id} is not held`);
    return this.#tell(id, { type: 'operator.release', note, at: this.#now() }, (after) => !after.held);
  }

  async resume(id: string, { note }: { note: string | null }): Promise<PositionView> {
    await this.#failed(id, 'resume');
    return this.#tell(id, { type: 'operator.resume', note, at: this.#now() }, hasLeftFailed);
  }

  async retry(id: string, { note }: { note: string | null }): Promise<PositionView> {
    await this.#failed(id, 'retry');
    return this.#tell(id, { type: 'operator.retry', note, at: this.#now() }, hasLeftFailed);
  }

  /** From now on everything that would change something is refused. */
  stop(): void {
    this.#isStopping = true;
  }

  async close(): Promise<void> {}

  #now(): number {
    return this.#options.clock.now();
  }

  /** Null when the position is not under watch. */
  #view(id: string): Viewed | null {
    const at = this.#now();
    const view = this.#options.tree.watch().view(id);
    if (view === null) return null;
    return view.watched === null ? { ...view, at } : viewAt(view.watched, view.book, at);
  }

  async #viewNow(id: string): Promise<PositionView> {
    const live = this.#view(id);
    if (live) return viewPosition(live);
    const file = await this.#options.store.position(id);
    if (!file) throw notFound(id);
    return viewPosition({ ...file, at: this.#now() });
  }

  async #story(id: string): Promise<Story> {
    const { store } = this.#options;
    const file = await store.position(id);
    if (!file) throw notFound(id);
    const decisions = await store.decisions({ positionId: id, limit: JOURNAL_LINES });
    const alerts = await store.alerts({ open: true });
    return { viewed: this.#view(id) ?? { ...file, at: this.#now() }, file, decisions, alerts };
  }

  async #adopt(request: TrackRequest): Promise<PositionView> {
    const { tree, store, ids, methods, adoption, cover } = this.#options;
    const id = await freeId(ids, store);
    const { file, decision } = adoptRequest(id, request, { methods, adoption, at: this.#now() });
    await cover(file.position, tree.watch().positions());
    await this.#committed(
      (done) => tree.post('ledger', { type: 'position.adopt', file, decision, done }),
      `position ${id} is not adopted yet`,
    );
    return this.#viewNow(id);
  }

  async #refuseUnknownMarket(market: string): Promise<void> {
    const answer = await this.#options.venue.markets([market]);
    if (answer.kind === 'unavailable')
      throw new OperationError('unavailable', `the venue can't be asked about ${market}: ${answer.reason}`);
    const [info] = answer.value;
    if (!info) throw new OperationError('invalid', `market: the venue has no market "${market}"`);
    if (info.status === 'settled') throw new OperationError('invalid', `market: ${market} is settled`);
  }

  /** The position as it is now, if an operator can speak to it. */
  async #watched(id: string): Promise<Position> {
    this.#refuseWhenStopping();
    const view = this.#options.tree.watch().view(id);
    if (view?.watched) return view.watched.position;
    if (view)
      throw new OperationError(
        'unavailable',
        `position ${id} has no monitor at this moment (it is being started, or the venue does not know ${view.position.market}): try again`,
      );
    const file = await this.#options.store.position(id);
    if (!file) throw notFound(id);
    if (file.position.phase === 'closed') throw conflict(`position ${id} is closed`);
    throw new OperationError('unavailable', `position ${id} is not watched yet: try again in a moment`);
  }

  async #failed(id: string, word: string): Promise<void> {
    const { phase } = await this.#watched(id);
    if (phase !== 'failed') throw conflict(`position ${id} is ${phase}: only a failed one takes ${word}`);
  }

  /** Posts an operator's word, sees that it took effect, and waits until that is durable. */
  async #tell(id: string, event: OperatorEvent, tookEffect: (after: Position) => boolean) {
    const { post, watch } = this.#options.tree;
    const exitId = watch().view(id)?.position.exit?.id ?? null;
    post('watch', { type: 'position.event', positionId: id, event });
    const after = watch().view(id);
    if (after && !tookEffect(after.position))
      throw conflict(`position ${id} did not take it: it is ${after.position.phase}`);
    if (event.note !== null) {
      const summary = `${event.type.replace('operator.', '')}: ${event.note}`;
      const decision = { positionId: id, exitId, at: event.at, kind: 'operator.note', summary, data: {} };
      post('ledger', { type: 'journal', decision });
    }
    await this.#committed(
      (done) => post('ledger', { type: 'flush', done: () => done(null) }),
      `position ${id} took it`,
    );
    return this.#viewNow(id);
  }

  async #committed(ask: (done: (error: Error | null) => void) => void, soFar: string): Promise<void> {
    const answer = new Promise<void>((resolve, reject) =>
      ask((error) => (error ? reject(error) : resolve())),
    );
    await within(COMMIT_WAIT_MS, answer, () => {
      throw new OperationError('unavailable', `${soFar}, but the database has not confirmed it: look again`);
    });
  }

  #refuseWhenStopping(): void {
    if (this.#isStopping) throw new OperationError('unavailable', 'the daemon is stopping');
  }
}

type OperatorEvent = Extract<PositionEvent, { type: `operator.${string}` }>;

const hasLeftFailed = ({ phase }: Position): boolean => phase !== 'failed';
const byAge = (a: Position, b: Position): number => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
const conflict = (message: string): OperationError => new OperationError('conflict', message);
const notFound = (id: string): OperationError =>
  new OperationError('not_found', `there is no position ${id}`);
