import type { AttemptRecord, ExitRecord, FillRecord, PositionFile } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Oldest first; by id where two were opened at once. */
export const byAge = (a: Pick<Position, 'openedAt' | 'id'>, b: Pick<Position, 'openedAt' | 'id'>): number =>
  a.openedAt - b.openedAt || compareText(a.id, b.id);

const byExitNumber = (a: ExitRecord, b: ExitRecord) => a.number - b.number || compareText(a.exitId, b.exitId);
const byPlacing = (a: AttemptRecord, b: AttemptRecord) =>
  a.placedAt - b.placedAt || a.number - b.number || compareText(a.attemptId, b.attemptId);
const byFillTime = (a: FillRecord, b: FillRecord) => a.at - b.at || compareText(a.fillId, b.fillId);

/** Puts a file's records in the order in which they happened. */
export function inOrder(file: PositionFile): PositionFile {
  file.exits.sort(byExitNumber);
  file.attempts.sort(byPlacing);
  file.fills.sort(byFillTime);
  return file;
}

/** The records of each position, in the order given. */
export function byPosition<T extends { positionId: string }>(records: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const group = groups.get(record.positionId);
    if (group) group.push(record);
    else groups.set(record.positionId, [record]);
  }
  return groups;
}
