import './machine-charts.css';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import type { JournalEntry, PositionView } from '../../src/services/operations/operations.ts';
import { NextStep, nextStep } from '../parts/next-step.tsx';
import { Countdown } from '../parts/times.tsx';
import { Statechart } from '../statechart/statechart.tsx';

interface PositionChartProps {
  view: PositionView;
  monitor: ActorView | null;
  journal: readonly JournalEntry[];
}

/** The position's statechart as it runs; beside it what is pending and what the next step would be. */
export function PositionChart({ view, monitor, journal }: PositionChartProps) {
  const isOver = view.state === 'closed' && !monitor?.states.includes('position.closed');
  const active = isOver ? ['position', 'position.closed'] : (monitor?.states ?? []);
  return (
    <section class="panel machine-panel" aria-labelledby="machine-title">
      <div class="panel-head">
        <h2 id="machine-title">Statechart</h2>
        <span class="muted">{monitor?.name ?? '–'}</span>
        {monitor !== null && monitor.restarts > 0 && (
          <span class="restarts">restarted {monitor.restarts}×</span>
        )}
        <p class="pending">
          <Pending actor={isOver ? null : monitor} />
          {view.exit !== null && (
            <>
              {' · then: '} <NextStep step={nextStep(view)} />
            </>
          )}
        </p>
      </div>
      <Statechart machine="position" active={active} last={monitor?.last ?? lastJournaled(journal)} />
    </section>
  );
}

/** The last change of state in the journal, for when nothing runs any more. */
function lastJournaled(journal: readonly JournalEntry[]): ActorView['last'] {
  const line = journal.findLast(({ kind }) => kind === 'state.changed');
  const [, from, to] = /^(\w+) → (\w+)/.exec(line?.summary ?? '') ?? [];
  if (line === undefined || from === undefined) return null;
  return { event: line.kind, from: `position.${from}`, to: `position.${to}`, at: line.at };
}

/** The order that is out, or the last one. */
export function OrderChart({ order }: { order: ActorView | null }) {
  return (
    <section class="panel machine-panel machine-order" aria-labelledby="order-title">
      <div class="panel-head">
        <h2 id="order-title">{order !== null && order.status !== 'active' ? 'Last order' : 'Order'}</h2>
        <span class="muted">{order === null ? 'none is out' : order.name.replace(/^order /, '')}</span>
        {order !== null && (
          <p class="pending">
            <Pending actor={order} />
          </p>
        )}
      </div>
      <Statechart machine="order" active={order?.states ?? []} last={order?.last ?? null} />
    </section>
  );
}

function Pending({ actor }: { actor: ActorView | null }) {
  const timers = actor?.status === 'active' ? actor.timers : [];
  if (timers.length === 0) return <>No timer</>;
  return (
    <>
      {timers.map(({ name, due }, index) => (
        <span key={name}>
          {index > 0 && ', '}
          {name} <strong class="due">{<Countdown until={due} />}</strong>
        </span>
      ))}
    </>
  );
}
