import { formatQuantity } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import { remaining } from '../../domain/position.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import { adoptRequest } from '../adoption/track-request.ts';
import { freeId } from '../ids.ts';
import {
  type ExitPreview,
  type ExitTerms,
  type ExitWish,
  type Explanation,
  OperationError,
  type Operations,
  type PositionDetail,
  type PositionView,
  type PriceHistory,
  type TrackRequest,
  type Word,
} from '../operations/operations.ts';
import { explainPosition } from '../reports/explanation.ts';
import { detailPosition, type Story, viewPosition } from '../reports/position-views.ts';
import { WorkQueue } from '../venues/paper/work-queue.ts';
import { LiveAccount } from './live-account.ts';
import { LiveMethods } from './live-methods.ts';
import { conflict, type LiveOptions, LiveTree, notFound } from './live-tree.ts';
import { readPrices } from './position-prices.ts';
import { previewExit } from './preview-exit.ts';

/** How much of its journal a position is shown with. */
const JOURNAL_LINES = 2_000;

/** What can be asked of the daemon in whose process this runs. Actions resolve once their effect is committed. */
export class LiveOperations implements Operations {
  readonly source = 'daemon';
  readonly methods: LiveMethods;
  readonly account: LiveAccount;
  readonly #live: LiveTree;
  readonly #options: LiveOptions;
  readonly #adoptions = new WorkQueue();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#live = new LiveTree(options);
    this.methods = new LiveMethods(this.#live);
    this.account = new LiveAccount(this.#live, (id, wish) => this.exit(id, wish));
  }

  async positions({ closed }: { closed: boolean }): Promise<PositionView[]> {
    const { store, tree } = this.#options;
    const at = this.#live.now();
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
      .map((position) => viewPosition(this.#live.view(position.id) ?? { position, evaluation: null, at }));
  }

  async show(id: string): Promise<PositionDetail> {
    return detailPosition(await this.#story(id));
  }

  async explain(id: string): Promise<Explanation> {
    return explainPosition(await this.#story(id));
  }

  prices(id: string): Promise<PriceHistory> {
    return readPrices(this.#live, id);
  }

  async previewExit(id: string, terms: ExitTerms): Promise<ExitPreview> {
    refuseNoQuantity(terms);
    return previewExit(this.#live, id, terms);
  }

  async track(request: TrackRequest): Promise<PositionView> {
    this.#live.refuseWhenStopping();
    await this.#refuseUnknownMarket(request.market);
    return this.#adoptions.run(() => this.#adopt(request));
  }

  async exit(id: string, { by, reason, quantity, priority }: ExitWish): Promise<PositionView> {
    const before = await this.#live.watched(id);
    const left = remaining(before);
    refuseNoQuantity({ quantity });
    if (quantity !== null && quantity > left)
      throw conflict(
        `position ${id} has ${formatQuantity(left)} left: ${formatQuantity(quantity)} can't be sold`,
      );
    const status = this.#options.tree.watch().view(id)?.market?.status;
    if (status === 'closed' || status === 'settled')
      throw conflict(`the market of position ${id} is ${status}: it is settled, not sold`);
    this.#showLastBook(id, before);
    const began = ({ exit, phase }: Position): boolean =>
      phase === 'closed' ||
      exit?.takenOverBy?.reason === 'operator' ||
      (exit?.reason === 'operator' && exit.id !== before.exit?.id);
    return this.#tell(
      id,
      { type: 'operator.exit', quantity, priority, ...this.#word({ by, reason }) },
      began,
    );
  }

  async hold(id: string, { cancel, ...word }: Word & { cancel: boolean }): Promise<PositionView> {
    const { held, exit } = await this.#live.watched(id);
    if (held && !(cancel && exit !== null)) return this.#live.viewNow(id);
    return this.#tell(id, { type: 'operator.hold', cancel, ...this.#word(word) }, (after) => after.held);
  }

  async release(id: string, word: Word): Promise<PositionView> {
    if (!(await this.#live.watched(id)).held) throw conflict(`position ${id} is not held`);
    return this.#tell(id, { type: 'operator.release', ...this.#word(word) }, (after) => !after.held);
  }

  async resume(id: string, word: Word): Promise<PositionView> {
    await this.#failed(id, 'resume');
    return this.#tell(id, { type: 'operator.resume', ...this.#word(word) }, hasLeftFailed);
  }

  async retry(id: string, word: Word): Promise<PositionView> {
    await this.#failed(id, 'retry');
    return this.#tell(id, { type: 'operator.retry', ...this.#word(word) }, hasLeftFailed);
  }

  /** From now on everything that would change something is refused. */
  stop(): void {
    this.#live.stop();
  }

  async close(): Promise<void> {}

  /** Books that the position has skipped change no verdict, but they price its order. */
  #showLastBook(id: string, { quotedAt }: Position): void {
    const { post, watch } = this.#options.tree;
    const book = watch().view(id)?.book ?? null;
    if (book === null || (quotedAt !== null && book.observedAt <= quotedAt)) return;
    post('watch', { type: 'book', book, at: this.#live.now(), positionId: id });
  }

  #word({ by, reason }: Word): { by: string; note: string | null; at: number } {
    return { by, note: reason, at: this.#live.now() };
  }

  async #story(id: string): Promise<Story> {
    const { store } = this.#options;
    const file = await store.position(id);
    if (!file) throw notFound(id);
    const decisions = await store.decisions({ positionId: id, limit: JOURNAL_LINES });
    const alerts = await store.alerts({ open: true });
    return { viewed: this.#live.view(id) ?? { ...file, at: this.#live.now() }, file, decisions, alerts };
  }

  async #adopt(request: TrackRequest): Promise<PositionView> {
    const { tree, store, ids, rules, cover } = this.#options;
    const id = await freeId(ids, store);
    const { file, decision } = adoptRequest(id, request, { ...rules.adoption(), at: this.#live.now() });
    await cover(file.position, tree.watch().positions());
    await this.#live.committed<null>(
      (done) => tree.post('ledger', { type: 'position.adopt', file, decision, done }),
      `position ${id} is not adopted yet`,
    );
    return this.#live.viewNow(id);
  }

  async #refuseUnknownMarket(market: string): Promise<void> {
    const answer = await this.#options.venue.markets([market]);
    if (answer.kind === 'unavailable')
      throw new OperationError('unavailable', `the venue can't be asked about ${market}: ${answer.reason}`);
    const [info] = answer.value;
    if (!info) throw new OperationError('invalid', `market: the venue has no market "${market}"`);
    if (info.status === 'settled') throw new OperationError('invalid', `market: ${market} is settled`);
  }

  async #failed(id: string, word: string): Promise<void> {
    const { phase } = await this.#live.watched(id);
    if (phase !== 'failed') throw conflict(`position ${id} is ${phase}: only a failed one takes ${word}`);
  }

  /** Posts an operator's word, sees that it took effect, and waits until that is durable. */
  async #tell(id: string, event: OperatorEvent, tookEffect: (after: Position) => boolean) {
    const { post, watch } = this.#options.tree;
    post('watch', { type: 'position.event', positionId: id, event });
    const after = watch().view(id);
    if (after && !tookEffect(after.position))
      throw conflict(`position ${id} did not take it: it is ${after.position.phase}`);
    await this.#live.flush(`position ${id} took it`);
    return this.#live.viewNow(id);
  }
}

function refuseNoQuantity({ quantity }: Pick<ExitTerms, 'quantity'>): void {
  if (quantity !== null && (!Number.isSafeInteger(quantity) || quantity <= 0))
    throw new OperationError('invalid', 'quantity: must be above 0');
}

type OperatorEvent = Extract<PositionEvent, { type: `operator.${string}` }>;

const hasLeftFailed = ({ phase }: Position): boolean => phase !== 'failed';
const byAge = (a: Position, b: Position): number => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
