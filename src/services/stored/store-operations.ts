import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Word as JournalWord, methodChanged, wordNoted } from '../../actors/ledger/journal.ts';
import type { DecisionRecord, Ids, Store, StoreWrite } from '../../actors/ports.ts';
import { moveToMethod } from '../../domain/method-change.ts';
import type { Position } from '../../domain/position.ts';
import { adoptRequest } from '../adoption/track-request.ts';
import { assignVersions, methodsOf } from '../config/methods.ts';
import type { Config } from '../config/schema.ts';
import { createIds } from '../ids.ts';
import { hasPending } from '../journal/journal-file.ts';
import {
  type ExitPreview,
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
import type { PreparedMethod } from '../reports/method-views.ts';
import { detailPosition, type Story, viewPosition } from '../reports/position-views.ts';
import { freeDeadLease, LeaseTakenError, leaseOwner, waitForLease } from '../startup/lease-wait.ts';
import { type OpenStore, openStore } from '../store/open-store.ts';
import { missingOf } from '../venues/cover-lots.ts';
import { noDaemon } from './no-daemon.ts';
import { StoredAccount } from './stored-account.ts';
import { StoredMethods, type WriteMethod } from './stored-methods.ts';

export interface StoreOperationsOptions {
  config: Config;
  store: Store;
  paper: OpenStore['paper'];
  ids: Ids;
  /** Real time (ms). */
  now: () => number;
  close: () => Promise<void>;
}

const JOURNAL_LINES = 2_000;

/** What can be done on the store alone while no daemon runs: everything that needs no market. */
export class StoreOperations implements Operations {
  readonly source = 'store';
  readonly methods: StoredMethods;
  readonly account: StoredAccount;
  readonly #options: StoreOperationsOptions;

  constructor(options: StoreOperationsOptions) {
    this.#options = options;
    const { config, store } = options;
    this.methods = new StoredMethods(config, store, (...change) => this.#setMethod(...change));
    this.account = new StoredAccount(store, config, () => this.#now());
  }

  /** Opens the configured store; a data folder that has none gets one. Throws a StoreUnavailableError. */
  static async open(config: Config): Promise<StoreOperations> {
    const { dataDir, database } = config;
    const url = database.url ?? undefined;
    const isNew = url === undefined && !existsSync(join(dataDir, 'database'));
    const { store, paper, close } = await openStore({ url, dataDir, migrate: isNew });
    if (url === undefined) await freeDeadLease(store);
    return new StoreOperations({ config, store, paper, ids: createIds(), now: Date.now, close });
  }

  async positions(filter: { closed: boolean }): Promise<PositionView[]> {
    const { store } = this.#options;
    const at = await this.#now();
    if (filter.closed) {
      const rows = await store.positions(filter);
      return rows.map((position) => viewPosition({ position, evaluation: null, at }));
    }
    return (await store.openPositions()).map((file) => viewPosition({ ...file, at }));
  }

  async show(id: string): Promise<PositionDetail> {
    return detailPosition(await this.#story(id));
  }

  async explain(id: string): Promise<Explanation> {
    return explainPosition(await this.#story(id));
  }

  async prices(): Promise<PriceHistory> {
    throw noDaemon('no prices are kept');
  }

  async previewExit(): Promise<ExitPreview> {
    throw noDaemon('nothing can be sold');
  }

  async track(request: TrackRequest): Promise<PositionView> {
    const { store, config, ids } = this.#options;
    this.#refuseUnknownMarket(request.market);
    return this.#underLease(async (epoch) => {
      const methods = assignVersions(methodsOf(config), await store.latestMethods());
      const at = await this.#now();
      const { file, decision } = adoptRequest(ids.next(), request, {
        methods,
        adoption: config.adoption,
        at,
      });
      const { position } = file;
      if ((await store.position(position.id)) !== null)
        throw new Error(`the id ${position.id} is taken: try again`);
      await this.#cover(position, epoch);
      const method = methods.find(({ name }) => name === position.method)!;
      await store.commit(epoch, [
        { kind: 'method', method },
        { kind: 'position', position, evaluation: null },
        { kind: 'decision', decision },
      ]);
      return viewPosition({ ...file, at });
    });
  }

  async hold(id: string, { cancel, ...word }: Word & { cancel: boolean }): Promise<PositionView> {
    const isExiting = (position: Position): boolean => position.exit !== null && position.phase !== 'failed';
    return this.#note(id, 'operator.hold', word, (position) => {
      if (cancel && isExiting(position)) throw noDaemon("a running exit can't be cancelled");
      return { ...position, held: true };
    });
  }

  async release(id: string, word: Word): Promise<PositionView> {
    return this.#note(id, 'operator.release', word, (position) => {
      if (!position.held) throw new OperationError('conflict', `position ${id} is not held`);
      return { ...position, held: false };
    });
  }

  async exit(): Promise<PositionView> {
    throw noDaemon('nothing can be sold');
  }

  async resume(): Promise<PositionView> {
    throw noDaemon('nothing can be resumed');
  }

  async retry(): Promise<PositionView> {
    throw noDaemon('nothing can be tried again');
  }

  close(): Promise<void> {
    return this.#options.close();
  }

  /** Real time, or the paper world's where that has run ahead. */
  async #now(): Promise<number> {
    const { now, paper } = this.#options;
    return Math.max(now(), (await paper.load()).at ?? 0);
  }

  async #story(id: string): Promise<Story> {
    const { store } = this.#options;
    const file = await store.position(id);
    if (!file) throw notFound(id);
    const decisions = await store.decisions({ positionId: id, limit: JOURNAL_LINES });
    const alerts = await store.alerts({ open: true });
    return { viewed: { ...file, at: await this.#now() }, file, decisions, alerts };
  }

  #refuseUnknownMarket(market: string): void {
    const { venue } = this.#options.config;
    if (venue.source === 'generator' && !venue.markets.some((known) => known.market === market))
      throw new OperationError('invalid', `market: the venue has no market "${market}"`);
  }

  async #cover(position: Position, epoch: number): Promise<void> {
    const { paper, store } = this.#options;
    const { holdings } = await paper.load();
    const { market, side } = position;
    const held = holdings.find((h) => h.market === market && h.side === side) ?? { quantity: 0, cost: 0 };
    const missing = missingOf(position, await store.positions({ closed: false }), held.quantity);
    if (!missing) return;
    const holding = {
      market,
      side,
      quantity: held.quantity + missing.quantity,
      cost: held.cost + missing.cost,
    };
    await paper.underLease(epoch).save({ holdings: [holding] });
  }

  #note(id: string, kind: string, word: JournalWord, change: (position: Position) => Position) {
    return this.#change(id, async (before) => {
      const position = change(before);
      return { position, decision: wordNoted(position, kind, word), writes: [] };
    });
  }

  #setMethod: WriteMethod = async (id, { by, reason }, prepare) => {
    let prepared: PreparedMethod | null = null;
    const position = await this.#change(id, async (before) => {
      prepared = await prepare(before);
      const { from, method, changes } = prepared;
      return {
        position: moveToMethod(before, method),
        decision: methodChanged(before, { from, method, changes, by, note: reason }),
        writes: [{ kind: 'method', method }],
      };
    });
    return { position, prepared: prepared! };
  };

  /** One position's row and the journal's line about it, in one transaction. */
  async #change(id: string, change: (position: Position) => Promise<RowChange>): Promise<PositionView> {
    const { store } = this.#options;
    return this.#underLease(async (epoch) => {
      const file = await store.position(id);
      if (!file) throw notFound(id);
      if (file.position.phase === 'closed') throw new OperationError('conflict', `position ${id} is closed`);
      const at = await this.#now();
      const changed = await change(file.position);
      const position = { ...changed.position, at: Math.max(at, file.position.at) };
      const decision = { ...changed.decision, at };
      await store.commit(epoch, [
        ...changed.writes,
        { kind: 'position', position, evaluation: file.evaluation },
        { kind: 'decision', decision },
      ]);
      return viewPosition({ ...file, position, at });
    });
  }

  async #underLease<T>(work: (epoch: number) => Promise<T>): Promise<T> {
    const { store, config } = this.#options;
    if (hasPending(config.dataDir))
      throw new OperationError(
        'unavailable',
        'start the daemon (`postern run`): it has to bring the journal file into the database first',
      );
    const owner = leaseOwner();
    const taken = await waitForLease(() => store.acquireLease(owner, config.lease.ttlMs)).catch(
      (error: unknown) => {
        throw error instanceof LeaseTakenError ? new OperationError('unavailable', error.message) : error;
      },
    );
    try {
      return await work(taken!.epoch);
    } finally {
      await store.releaseLease(taken!.epoch);
    }
  }
}

interface RowChange {
  position: Position;
  decision: DecisionRecord;
  writes: StoreWrite[];
}

const notFound = (id: string): OperationError =>
  new OperationError('not_found', `there is no position ${id}`);
