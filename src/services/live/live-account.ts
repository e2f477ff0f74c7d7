import type { BreakerName } from '../../actors/ports.ts';
import type { ModelRefusal, ModelValue } from '../../domain/model-value.ts';
import type { AlertView } from '../http/records.ts';
import type {
  AccountOperations,
  BreakerView,
  EntriesFilter,
  EntriesView,
  Flattening,
  FlattenWish,
  ModelAnswer,
  ModelView,
  ModelWord,
  ResetWish,
} from '../operations/account-operations.ts';
import type { Word } from '../operations/operations.ts';
import { readAlerts, readEntries, viewBreakers, viewModel } from '../reports/account-views.ts';
import type { DayReport } from '../reports/day-report-shape.ts';
import { readDayReport } from '../reports/read-day-report.ts';
import { previewFlatten, sellAll } from './flatten.ts';
import { conflict, type LiveTree } from './live-tree.ts';

type Exit = Parameters<typeof sellAll>[1];

/** What concerns the whole account of the running daemon. */
export class LiveAccount implements AccountOperations {
  readonly #live: LiveTree;
  readonly #exit: Exit;

  constructor(live: LiveTree, exit: Exit) {
    this.#live = live;
    this.#exit = exit;
  }

  async say(words: readonly ModelWord[]): Promise<ModelAnswer> {
    this.#live.refuseWhenStopping();
    const at = this.#live.now();
    const values = words.map((word) => toValue(word, at));
    const refusals = await this.#live.committed<(ModelRefusal | null)[]>(
      (done) => this.#live.options.tree.post('entries', { type: 'model.says', values, done }),
      'the values were handed on',
    );
    const answer: ModelAnswer = { accepted: [], refused: [] };
    for (const [index, { market }] of values.entries()) {
      const refusal = refusals[index] ?? null;
      if (refusal === null) answer.accepted.push({ index, market });
      else answer.refused.push({ index, ...refusal });
    }
    return answer;
  }

  async model(): Promise<ModelView[]> {
    const values = await this.#live.options.store.modelValues();
    const now = this.#live.now();
    return values.map((value) => viewModel(value, now));
  }

  entries(filter: EntriesFilter): Promise<EntriesView> {
    const { store, rules } = this.#live.options;
    return readEntries(store, rules.config.settings().entry.enabled, filter);
  }

  pauseEntries(word: Word): Promise<void> {
    return this.#tellEntries('entries.pause', word);
  }

  resumeEntries(word: Word): Promise<void> {
    return this.#tellEntries('entries.resume', word);
  }

  alerts(): Promise<AlertView[]> {
    return readAlerts(this.#live.options.store);
  }

  async breakers(): Promise<BreakerView[]> {
    return viewBreakers(this.#live.options.tree.breakers());
  }

  async resetBreaker(name: BreakerName, wish: ResetWish): Promise<BreakerView> {
    this.#live.refuseWhenStopping();
    const { tree } = this.#live.options;
    const { by, limit, untilTomorrow } = wish;
    const reason = wish.reason ?? NO_REASON;
    const refusal = await this.#live.committed<string | null>(
      (done) =>
        tree.post('breakers', { type: 'breaker.reset', name, by, reason, limit, untilTomorrow, done }),
      `the ${name} breaker was told`,
    );
    if (refusal !== null) throw conflict(refusal);
    return (await this.breakers()).find((breaker) => breaker.name === name)!;
  }

  report(day: string | null): Promise<DayReport> {
    const { store, rules } = this.#live.options;
    const timeZone = rules.config.settings().circuitBreakers.tradingDayTimeZone;
    return readDayReport(store, { day, timeZone, now: this.#live.now() });
  }

  async previewFlatten(): Promise<Flattening> {
    return { entries_paused: null, positions: previewFlatten(this.#live) };
  }

  async flatten(wish: FlattenWish): Promise<Flattening> {
    this.#live.refuseWhenStopping();
    const paused = await this.pauseEntries(wish).then(
      () => true,
      () => false,
    );
    return { entries_paused: paused, positions: await sellAll(this.#live, this.#exit, wish) };
  }

  async #tellEntries(type: 'entries.pause' | 'entries.resume', { by, reason }: Word): Promise<void> {
    this.#live.refuseWhenStopping();
    await this.#live.committed<null>(
      (done) => this.#live.options.tree.post('entries', { type, by, reason: reason ?? NO_REASON, done }),
      'entries were told',
    );
  }
}

const NO_REASON = 'no reason given';

const toValue = ({ at, source, ...word }: ModelWord, now: number): ModelValue => ({
  ...word,
  at: at ?? now,
  source: source ?? 'api',
});
