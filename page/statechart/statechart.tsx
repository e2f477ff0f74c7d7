import './statechart.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { link } from '../live/account.ts';
import { Note } from '../parts/note.tsx';
import { Ago } from '../parts/times.tsx';
import { type ChartModel, isCompound } from './chart-model.ts';
import { charts, chartsProblem, readCharts } from './charts.ts';
import { Drawing } from './drawing.tsx';
import type { Detail, Layout } from './graph.ts';
import { layoutOf, openLayouter } from './layout.ts';
import { neighbour } from './neighbours.ts';
import { nameOf, StateDetails } from './state-details.tsx';
import { listText, statesText } from './state-words.ts';
import { wayOf } from './turns.ts';
import { type Room, useRoom, useZoom } from './zoom.ts';

interface StatechartProps {
  /** The machine's id. */
  machine: string;
  /** The ids of the active states. */
  active: readonly string[];
  /** The last change of state. */
  last: ActorView['last'];
  /** Instead of one actor: how many stand in each state. */
  counts?: ReadonlyMap<string, number>;
}

/** Where there is so much more width than height, a chart is drawn from left to right. */
const WIDE_ROOM = 1.6;
/** From here on a chart of medium size has room for its labels (px). */
const WIDE_PX = 900;

const sizeOf = ({ bundles: { length } }: ChartModel): 'small' | 'medium' | 'large' =>
  length <= 9 ? 'small' : length <= 24 ? 'medium' : 'large';

/** A machine's chart as it is defined: where the actor stands is lit, its last change of state is marked. */
export function Statechart(props: StatechartProps) {
  useEffect(() => {
    void readCharts();
    openLayouter();
  }, []);
  const model = charts.value?.get(props.machine);
  if (model !== undefined) return <Chart key={props.machine} {...props} model={model} />;
  return (
    <div class="chart-place">
      {chartsProblem.value !== null ? (
        <Note kind="error" title="The chart can't be shown">
          {chartsProblem.value.message}{' '}
          <button type="button" onClick={() => void readCharts()}>
            Try again
          </button>
        </Note>
      ) : charts.value === null ? (
        <Note kind="loading" title="Reading the chart" />
      ) : (
        <Note kind="empty" title={`There is no machine "${props.machine}"`} />
      )}
    </div>
  );
}

