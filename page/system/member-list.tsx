import type { ReadonlySignal } from '@preact/signals';
import { useRef, useState } from 'preact/hooks';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { useBoxWindow } from '../parts/box-window.ts';
import { countText } from '../parts/words.ts';
import { statesText } from '../statechart/state-words.ts';
import { ActorName, ActorState, Rate } from './actor-parts.tsx';

const ROW_PX = 30;
const MOST_ROWS = 10;

interface MemberListProps {
  /** What the list holds. */
  label: string;
  actors: readonly ActorView[];
  rates: ReadonlySignal<ReadonlyMap<string, number>>;
}

/** Many actors: those that a text fits, of which only what is in view is drawn. */
export function MemberList({ label, actors, rates }: MemberListProps) {
  const [text, setText] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const sought = text.trim().toLowerCase();
  const found = actors.filter(
    (actor) =>
      sought === '' ||
      `${actor.name} ${statesText(actor.states)} ${actor.status}`.toLowerCase().includes(sought),
  );
  const { first, end } = useBoxWindow(box, found.length, ROW_PX);
  const height = `${Math.min(actors.length, MOST_ROWS) * ROW_PX + 2}px`;
  return (
    <div class="members">
      <div class="members-bar">
        <input
          type="search"
          placeholder="Name or state"
          aria-label={`Filter ${label}`}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <span class="muted">
          {found.length === actors.length
            ? countText(actors.length, 'actor')
            : `${found.length.toLocaleString('en')} of ${countText(actors.length, 'actor')}`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section class="members-box" ref={box} tabIndex={0} aria-label={label} style={{ height }}>
        <table
          class="members-table"
          style={{ height: `${found.length * ROW_PX}px` }}
          aria-rowcount={found.length}
        >
          <thead class="visually-hidden">
            <tr>
              <th scope="col">Actor</th>
              <th scope="col">State</th>
              <th scope="col">Events a second</th>
              <th scope="col">Restarts</th>
            </tr>
          </thead>
          <tbody style={{ transform: `translateY(${first * ROW_PX}px)` }}>
            {found.slice(first, end).map((actor, index) => (
              <tr key={actor.session} aria-rowindex={first + index + 1}>
                <th scope="row">
                  <ActorName actor={actor} />
                </th>
                <td class="col-state">
                  <ActorState actor={actor} />
                </td>
                <td class="col-rate">
                  <Rate rates={rates} sessions={[actor.session]} />
                </td>
                <td class="col-restarts num">{actor.restarts > 0 ? `↻ ${actor.restarts}` : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {found.length === 0 && <p class="muted members-none">None.</p>}
      </section>
    </div>
  );
}
