import type { Store } from '../../actors/ports.ts';
import type { Config } from '../config/schema.ts';
import type { AlertView } from '../http/records.ts';
import type {
  AccountOperations,
  BreakerView,
  EntriesFilter,
  EntriesView,
  Flattening,
  ModelAnswer,
  ModelView,
} from '../operations/account-operations.ts';
import { readAlerts, readEntries, viewBreakers, viewModel } from '../reports/account-views.ts';
import type { DayReport } from '../reports/day-report-shape.ts';
import { readDayReport } from '../reports/read-day-report.ts';
import { noDaemon } from './no-daemon.ts';

/** What the store alone says of the account; whatever acts needs a daemon. */
export class StoredAccount implements AccountOperations {
  readonly #store: Store;
  readonly #config: Pick<Config, 'entry' | 'circuitBreakers'>;
  readonly #now: () => Promise<number>;

  constructor(store: Store, config: Pick<Config, 'entry' | 'circuitBreakers'>, now: () => Promise<number>) {
    this.#store = store;
    this.#config = config;
    this.#now = now;
  }

  async model(): Promise<ModelView[]> {
    const now = await this.#now();
    return (await this.#store.modelValues()).map((value) => viewModel(value, now));
  }

  entries(filter: EntriesFilter): Promise<EntriesView> {
    return readEntries(this.#store, this.#config.entry.enabled, filter);
  }

  alerts(): Promise<AlertView[]> {
    return readAlerts(this.#store);
  }

  async breakers(): Promise<BreakerView[]> {
    return viewBreakers(await this.#store.breakers());
  }

  async report(day: string | null): Promise<DayReport> {
    const timeZone = this.#config.circuitBreakers.tradingDayTimeZone;
    return readDayReport(this.#store, { day, timeZone, now: await this.#now() });
  }

  async say(): Promise<ModelAnswer> {
    throw noDaemon('nobody takes what a model says');
  }

  async pauseEntries(): Promise<void> {
    throw noDaemon('there are no entries to pause');
  }

  async resumeEntries(): Promise<void> {
    throw noDaemon('there are no entries to resume');
  }

  async resetBreaker(): Promise<BreakerView> {
    throw noDaemon('no breaker can be reset');
  }

  async previewFlatten(): Promise<Flattening> {
    throw noDaemon('nothing can be sold');
  }

  async flatten(): Promise<Flattening> {
    throw noDaemon('nothing can be sold');
  }
}
