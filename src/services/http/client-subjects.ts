import type { BreakerName } from '../../actors/ports.ts';
import { formatFraction, formatMoney } from '../../domain/money.ts';
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
import type {
  MethodChanged,
  MethodComparison,
  MethodDetail,
  MethodOperations,
  MethodView,
  MethodWish,
  Reloaded,
} from '../operations/method-operations.ts';
import type { Word } from '../operations/operations.ts';
import type { DayReport } from '../reports/day-report-shape.ts';
import type { Ask } from './ask.ts';
import type { AlertView } from './records.ts';

/** Methods of a running daemon, over its API. */
export class HttpMethods implements MethodOperations {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  list(): Promise<MethodView[]> {
    return this.#ask('GET', '/methods');
  }

  show(reference: string): Promise<MethodDetail> {
    return this.#ask('GET', `/methods/${encodeURIComponent(reference)}`);
  }

  diff(from: string, to: string): Promise<MethodComparison> {
    return this.#ask('GET', `/methods/diff?${new URLSearchParams({ from, to })}`);
  }

  set(id: string, wish: MethodWish): Promise<MethodChanged> {
    return this.#ask('POST', `/positions/${encodeURIComponent(id)}/method`, wish);
  }

  reload(word: Word): Promise<Reloaded> {
    return this.#ask('POST', '/reload', word);
  }
}

/** What concerns the whole account of a running daemon, over its API. */
export class HttpAccount implements AccountOperations {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async say(words: readonly ModelWord[]): Promise<ModelAnswer> {
    const values = words.map(({ probability, at, ...word }) => ({
      ...word,
      probability: formatFraction(probability),
      at: at === null ? null : new Date(at).toISOString(),
    }));
    const { accepted, refused } = await this.#ask<ModelAnswer>('PUT', '/model', values, 422);
    return { accepted, refused };
  }

  model(): Promise<ModelView[]> {
    return this.#ask('GET', '/model');
  }

  entries({ status, limit }: EntriesFilter): Promise<EntriesView> {
    const query = new URLSearchParams({ limit: String(limit), ...(status ? { status } : {}) });
    return this.#ask('GET', `/entries?${query}`);
  }

  async pauseEntries(word: Word): Promise<void> {
    await this.#ask('POST', '/entries/pause', word);
  }

  async resumeEntries(word: Word): Promise<void> {
    await this.#ask('POST', '/entries/resume', word);
  }

  alerts(): Promise<AlertView[]> {
    return this.#ask('GET', '/alerts');
  }

  breakers(): Promise<BreakerView[]> {
    return this.#ask('GET', '/breakers');
  }

  resetBreaker(name: BreakerName, { limit, untilTomorrow, ...word }: ResetWish): Promise<BreakerView> {
    return this.#ask('POST', `/breakers/${name}/reset`, {
      ...word,
      limit: limit === null ? null : formatMoney(limit),
      until_tomorrow: untilTomorrow,
    });
  }

  report(day: string | null): Promise<DayReport> {
    return this.#ask('GET', day === null ? '/report' : `/report?${new URLSearchParams({ day })}`);
  }

  previewFlatten(): Promise<Flattening> {
    return this.#ask('GET', '/flatten');
  }

  flatten(wish: FlattenWish): Promise<Flattening> {
    return this.#ask('POST', '/flatten', { ...wish, yes: true });
  }
}
