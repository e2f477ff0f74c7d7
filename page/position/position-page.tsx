import './position.css';
import { useEffect, useState } from 'preact/hooks';
import { link } from '../live/account.ts';
import { Note } from '../parts/note.tsx';
import { PositionAlerts } from './alerts.tsx';
import { ConditionsTable, QuoteSeen } from './conditions.tsx';
import { EntryStory } from './entry-story.tsx';
import { readEvaluation } from './evaluation.ts';
import { Evidence } from './evidence.tsx';
import { Head } from './head.tsx';
import { OrderChart, PositionChart } from './machine-charts.tsx';
import { NowAndNext } from './now-and-next.tsx';
import { followPosition, NOT_FOUND, type PositionData } from './position-data.ts';
import { PriceChart } from './price-chart.tsx';
import { useRunningMachines } from './running-machines.ts';
import { Timeline } from './timeline.tsx';

/** One position: what it does, why, and what happens next. */
export function PositionPage({ id }: { id: string }) {
  const [data, setData] = useState<PositionData | null>(null);
  useEffect(() => {
    const followed = followPosition(id);
    setData(followed);
    return () => followed.close();
  }, [id]);
  return data === null ? <Loading id={id} /> : <Followed data={data} />;
}

function Followed({ data }: { data: PositionData }) {
  const { monitor, order } = useRunningMachines(data.id);
  const problem = data.problem.value;
  const view = data.view.value;
  if (problem?.status === NOT_FOUND)
    return (
      <Note kind="empty" title={`There is no position ${data.id}`}>
        <a href="/">All positions</a>
      </Note>
    );
  if (view === null && problem !== null)
    return (
      <Note kind="error" title={`Position ${data.id} can't be shown: ${problem.message}`}>
        <button type="button" onClick={() => data.look()}>
          Try again
        </button>
      </Note>
    );
  if (view === null) return <Loading id={data.id} />;
  const isOld = link.state.value === 'lost';
  return (
    <article class={isOld ? 'position position-old' : 'position'}>
      <Head view={view} data={data} />
      <PositionAlerts id={data.id} />
      <div class="position-now">
        {view.state === 'closed' ? (
          <Evidence view={view} data={data} />
        ) : (
          <NowAndNext view={view} data={data} />
        )}
        <PriceChart view={view} data={data} />
      </div>
      <PositionChart view={view} monitor={monitor} journal={data.journal.value} />
      <Conditions data={data} />
      <OrderChart order={order} />
      <Timeline data={data} />
      <EntryStory explanation={data.explanation.value} />
    </article>
  );
}

const Loading = ({ id }: { id: string }) => <Note kind="loading" title={`Looking at ${id} …`} />;

function Conditions({ data }: { data: PositionData }) {
  const explanation = data.explanation.value;
  const evaluation = readEvaluation(explanation?.evaluation);
  const isClosed = explanation?.position.state === 'closed';
  return (
    <section class="panel conditions-panel" aria-labelledby="conditions-title">
      <div class="panel-head">
        <h2 id="conditions-title">{isClosed ? 'Conditions at its end' : 'Conditions'}</h2>
        {evaluation !== null && (
          <p>
            <QuoteSeen evaluation={evaluation} />
          </p>
        )}
      </div>
      {evaluation === null ? (
        <p class="muted">Not evaluated yet.</p>
      ) : (
        <ConditionsTable evaluation={evaluation} caption="The ten conditions, by priority" />
      )}
    </section>
  );
}
