import {
  type AlertRecord,
  type AttemptRecord,
  type DecisionRecord,
  type ExitRecord,
  type FillRecord,
  InvariantError,
  type PositionFile,
  type Store,
  type StoreWrite,
} from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import type { Method } from '../../domain/method.ts';
import type { Position } from '../../domain/position.ts';
import { copyJson } from './copy-json.ts';
import { assertWithinHeld, isLive } from './exposure.ts';
import { MemoryLease } from './memory-lease.ts';
import { byAge, inOrder } from './read-order.ts';
import { assertSameFill, methodKey, sortWrites, type WriteBatch } from './write-batch.ts';

export interface MemoryStoreOptions {
  /** The lease's clock (ms). */
  now: () => number;
  instance?: string;
  /** Called with each commit's writes before or after they are applied; throwing fails the commit there. */
  beforeCommit?: (writes: readonly StoreWrite[]) => void;
  afterCommit?: (writes: readonly StoreWrite[]) => void;
}

interface Stored {
  position: Position | null;
  evaluation: Evaluation | null;
  exits: Map<string, ExitRecord>;
  attempts: Map<string, AttemptRecord>;
  fills: Map<string, FillRecord>;
}

/** The Store in memory, for replay and simulation: settles in microtasks only, and keeps its content when closed. */
export class MemoryStore implements Store {
  readonly #options: MemoryStoreOptions;
  readonly #lease: MemoryLease;
  readonly #files = new Map<string, Stored>();
  readonly #open = new Set<string>();
  readonly #fills = new Map<string, FillRecord>();
  readonly #attemptOfClientId = new Map<string, string>();
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

  async commit(epoch: number, writes: StoreWrite[]): Promise<void> {
    this.#options.beforeCommit?.(writes);
    this.#lease.assertHeld(epoch);
    const batch = sortWrites(writes);
    this.#assertFillsAgree(batch);
    this.#assertAttemptsFit(batch);
    this.#apply(batch);
    this.#options.afterCommit?.(writes);
  }

  async openPositionIds(): Promise<string[]> {
    return this.#openFiles().map(({ position }) => position.id);
  }

  async openPositions(): Promise<PositionFile[]> {
    return this.#openFiles().map(({ position, evaluation, exits, attempts, fills }) => {
      const unfinished = new Set<string>();
      for (const exit of exits.values()) if (exit.endedAt === null) unfinished.add(exit.exitId);
      for (const attempt of attempts.values()) if (isLive(attempt)) unfinished.add(attempt.exitId);
      const ofUnfinished = (record: { exitId: string }) => unfinished.has(record.exitId);
      return inOrder({
        position: copyJson(position),
        evaluation: copyJson(evaluation),
        exits: copyJson([...exits.values()].filter(ofUnfinished)),
        attempts: copyJson([...attempts.values()].filter(ofUnfinished)),
        fills: copyJson([...fills.values()].filter(ofUnfinished)),
      });
    });
  }

  async position(id: string): Promise<PositionFile | null> {
    const file = this.#files.get(id);
    if (!file?.position) return null;
    return inOrder({
      position: copyJson(file.position),
      evaluation: copyJson(file.evaluation),
      exits: copyJson([...file.exits.values()]),
      attempts: copyJson([...file.attempts.values()]),
      fills: copyJson([...file.fills.values()]),
    });
  }

  async positions(filter: { closed: boolean }): Promise<Position[]> {
    const all = [...this.#files.values()].flatMap(({ position }) => position ?? []);
    const wanted = all.filter((position) => (position.phase === 'closed') === filter.closed);
    return copyJson(wanted.sort(byAge));
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
    return copyJson([...latest.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
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
    return copyJson(wanted.sort((a, b) => a.raisedAt - b.raisedAt || (a.key < b.key ? -1 : 1)));
  }

  async close(): Promise<void> {}

  #openFiles(): (Stored & { position: Position })[] {
    const files = [...this.#open].map((id) => this.#files.get(id) as Stored & { position: Position });
    return files.sort((a, b) => byAge(a.position, b.position));
  }

  #assertFillsAgree(batch: WriteBatch): void {
    for (const fill of batch.fills.values()) {
      const stored = this.#fills.get(fill.fillId);
      if (stored) assertSameFill(stored, fill);
    }
  }

  #assertAttemptsFit(batch: WriteBatch): void {
    const suspects = new Set<string>();
    for (const attempt of batch.attempts.values()) {
      const holder = this.#attemptOfClientId.get(attempt.clientId);
      if (holder !== undefined && holder !== attempt.attemptId) {
        throw new InvariantError(`client id ${attempt.clientId} belongs to attempt ${holder}`);
      }
      if (!this.#files.get(attempt.positionId)?.attempts.has(attempt.attemptId))
        suspects.add(attempt.positionId);
    }
    for (const id of suspects) {
      const file = this.#files.get(id);
      const position = batch.positions.get(id)?.position ?? file?.position;
      if (!position) throw new InvariantError(`an attempt names position ${id}, which is not stored`);
      const written = (record: { positionId: string }) => record.positionId === id;
      assertWithinHeld(
        position,
        new Map([...(file?.attempts ?? []), ...[...batch.attempts].filter(([, a]) => written(a))]).values(),
        new Map([...(file?.fills ?? []), ...[...batch.fills].filter(([, f]) => written(f))]).values(),
      );
    }
  }

  #apply(batch: WriteBatch): void {
    for (const { position, evaluation } of batch.positions.values()) {
      const file = this.#file(position.id);
      file.position = copyJson(position);
      file.evaluation = copyJson(evaluation);
      if (position.phase === 'closed') this.#open.delete(position.id);
      else this.#open.add(position.id);
    }
    for (const exit of batch.exits.values())
      this.#file(exit.positionId).exits.set(exit.exitId, copyJson(exit));
    for (const attempt of batch.attempts.values()) {
      this.#file(attempt.positionId).attempts.set(attempt.attemptId, copyJson(attempt));
      this.#attemptOfClientId.set(attempt.clientId, attempt.attemptId);
    }
    for (const fill of batch.fills.values()) {
      if (this.#fills.has(fill.fillId)) continue;
      const copy = copyJson(fill);
      this.#fills.set(fill.fillId, copy);
      this.#file(fill.positionId).fills.set(fill.fillId, copy);
    }
    for (const alert of batch.alerts.values()) this.#alerts.set(alert.key, copyJson(alert));
    for (const [key, method] of batch.methods) this.#methods.set(key, copyJson(method));
    for (const decision of batch.decisions) {
      this.#decisions.push({ ...copyJson(decision), id: this.#decisions.length + 1 });
    }
  }

  #file(positionId: string): Stored {
    let file = this.#files.get(positionId);
    if (!file) {
      file = { position: null, evaluation: null, exits: new Map(), attempts: new Map(), fills: new Map() };
      this.#files.set(positionId, file);
    }
    return file;
  }
}
