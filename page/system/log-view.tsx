import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useBoxWindow } from '../parts/box-window.ts';
import { Moment } from '../parts/times.tsx';
import { countText } from '../parts/words.ts';
import { listText } from '../statechart/state-words.ts';
import { type EventLog, findLines, type LogLine } from './event-log.ts';

const ROW_PX = 26;
const NARROW_ROW_PX = 46;
const narrow = matchMedia('(max-width: 40rem)');

interface LogViewProps {
  log: EventLog;
  machines: readonly string[];
  /** Only this machine's; null: a choice is offered. */
  only: string | null;
}

/** What the actors have just worked off, the newest at the bottom. */
export function LogView({ log, machines, only }: LogViewProps) {
  const [text, setText] = useState('');
  const [machine, setMachine] = useState<string | null>(null);
  const lines = log.lines.value;
  const [turnsOnly, setTurnsOnly] = useState(false);
  const found = useMemo(
    () => findLines(lines, { text, machine: only ?? machine, turnsOnly }),
    [lines, text, machine, only, turnsOnly],
  );
  const isHeld = log.isHeld.value;
  return (
    <section class="panel log" aria-labelledby="log-title">
      <div class="log-bar">
        <h2 id="log-title">Events</h2>
        <input
          type="search"
          placeholder="Actor, event or state"
          aria-label="Filter events"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {only === null && (
          <select
            aria-label="Machine"
            value={machine ?? ''}
            onChange={(event) => setMachine(event.currentTarget.value || null)}
          >
            <option value="">All actors</option>
            {machines.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        )}
        <label class="log-turns">
          <input
            type="checkbox"
            checked={turnsOnly}
            onChange={(event) => setTurnsOnly(event.currentTarget.checked)}
          />
          Changes of state only
        </label>
        <button type="button" aria-pressed={isHeld} onClick={() => (isHeld ? log.goOn() : log.hold())}>
          {isHeld ? '▶ Go on' : '❚❚ Pause'}
        </button>
        <span class="log-waiting muted" role="status">
          {isHeld ? `Held, ${log.waiting.value.toLocaleString('en')} waiting` : ''}
        </span>
      </div>
      <Lines lines={found} log={log} isAll={found === lines} />
    </section>
  );
}

function Lines({ lines, log, isAll }: { lines: readonly LogLine[]; log: EventLog; isAll: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const rowHeight = narrow.matches ? NARROW_ROW_PX : ROW_PX;
  const isHeld = log.isHeld.value;
  useLayoutEffect(() => {
    if (!isHeld) box.current!.scrollTop = box.current!.scrollHeight;
  }, [lines, isHeld]);
  const { first, end } = useBoxWindow(box, lines.length, rowHeight);
  const holdAbove = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current!;
    if (scrollHeight - clientHeight - scrollTop > 2 * rowHeight) log.hold();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section class="log-box" ref={box} tabIndex={0} aria-label="Events, newest last" onScroll={holdAbove}>
      {lines.length === 0 && (
        <p class="muted log-none">{isAll ? 'Nothing has happened yet.' : 'No event fits.'}</p>
      )}
      <ol style={{ height: `${lines.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}>
        {lines.slice(first, end).map((line) =>
          line.kind === 'gap' ? (
            <li key={line.number} class="log-gap muted">
              … {countText(line.count, 'event')} left out
            </li>
          ) : (
            <li key={line.number} class={line.entry.to === null ? 'log-line' : 'log-line log-turn'}>
              <Moment at={line.entry.at} />
              <span class="log-name">{line.entry.name}</span>
              <code class="log-event">{line.entry.event}</code>
              <span class="log-states">{turnText(line.entry)}</span>
            </li>
          ),
        )}
      </ol>
    </section>
  );
}

const turnText = ({ from, to }: { from: string | null; to: string | null }): string =>
  to === null ? '' : `${listText(from)} → ${listText(to)}`;
