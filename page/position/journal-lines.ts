import type { JournalEntry } from '../../src/services/operations/operations.ts';

const keyOf = ({ at, kind, summary, exitId }: JournalEntry): string => [at, kind, exitId, summary].join('\n');

/** Both without repetition, oldest first; of one instant in the order in which they were told. */
export function joinJournal(told: readonly JournalEntry[], known: readonly JournalEntry[]): JournalEntry[] {
  const [earlier, later] = told.length >= known.length ? [told, known] : [known, told];
  const keys = new Set(earlier.map(keyOf));
  const joined = [...earlier, ...later.filter((entry) => !keys.has(keyOf(entry)))];
  return joined.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Lines of one exit, or such as belong to none; both oldest first. */
export interface JournalGroup {
  exitId: string | null;
  entries: JournalEntry[];
}

/** Groups the lines by exit, oldest first. What is said of no exit at an instant of one belongs with it. */
export function groupJournal(journal: readonly JournalEntry[]): JournalGroup[] {
  const ends = new Map<string, string>();
  for (const { exitId, at } of journal) if (exitId !== null) ends.set(exitId, at);
  const groups: JournalGroup[] = [];
  const byExit = new Map<string, JournalGroup>();
  for (const entry of journal) {
    const last = groups.at(-1);
    const isWithin = entry.exitId === null && last?.exitId != null && entry.at <= ends.get(last.exitId)!;
    const exitId = isWithin ? last!.exitId : entry.exitId;
    const group = exitId === null ? (last?.exitId === null ? last : undefined) : byExit.get(exitId);
    if (group !== undefined) {
      group.entries.push(entry);
      continue;
    }
    const made = { exitId, entries: [entry] };
    groups.push(made);
    if (exitId !== null) byExit.set(exitId, made);
  }
  return groups;
}
