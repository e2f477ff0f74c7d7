import type { Explanation } from '../../src/services/operations/operations.ts';
import { Decision } from './decision.tsx';

const IS_ENTRY = /^(entry|edge|position)\./;

/** How the position came to be: adopted, or bought step by step. */
export function EntryStory({ explanation }: { explanation: Explanation | null }) {
  const lines = (explanation?.story ?? []).filter(({ kind }) => IS_ENTRY.test(kind));
  return (
    <section class="panel timeline" aria-labelledby="entry-title">
      <h2 id="entry-title">How it came to be</h2>
      {lines.length === 0 && <p class="muted">The journal does not say.</p>}
      <ol class="lines">
        {lines.map((entry) => (
          <li key={`${entry.at} ${entry.kind} ${entry.summary}`}>
            <Decision entry={entry} attempt={null} />
          </li>
        ))}
      </ol>
    </section>
  );
}
