import type { Store } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';
import { liveSettings } from '../config/live-settings.ts';
import { assignVersions, methodsOf } from '../config/methods.ts';
import type { Config } from '../config/schema.ts';
import type {
  MethodChanged,
  MethodComparison,
  MethodDetail,
  MethodOperations,
  MethodView,
  MethodWish,
  Reloaded,
} from '../operations/method-operations.ts';
import type { PositionView } from '../operations/operations.ts';
import {
  compareMethods,
  listMethods,
  type MethodSource,
  nameOf,
  type PreparedMethod,
  prepareMethod,
  showMethod,
} from '../reports/method-views.ts';
import { noDaemon } from './no-daemon.ts';

/** Writes another method into a position's row under the lease, with the journal's line about it. */
export type WriteMethod = (
  id: string,
  wish: MethodWish,
  prepare: (position: Position) => Promise<PreparedMethod>,
) => Promise<{ position: PositionView; prepared: PreparedMethod }>;

/** Methods of the configuration and of the store while no daemon runs. */
export class StoredMethods implements MethodOperations {
  readonly #config: Config;
  readonly #store: Store;
  readonly #write: WriteMethod;

  constructor(config: Config, store: Store, write: WriteMethod) {
    this.#config = config;
    this.#store = store;
    this.#write = write;
  }

  async list(): Promise<MethodView[]> {
    return listMethods(await this.#source());
  }

  async show(reference: string): Promise<MethodDetail> {
    return showMethod(await this.#source(), reference);
  }

  async diff(from: string, to: string): Promise<MethodComparison> {
    return compareMethods(await this.#source(), from, to);
  }

  async set(id: string, wish: MethodWish): Promise<MethodChanged> {
    const { position, prepared } = await this.#write(id, wish, async (before) =>
      prepareMethod(await this.#source(), before, wish),
    );
    const { from, method, changes } = prepared;
    return { from, to: nameOf(method), settings: changes, position };
  }

  async reload(): Promise<Reloaded> {
    throw noDaemon('nothing reads the configuration again');
  }

  async #source(): Promise<MethodSource> {
    const store = this.#store;
    const configured = assignVersions(methodsOf(this.#config), await store.latestMethods());
    return { store, configured, entries: liveSettings(this.#config).methodEntries };
  }
}