function Chart({ model, active, last, counts }: StatechartProps & { model: ChartModel }) {
  const holder = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState<Detail | null>(null);
  const [follows, setFollows] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const room = useRoom(holder);
  const size = sizeOf(model);
  const detail =
    wanted ?? (size === 'small' || (size === 'medium' && room.width >= WIDE_PX) ? 'full' : 'plain');
  const { layout, error } = useLayout(model, detail, room);
  const zoom = useZoom(holder, layout, room);

  const lit = useMemo(() => new Set(active), [active.join()]);
  const innermost = active.findLast((id) => model.byId.has(id) && !isCompound(model.byId.get(id)!)) ?? null;
  const entrance = chosen ?? innermost ?? model.states[1]?.id ?? '';
  const looked = chosen ?? innermost;
  const marked = useMemo(
    () => last && { ids: new Set(wayOf(model, last).map(({ id }) => id)), event: last.event },
    [model, last?.event, last?.from, last?.to],
  );

  const place = layout?.boxes.find(({ id }) => id === (chosen ?? innermost));
  const shownIn = useRef<Layout | null>(null);
  useEffect(() => {
    if (!place || !follows || zoom.isWhole) return;
    zoom.show(place, { glides: shownIn.current === layout });
    shownIn.current = layout;
  }, [place, follows, zoom.isWhole]);

  const choose = (id: string) => {
    setChosen(id === chosen ? null : id);
    if (id !== chosen) setOpen(true);
  };
  const move = (from: string, key: string): boolean => {
    if (key === 'Escape' && chosen !== null) {
      setChosen(null);
      return true;
    }
    const next = layout && neighbour(layout, from, key);
    if (!next) return false;
    holder.current?.querySelector<SVGGElement>(`[data-state="${CSS.escape(next)}"]`)?.focus();
    return true;
  };

  return (
    <div class="chart">
      <div class="chart-bar">
        <p class="chart-now" role="status">
          {counts === undefined ? <Now active={active} /> : null}
        </p>
        <div class="chart-tools">
          <button
            type="button"
            aria-pressed={detail === 'full'}
            onClick={() => setWanted(detail === 'full' ? 'plain' : 'full')}
          >
            Labels
          </button>
          {counts === undefined && (
            <button type="button" aria-pressed={follows} onClick={() => setFollows(!follows)}>
              Follow
            </button>
          )}
          <button type="button" aria-label="Smaller" onClick={zoom.zoomOut}>
            −
          </button>
          <button type="button" aria-label="Larger" onClick={zoom.zoomIn}>
            +
          </button>
          <button type="button" disabled={zoom.isFitted} onClick={zoom.fit}>
            Fit
          </button>
        </div>
      </div>
      {counts === undefined && <LastTurn last={last} />}
      <div class={`chart-place chart-${size}`} ref={holder} tabIndex={zoom.isWhole ? undefined : 0}>
        {error !== null && (
          <Note kind="error" title="The chart can't be laid out">
            {error}
          </Note>
        )}
        {error === null && layout === null && <Note kind="loading" title="Laying out the chart" />}
        {layout && (
          // biome-ignore lint/a11y/useSemanticElements: a drawing of what can be chosen
          <svg
            class={`chart-drawing${chosen === null ? '' : ' has-choice'}`}
            role="group"
            aria-label={`Statechart of ${model.chart.id}`}
            width={layout.width * zoom.scale}
            height={layout.height * zoom.scale}
            viewBox={`0 0 ${layout.width} ${layout.height}`}
          >
            <Drawing
              model={model}
              layout={layout}
              active={lit}
              last={marked}
              chosen={chosen}
              counts={counts ?? null}
              isTagged={detail === 'plain'}
              entrance={entrance}
              onChoose={choose}
              onMove={move}
            />
          </svg>
        )}
      </div>
      <details class="chart-details" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {looked === null ? 'What leads where' : `What leads out of ${nameOf(model, looked)}`}
        </summary>
        {looked === null ? (
          <p class="muted">Choose a state of the chart.</p>
        ) : (
          <StateDetails model={model} id={looked} onChoose={setChosen} />
        )}
      </details>
    </div>
  );
}

const Now = ({ active }: { active: readonly string[] }) =>
  active.length === 0 ? (
    <span class="muted">Not running</span>
  ) : (
    <>
      Active: <strong>{statesText(active)}</strong>
    </>
  );

function LastTurn({ last }: { last: ActorView['last'] }) {
  if (last === null) return <p class="chart-last muted">No change of state yet</p>;
  return (
    <p class="chart-last muted">
      Last: <code>{last.event}</code>, {listText(last.from)} → {listText(last.to)}, <Ago at={last.at} />
    </p>
  );
}

function useLayout(
  model: ChartModel,
  detail: Detail,
  room: Room,
): { layout: Layout | null; error: string | null } {
  const [known, setKnown] = useState<{ layout: Layout | null; error: string | null }>({
    layout: null,
    error: null,
  });
  const shape = room.width > WIDE_ROOM * room.height ? 'wide' : 'tall';
  const isSeen = room.width > 0;
  // What could not be loaded while the daemon was away is tried again when it is back.
  const isLive = link.state.value === 'live';
  useEffect(() => {
    if (!isSeen) return;
    let isWanted = true;
    layoutOf(model, shape, detail).then(
      (layout) => isWanted && setKnown({ layout, error: null }),
      (error: unknown) =>
        isWanted && setKnown({ layout: null, error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [model, detail, shape, isSeen, isLive]);
  return known;
}
