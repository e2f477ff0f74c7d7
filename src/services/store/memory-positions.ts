import {
  type AttemptRecord,
  type ExitRecord,
  type FillRecord,
  InvariantError,
  type PositionFile,
} from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import type { Position } from '../../domain/position.ts';
import { copyJson } from './copy-json.ts';
import { assertWithinHeld, isLive } from './exposure.ts';
import { byAge, byClosing, inOrder } from './read-order.ts';
import { upgradePosition } from './upgrade-position.ts';
import { salesOf, type WriteBatch } from './write-batch.ts';

interface Stored {
  position: Position | null;
  evaluation: Evaluation | null;
  exits: Map<string, ExitRecord>;
  attempts: Map<string, AttemptRecord>;
  fills: Map<string, FillRecord>;
}

/** The positions of a MemoryStore with their exits, attempts and sales. What it gives out is a copy. */
export class MemoryPositions {
  readonly #files = new Map<string, Stored>();
  readonly #open = new Set<string>();
  readonly #attemptOfClientId = new Map<string, string>();

  /** Throws an InvariantError when the batch must not be applied. */
  check(batch: WriteBatch): void {
    const suspects = new Set<string>();
    for (const attempt of batch.attempts.values()) {
      const holder = this.#attemptOfClientId.get(attempt.clientId);
      if (holder !== undefined && holder !== attempt.attemptId) {
        throw new InvariantError(`client id ${attempt.clientId} belongs to attempt ${holder}`);
      }
      if (!this.#files.get(attempt.positionId)?.attempts.has(attempt.attemptId))
        suspects.add(attempt.positionId);
    }
    if (suspects.size === 0) return;
    const sales = salesOf(batch);
    for (const id of suspects) {
      const file = this.#files.get(id);
      const position = batch.positions.get(id)?.position ?? file?.position;
      if (!position) throw new InvariantError(`an attempt names position ${id}, which is not stored`);
      const attempts = new Map(file?.attempts);
      for (const attempt of batch.attempts.values())
        if (attempt.positionId === id) attempts.set(attempt.attemptId, attempt);
      const fills = new Map(file?.fills);
      for (const fill of sales) if (fill.positionId === id) fills.set(fill.fillId, fill);
      assertWithinHeld(position, attempts.values(), fills.values());
    }
  }

  apply(batch: WriteBatch): void {
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
    for (const fill of salesOf(batch)) {
      const { fills } = this.#file(fill.positionId);
      if (!fills.has(fill.fillId)) fills.set(fill.fillId, copyJson(fill));
    }
  }

  openIds(): string[] {
    return this.#openFiles().map(({ position }) => position.id);
  }

  /** The open ones with the records of their unfinished exits. */
  open(): PositionFile[] {
    return this.#openFiles().map((file) => {
      const unfinished = new Set<string>();
      for (const exit of file.exits.values()) if (exit.endedAt === null) unfinished.add(exit.exitId);
      for (const attempt of file.attempts.values()) if (isLive(attempt)) unfinished.add(attempt.exitId);
      return copyFile(file, ({ exitId }) => unfinished.has(exitId));
    });
  }

  one(id: string): PositionFile | null {
    const file = this.#files.get(id);
    return file && hasPosition(file) ? copyFile(file, () => true) : null;
  }

  all(closed: boolean): Position[] {
    return this.#positions((position) => (position.phase === 'closed') === closed).sort(byAge);
  }

  closedBetween(from: number, to: number): Position[] {
    return this.#positions(
      ({ phase, closedAt }) => phase === 'closed' && closedAt !== null && closedAt >= from && closedAt < to,
    ).sort(byClosing);
  }

  /** Exits that ended in the period or are unfinished and began before its end, their attempts, and the period's sales. */
  period(from: number, to: number): Pick<PositionFile, 'exits' | 'attempts' | 'fills'> {
    const files = [...this.#files.values()];
    const exits = files
      .flatMap((file) => [...file.exits.values()])
      .filter(({ endedAt, triggeredAt }) =>
        endedAt === null ? triggeredAt < to : endedAt >= from && endedAt < to,
      );
    const wanted = new Set(exits.map(({ exitId }) => exitId));
    const attempts = files.flatMap((file) => [...file.attempts.values()]);
    const fills = files.flatMap((file) => [...file.fills.values()]);
    return copyJson({
      exits,
      attempts: attempts.filter(({ exitId }) => wanted.has(exitId)),
      fills: fills.filter(({ at }) => at >= from && at < to),
    });
  }

  #positions(isWanted: (position: Position) => boolean): Position[] {
    const all = [...this.#files.values()].flatMap(({ position }) => position ?? []);
    return all.filter(isWanted).map((position) => upgradePosition(copyJson(position)));
  }

  #openFiles(): (Stored & { position: Position })[] {
    const files = [...this.#open].map((id) => this.#files.get(id) as Stored & { position: Position });
    return files.sort((a, b) => byAge(a.position, b.position));
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

const hasPosition = (file: Stored): file is Stored & { position: Position } => file.position !== null;

function copyFile(
  { position, evaluation, exits, attempts, fills }: Stored & { position: Position },
  isWanted: (record: { exitId: string }) => boolean,
): PositionFile {
  return inOrder({
    position: upgradePosition(copyJson(position)),
    evaluation: copyJson(evaluation),
    exits: copyJson([...exits.values()].filter(isWanted)),
    attempts: copyJson([...attempts.values()].filter(isWanted)),
    fills: copyJson([...fills.values()].filter(isWanted)),
  });
}
