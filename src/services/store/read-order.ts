import type {
  AttemptRecord,
  EdgeRecord,
  EntryAttemptRecord,
  EntryFile,
  ExitRecord,
  PeriodFacts,
  PositionFile,
} from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Oldest first; by id where two were opened at once. */
export const byAge = (a: Pick<Position, 'openedAt' | 'id'>, b: Pick<Position, 'openedAt' | 'id'>): number =>
  a.openedAt - b.openedAt || compareText(a.id, b.id);

/** First closed first. */
export const byClosing = (a: Position, b: Position): number =>
  a.closedAt! - b.closedAt! || compareText(a.id, b.id);

/** First detected first. */
export const byDetection = (a: EdgeRecord, b: EdgeRecord): number =>
  a.detectedAt - b.detectedAt || compareText(a.edgeId, b.edgeId);

/** First raised first. */
export const byRaising = (
  a: { raisedAt: number; key: string },
  b: { raisedAt: number; key: string },
): number => a.raisedAt - b.raisedAt || compareText(a.key, b.key);

const byExitNumber = (a: ExitRecord, b: ExitRecord) => a.number - b.number || compareText(a.exitId, b.exitId);
const byTrigger = (a: ExitRecord, b: ExitRecord) =>
  a.triggeredAt - b.triggeredAt || compareText(a.exitId, b.exitId);
const byPlacing = (a: AttemptRecord, b: AttemptRecord) =>
  a.placedAt - b.placedAt || a.number - b.number || compareText(a.attemptId, b.attemptId);
const byBuying = (a: EntryAttemptRecord, b: EntryAttemptRecord) =>
  a.placedAt - b.placedAt || compareText(a.attemptId, b.attemptId);
const byFillTime = (a: { at: number; fillId: string }, b: { at: number; fillId: string }) =>
  a.at - b.at || compareText(a.fillId, b.fillId);

/** Puts a file's records in the order in which they happened. */
export function inOrder(file: PositionFile): PositionFile {
  file.exits.sort(byExitNumber);
  file.attempts.sort(byPlacing);
  file.fills.sort(byFillTime);
  return file;
}

/** Puts an entry's orders and fills in the order in which they happened. */
export function entryInOrder(file: EntryFile): EntryFile {
  file.attempts.sort(byBuying);
  file.fills.sort(byFillTime);
  return file;
}

/** Puts what happened in a period in the order in which it happened. */
export function periodInOrder(facts: PeriodFacts): PeriodFacts {
  facts.exits.sort(byTrigger);
  facts.attempts.sort(byPlacing);
  facts.fills.sort(byFillTime);
  facts.edges.sort(byDetection);
  facts.entryAttempts.sort(byBuying);
  facts.entryFills.sort(byFillTime);
  facts.closed.sort(byClosing);
  facts.alerts.sort(byRaising);
  return facts;
}

/** The records of each position, in the order given. */
export const byPosition = <T extends { positionId: string }>(records: readonly T[]): Map<string, T[]> =>
  groupBy(records, ({ positionId }) => positionId);

/** The records of each edge, in the order given. */
export const byEdge = <T extends { edgeId: string }>(records: readonly T[]): Map<string, T[]> =>
  groupBy(records, ({ edgeId }) => edgeId);

function groupBy<T>(records: readonly T[], keyOf: (record: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const group = groups.get(keyOf(record));
    if (group) group.push(record);
    else groups.set(keyOf(record), [record]);
  }
  return groups;
}
