import {
  type EdgeRecord,
  type EdgeStatus,
  type EntryAttemptRecord,
  type EntryFile,
  type EntryFillRecord,
  InvariantError,
  type PeriodFacts,
} from '../../actors/ports.ts';
import { copyJson } from './copy-json.ts';
import { assertEntryFits, isLive } from './exposure.ts';
import { byDetection, entryInOrder } from './read-order.ts';
import { purchasesOf, type WriteBatch } from './write-batch.ts';

interface Stored {
  edge: EdgeRecord;
  attempts: Map<string, EntryAttemptRecord>;
  fills: Map<string, EntryFillRecord>;
}

/** The edges of a MemoryStore with their orders and purchases. What it gives out is a copy. */
export class MemoryEntries {
  readonly #files = new Map<string, Stored>();
  readonly #attemptOfClientId = new Map<string, string>();

  /** Throws an InvariantError when the batch must not be applied. */
  check(batch: WriteBatch): void {
    const purchases = purchasesOf(batch);
    const suspects = new Set(purchases.map(({ edgeId }) => edgeId));
    for (const { clientId, attemptId, edgeId } of batch.entryAttempts.values()) {
      const holder = this.#attemptOfClientId.get(clientId);
      if (holder !== undefined && holder !== attemptId)
        throw new InvariantError(`client id ${clientId} belongs to entry order ${holder}`);
      suspects.add(edgeId);
    }
    for (const id of suspects) {
      const file = this.#files.get(id);
      if (!file && !batch.edges.has(id))
        throw new InvariantError(`an entry order or fill names edge ${id}, which is not stored`);
      const attempts = new Map(file?.attempts);
      for (const attempt of batch.entryAttempts.values())
        if (attempt.edgeId === id) attempts.set(attempt.attemptId, attempt);
      const fills = new Map(file?.fills);
      for (const fill of purchases) if (fill.edgeId === id) fills.set(fill.fillId, fill);
      assertEntryFits(id, [...attempts.values()], fills.values());
    }
  }

  apply(batch: WriteBatch): void {
    for (const edge of batch.edges.values()) {
      const file = this.#files.get(edge.edgeId);
      if (file) file.edge = copyJson(edge);
      else this.#files.set(edge.edgeId, { edge: copyJson(edge), attempts: new Map(), fills: new Map() });
    }
    for (const attempt of batch.entryAttempts.values()) {
      this.#files.get(attempt.edgeId)!.attempts.set(attempt.attemptId, copyJson(attempt));
      this.#attemptOfClientId.set(attempt.clientId, attempt.attemptId);
    }
    for (const fill of purchasesOf(batch)) {
      const { fills } = this.#files.get(fill.edgeId)!;
      if (!fills.has(fill.fillId)) fills.set(fill.fillId, copyJson(fill));
    }
  }

  one(edgeId: string): EntryFile | null {
    const file = this.#files.get(edgeId);
    return file ? copyFile(file) : null;
  }

  atWork(): EntryFile[] {
    const isAtWork = ({ edge, attempts }: Stored) =>
      edge.status === 'working' || [...attempts.values()].some(isLive);
    const files = [...this.#files.values()].filter(isAtWork).map(copyFile);
    return files.sort((a, b) => byDetection(a.edge, b.edge));
  }

  /** The last `limit`, newest first. */
  edges({ status, limit }: { status?: EdgeStatus; limit: number }): EdgeRecord[] {
    const all = [...this.#files.values()].map(({ edge }) => edge);
    const wanted = status === undefined ? all : all.filter((edge) => edge.status === status);
    return copyJson(wanted.sort((a, b) => byDetection(b, a)).slice(0, limit));
  }

  period(from: number, to: number): Pick<PeriodFacts, 'edges' | 'entryAttempts' | 'entryFills'> {
    const isWithin = (at: number) => at >= from && at < to;
    const files = [...this.#files.values()];
    const attempts = files.flatMap((file) => [...file.attempts.values()]);
    const fills = files.flatMap((file) => [...file.fills.values()]);
    return copyJson({
      edges: files.map(({ edge }) => edge).filter(({ detectedAt }) => isWithin(detectedAt)),
      entryAttempts: attempts.filter(({ placedAt }) => isWithin(placedAt)),
      entryFills: fills.filter(({ at }) => isWithin(at)),
    });
  }
}

const copyFile = ({ edge, attempts, fills }: Stored): EntryFile =>
  entryInOrder({
    edge: copyJson(edge),
    attempts: copyJson([...attempts.values()]),
    fills: copyJson([...fills.values()]),
  });
