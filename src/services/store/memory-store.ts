import type {
  AccountDayRecord,
  AlertRecord,
  BreakerName,
  BreakerRecord,
  CommitStamp,
  DecisionRecord,
  EdgeRecord,
  EdgeStatus,
  EntryFile,
  PeriodFacts,
  PositionFile,
  Store,
  StoreWrite,
} from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import type { ModelValue } from '../../domain/model-value.ts';
import type { Position } from '../../domain/position.ts';
import { copyJson } from './copy-json.ts';
import { MemoryEntries } from './memory-entries.ts';
import { MemoryLease } from './memory-lease.ts';
import { MemoryPositions } from './memory-positions.ts';
import { byRaising, periodInOrder } from './read-order.ts';
import { type AnyFill, assertSameFill, methodKey, sortWrites, type WriteBatch } from './write-batch.ts';

export interface MemoryStoreOptions {
  /** The lease's clock (ms). */
  now: () => number;
  instance?: string;
  /** Called with each commit's writes before or after they are applied; throwing fails the commit there. */
  beforeCommit?: (writes: readonly StoreWrite[]) => void;
  afterCommit?: (writes: readonly StoreWrite[]) => void;
}

/** The Store in memory, for replay and simulation: settles in microtasks only, and keeps its content when closed. */
export class MemoryStore implements Store {
  readonly #options: MemoryStoreOptions;
  readonly #lease: MemoryLease;
  readonly #positions = new MemoryPositions();
  readonly #entries = new MemoryEntries();
  readonly #fills = new Map<string, AnyFill>();
  readonly #modelValues = new Map<string, ModelValue>();
  readonly #breakers = new Map<BreakerName, BreakerRecord>();
  readonly #accountDays = new Map<string, AccountDayRecord>();
  readonly #alerts = new Map<string, AlertRecord>();
  readonly #methods = new Map<string, Method>();
  readonly #decisions: (DecisionRecord & { id: number })[] = [];

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
    this.#lease = new MemoryLease(options.now);
  }

  async instance(): Promise<string> {
    return this.#options.instance ?? 'memory';
  }

  async acquireLease(owner: string, ttlMs: number) {
    return this.#lease.acquire(owner, ttlMs);
  }

  async renewLease(epoch: number, ttlMs: number): Promise<boolean> {
    return this.#lease.renew(epoch, ttlMs);
  }

  async releaseLease(epoch: number): Promise<void> {
    this.#lease.release(epoch);
  }

  async commit(epoch: number, writes: StoreWrite[], stamp?: CommitStamp): Promise<void> {
    this.#options.beforeCommit?.(writes);
    this.#lease.assertHeld(epoch);
    if (stamp && this.#lease.hasApplied(stamp)) return;
    const batch = sortWrites(writes);
    this.#assertFillsAgree(batch);
    this.#positions.check(batch);
    this.#entries.check(batch);
    this.#apply(batch);
    if (stamp) this.#lease.noteApplied(stamp);
    this.#options.afterCommit?.(writes);
  }

  async lastStamp(): Promise<CommitStamp | null> {
    return this.#lease.lastStamp;
  }

  async openPositionIds(): Promise<string[]> {
    return this.#positions.openIds();
  }

  async openPositions(): Promise<PositionFile[]> {
    return this.#positions.open();
  }

  async position(id: string): Promise<PositionFile | null> {
    return this.#positions.one(id);
  }

  async positions(filter: { closed: boolean }): Promise<Position[]> {
    return this.#positions.all(filter.closed);
  }

  async method(name: string, version: number): Promise<Method | null> {
    return copyJson(this.#methods.get(methodKey(name, version)) ?? null);
  }

  async latestMethods(): Promise<Method[]> {
    const latest = new Map<string, Method>();
    for (const method of this.#methods.values()) {
      if (method.version >= (latest.get(method.name)?.version ?? method.version))
        latest.set(method.name, method);
    }
    return copyJson([...latest.values()].sort(byName));
  }

  async decisions(filter: { positionId?: string; limit: number }) {
    const found: (DecisionRecord & { id: number })[] = [];
    for (let i = this.#decisions.length - 1; i >= 0 && found.length < filter.limit; i--) {
      const decision = this.#decisions[i]!;
      if (filter.positionId === undefined || decision.positionId === filter.positionId) found.push(decision);
    }
    return copyJson(found.reverse());
  }

  async alerts(filter: { open: boolean }): Promise<AlertRecord[]> {
    const wanted = [...this.#alerts.values()].filter((alert) => (alert.resolvedAt === null) === filter.open);
    return copyJson(wanted.sort(byRaising));
  }

  async entriesAtWork(): Promise<EntryFile[]> {
    return this.#entries.atWork();
  }

  async entry(edgeId: string): Promise<EntryFile | null> {
    return this.#entries.one(edgeId);
  }

  async edges(filter: { status?: EdgeStatus; limit: number }): Promise<EdgeRecord[]> {
    return this.#entries.edges(filter);
  }

  async modelValues(): Promise<ModelValue[]> {
    return copyJson([...this.#modelValues.values()].sort((a, b) => (a.market < b.market ? -1 : 1)));
  }

  async breakers(): Promise<BreakerRecord[]> {
    return copyJson([...this.#breakers.values()].sort(byName));
  }

  async accountDay(day: string): Promise<AccountDayRecord | null> {
    return copyJson(this.#accountDays.get(day) ?? null);
  }

  async closedBetween(from: number, to: number): Promise<Position[]> {
    return this.#positions.closedBetween(from, to);
  }

  async period(from: number, to: number): Promise<PeriodFacts> {
    const raised = [...this.#alerts.values()].filter(({ raisedAt }) => raisedAt >= from && raisedAt < to);
    return periodInOrder({
      ...this.#positions.period(from, to),
      ...this.#entries.period(from, to),
      closed: this.#positions.closedBetween(from, to),
      alerts: copyJson(raised),
    });
  }

  async close(): Promise<void> {}

  #assertFillsAgree(batch: WriteBatch): void {
    for (const fill of batch.fills.values()) {
      const stored = this.#fills.get(fill.fillId);
      if (stored) assertSameFill(stored, fill);
    }
  }

  #apply(batch: WriteBatch): void {
    this.#positions.apply(batch);
    this.#entries.apply(batch);
    for (const [id, fill] of batch.fills) if (!this.#fills.has(id)) this.#fills.set(id, copyJson(fill));
    for (const [market, value] of batch.modelValues) this.#modelValues.set(market, copyJson(value));
    for (const [name, breaker] of batch.breakers) this.#breakers.set(name, copyJson(breaker));
    for (const [day, record] of batch.accountDays) this.#accountDays.set(day, copyJson(record));
    for (const [key, alert] of batch.alerts) this.#alerts.set(key, copyJson(alert));
    for (const [key, method] of batch.methods) this.#methods.set(key, copyJson(method));
    for (const decision of batch.decisions) {
      this.#decisions.push({ ...copyJson(decision), id: this.#decisions.length + 1 });
    }
  }
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
