import { describeWord } from '../../actors/ledger/journal.ts';
import type { DecisionRecord, StoreWrite } from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import type { SettingChange } from '../../domain/method-change.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Reloading } from '../config/live-config.ts';
import { assignVersions, methodsOf } from '../config/methods.ts';
import type {
  MethodChanged,
  MethodComparison,
  MethodDetail,
  MethodOperations,
  MethodView,
  MethodWish,
  Reloaded,
} from '../operations/method-operations.ts';
import { OperationError, type Word } from '../operations/operations.ts';
import {
  compareMethods,
  listMethods,
  type MethodSource,
  nameOf,
  prepareMethod,
  showMethod,
} from '../reports/method-views.ts';
import { WorkQueue } from '../venues/paper/work-queue.ts';
import { conflict, type LiveTree } from './live-tree.ts';

/** Methods of the running daemon. Versions are given one change at a time. */
export class LiveMethods implements MethodOperations {
  readonly #live: LiveTree;
  readonly #changes = new WorkQueue();

  constructor(live: LiveTree) {
    this.#live = live;
  }

  async list(): Promise<MethodView[]> {
    return listMethods(this.#source);
  }

  async show(reference: string): Promise<MethodDetail> {
    return showMethod(this.#source, reference);
  }

  async diff(from: string, to: string): Promise<MethodComparison> {
    return compareMethods(this.#source, from, to);
  }

  set(id: string, wish: MethodWish): Promise<MethodChanged> {
    return this.#changes.run(() => this.#set(id, wish));
  }

  reload(word: Word): Promise<Reloaded> {
    this.#live.refuseWhenStopping();
    return this.#changes.run(() => this.#reload(word));
  }

  get #source(): MethodSource {
    const { store, rules } = this.#live.options;
    return { store, configured: rules.methods, entries: rules.config.settings().methodEntries };
  }

  async #set(id: string, wish: MethodWish): Promise<MethodChanged> {
    const { tree } = this.#live.options;
    const { from, method, changes } = await prepareMethod(this.#source, await this.#live.watched(id), wish);
    tree.addMethod(method);
    tree.post('watch', {
      type: 'method.changed',
      positionId: id,
      method,
      changes,
      by: wish.by,
      note: wish.reason,
      at: this.#live.now(),
    });
    const after = tree.watch().view(id)?.position;
    if (after && (after.method !== method.name || after.methodVersion !== method.version))
      throw conflict(`position ${id} did not take it: it is ${after.phase}`);
    await this.#live.flush(`position ${id} took it`);
    return {
      from,
      to: nameOf(method),
      settings: changes,
      position: await this.#live.viewNow(id),
    };
  }

  async #reload(word: Word): Promise<Reloaded> {
    const { store, tree, rules, setLogLevel } = this.#live.options;
    const reloading = rules.config.compare(this.#read());
    const { changed, needsRestart } = reloading;
    const before = rules.methods;
    // While the database is out of order it may lack versions that were given already.
    const given = [...(await store.latestMethods()), ...before];
    const methods = assignVersions(methodsOf(reloading.config), given);
    const fresh = methods.filter((method) => !before.some((known) => nameOf(known) === nameOf(method)));
    if (changed.length > 0 || fresh.length > 0) {
      await this.#write(reloading, fresh, word);
      for (const method of fresh) tree.addMethod(method);
      rules.replace(reloading, methods);
      setLogLevel(reloading.config.log.level);
    }
    return {
      changed,
      needs_restart: needsRestart,
      methods: fresh.map(({ name, version }) => ({
        name,
        from: before.find((known) => known.name === name)?.version ?? null,
        to: version,
      })),
    };
  }

  #read(): ReturnType<LiveTree['options']['reload']> {
    try {
      return this.#live.options.reload();
    } catch (error) {
      throw error instanceof ConfigError ? new OperationError('invalid', error.message) : error;
    }
  }

  async #write({ changed, needsRestart }: Reloading, fresh: readonly Method[], word: Word): Promise<void> {
    const decision: DecisionRecord = {
      positionId: null,
      exitId: null,
      at: this.#live.now(),
      kind: 'config.reloaded',
      summary: describeReload(changed, fresh, word),
      data: { ...word, changed, needs_restart: needsRestart, methods: fresh.map(nameOf) },
    };
    const writes: StoreWrite[] = [
      ...fresh.map((method): StoreWrite => ({ kind: 'method', method })),
      { kind: 'decision', decision },
    ];
    await this.#live.committed<null>(
      (done) =>
        this.#live.options.tree.post('ledger', { type: 'write', writes, alerts: [], after: null, done }),
      'the configuration is valid',
    );
  }
}

function describeReload(changed: readonly SettingChange[], fresh: readonly Method[], word: Word): string {
  const settings = changed.map(({ path, from, to }) => `${path} ${from ?? '–'} → ${to ?? '–'}`);
  const versions = fresh.length === 0 ? [] : [`new positions get ${fresh.map(nameOf).join(', ')}`];
  const said = describeWord(word);
  return [
    'the configuration was read again',
    ...settings,
    ...versions,
    ...(said === null ? [] : [said]),
  ].join('; ');
}
