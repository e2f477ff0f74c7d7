import './timeline.css';
import { useComputed, useSignal } from '@preact/signals';
import type { ExitView } from '../../src/services/http/records.ts';
import type { JournalEntry } from '../../src/services/operations/operations.ts';
import { Note } from '../parts/note.tsx';
import { Decision } from './decision.tsx';
import { ExitSummary } from './exit-summary.tsx';
import { groupJournal, type JournalGroup } from './journal-lines.ts';
import type { PositionData } from './position-data.ts';

const LINES = 120;

/** The journal of the position, newest first, by exit. */
export function Timeline({ data }: { data: PositionData }) {
  const isWhole = useSignal(false);
  const groups = useComputed(() => groupJournal(data.journal.value.slice(isWhole.value ? 0 : -LINES)));
  const left = data.journal.value.length - LINES;
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {groups.value.length === 0 && <Note kind="empty" title="The journal says nothing of it yet" />}
      <ol>
        {groups.value.toReversed().map((group) => (
          <Group key={group.exitId ?? group.entries[0]!.at} group={group} exits={data.exits.value} />
        ))}
      </ol>
      {left > 0 && !isWhole.value && (
        <button
          type="button"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          Show {left} older lines
        </button>
      )}
    </section>
  );
}

function Group({ group: { exitId, entries }, exits }: { group: JournalGroup; exits: readonly ExitView[] }) {
  const exit = exits.find(({ exit_id }) => exit_id === exitId) ?? null;
  return (
    <li class={exitId === null ? 'group' : 'group group-exit'}>
      {exit !== null && <ExitSummary exit={exit} />}
      <ol class="lines">
        {entries.toReversed().map((entry) => (
          <li key={`${entry.at} ${entry.kind} ${entry.summary}`}>
            <Decision entry={entry} attempt={attemptOf(entry, exit)} />
          </li>
        ))}
      </ol>
    </li>
  );
}

/** The order that a line is about: its client id ends with the attempt's number. */
function attemptOf({ data }: JournalEntry, exit: ExitView | null): ExitView['attempts'][number] | null {
  const number = Number(/-(\d+)$/.exec(String(data.clientId ?? ''))?.[1]);
  return exit?.attempts.find((attempt) => attempt.number === number) ?? null;
}
