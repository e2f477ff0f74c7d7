import { memo } from 'preact/compat';
import { type ChartModel, isCompound } from './chart-model.ts';
import { AGAIN_ROOM, type Box, LABEL_LINE, type Layout, type Line, STATE_HEIGHT } from './graph.ts';
import { roundedPath, stretchesOf } from './path.ts';

export interface Marks {
  active: ReadonlySet<string>;
  /** Lines that the last change of state took, and the event that led to it. */
  last: { ids: ReadonlySet<string>; event: string } | null;
  /** The state that is looked at. */
  chosen: string | null;
  /** How many actors stand in each state; null: one actor is shown. */
  counts: ReadonlyMap<string, number> | null;
  /** The event of the last change is written on its line. */
  isTagged: boolean;
}

interface DrawingProps extends Marks {
  model: ChartModel;
  layout: Layout;
  /** Which state the keyboard stops at. */
  entrance: string;
  onChoose: (id: string) => void;
  onMove: (id: string, key: string) => boolean;
}

/** A chart as it was laid out. When actors move, nothing but classes and the marked lines change. */
export function Drawing(props: DrawingProps) {
  const { model, layout, last, chosen, isTagged } = props;
  const beside = (line: Line) => line.bundle.source === chosen || line.bundle.target === chosen;
  const taken = layout.lines.filter(({ id }) => last?.ids.has(id));
  const tagged = taken.find(({ bundle }) =>
    bundle.steps.some(({ transition }) => transition.label === last?.event),
  );
  return (
    <g>
      <Arrows />
      {layout.boxes.filter(({ id }) => isCompound(model.byId.get(id)!)).map((box) => state(props, box))}
      <Lines layout={layout} />
      {chosen !== null &&
        layout.lines.filter(beside).map((line) => <Path key={line.id} line={line} tone="beside" />)}
      {taken.map((line) => (
        <Path key={line.id} line={line} tone="last" />
      ))}
      {layout.boxes.filter(({ id }) => !isCompound(model.byId.get(id)!)).map((box) => state(props, box))}
      {layout.boxes.map((box) => (
        <Count key={box.id} box={box} count={props.counts?.get(box.id) ?? 0} />
      ))}
      <Labels layout={layout} />
      {tagged && last && isTagged && <Tag line={tagged} text={last.event} model={model} layout={layout} />}
    </g>
  );
}

const Arrows = () => (
  <defs>
    {['plain', 'beside', 'last'].map((tone) => (
      <marker
        key={tone}
        id={`chart-arrow-${tone}`}
        class={`arrow-${tone}`}
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="8"
        markerHeight="8"
        markerUnits="userSpaceOnUse"
        orient="auto"
      >
        <path d="M0 0.5 8 4 0 7.5z" />
      </marker>
    ))}
  </defs>
);

function Path({ line, tone }: { line: Line; tone: 'plain' | 'beside' | 'last' }) {
  const routing = line.bundle.isRouting ? ' line-routing' : '';
  return (
    <path
      class={`line line-${tone}${routing}`}
      data-line={line.id}
      d={roundedPath(line.points)}
      marker-end={`url(#chart-arrow-${tone})`}
    />
  );
}

const Lines = memo(({ layout }: { layout: Layout }) => (
  <g>
    {layout.lines.map((line) => (
      <Path key={line.id} line={line} tone="plain" />
    ))}
  </g>
));

const Labels = memo(({ layout }: { layout: Layout }) => (
  <g class="labels">
    {layout.lines.map(
      ({ label }) =>
        label && (
          <text key={label.id}>
            {label.lines.map((text, index) => (
              <tspan key={text} x={label.x + 3} y={label.y + (index + 0.8) * LABEL_LINE}>
                {text}
              </tspan>
            ))}
          </text>
        ),
    )}
  </g>
));

const TAG_HEIGHT = 20;

interface TagProps {
  line: Line;
  text: string;
  model: ChartModel;
  layout: Layout;
}

/** The event of the last change, written on its line where it hides no state. */
function Tag({ line, text, model, layout }: TagProps) {
  const width = text.length * 7.2 + 16;
  const states = layout.boxes.filter(({ id }) => !isCompound(model.byId.get(id)!));
  const place = stretchesOf(line.points)
    .map(({ x, y }) => ({
      x: Math.max(2, Math.min(layout.width - width - 2, x - width / 2)),
      y: y - TAG_HEIGHT / 2,
    }))
    .find((at) => !states.some((box) => overlap({ ...at, width, height: TAG_HEIGHT }, box)));
  if (place === undefined) return null;
  return (
    <g class="tag" transform={`translate(${place.x} ${place.y})`}>
      <rect width={width} height={TAG_HEIGHT} rx="10" />
      <text x={width / 2} y="14">
        {text}
      </text>
    </g>
  );
}

type Area = Omit<Box, 'id'>;

const overlap = (a: Area, b: Area): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function state({ model, active, chosen, counts, entrance, onChoose, onMove }: DrawingProps, box: Box) {
  const { id, x, y, width, height } = box;
  const found = model.byId.get(id)!;
  const compound = isCompound(found);
  const parent = model.byId.get(model.parentOf.get(id) ?? '');
  const isActive = active.has(id);
  const count = counts?.get(id) ?? 0;
  const standing = counts === null ? (isActive ? ', active' : '') : `, ${count} here`;
  const within = parent === undefined || parent === model.chart.root ? '' : ` in ${parent.key}`;
  const isFirst = parent?.initial === found.key;
  const isAgain = model.reentered.has(id);
  const nameMiddle = (width - (isAgain ? AGAIN_ROOM : 0)) / 2;
  const classes = [
    'node',
    compound ? 'node-compound' : 'node-atomic',
    found.type === 'final' && 'node-final',
    isActive && 'is-active',
    chosen === id && 'is-chosen',
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a button can't stand in a drawing
    <g
      key={id}
      class={classes.filter(Boolean).join(' ')}
      data-state={id}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={id === entrance ? 0 : -1}
      aria-label={`${found.key}${within}${standing}${found.type === 'final' ? ', final' : ''}`}
      aria-pressed={chosen === id}
      onClick={(event) => {
        event.stopPropagation();
        onChoose(id);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') onChoose(id);
        else if (!onMove(id, event.key)) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {found.description && <title>{found.description}</title>}
      <rect class="shape" width={width} height={height} rx="8" />
      {found.type === 'final' && (
        <rect class="inner" x="3" y="3" width={width - 6} height={height - 6} rx="6" />
      )}
      {isFirst && (
        <path
          class="start"
          d={`M-13 ${STATE_HEIGHT / 2}m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0m5 0h9m-4-3.5l4 3.5l-4 3.5`}
        />
      )}
      <text class="sign" x={compound ? 8 : 4} y={STATE_HEIGHT / 2 + 5}>
        {isActive ? '▶' : ''}
      </text>
      <text class="name" x={compound ? 24 : nameMiddle} y={STATE_HEIGHT / 2 + 5}>
        {found.key}
      </text>
      {isAgain && (
        <text class="again" x={width - 11} y={STATE_HEIGHT / 2 + 5}>
          ↻
        </text>
      )}
    </g>
  );
}

/** Beside the state and not in it: the state's name says it already. */
function Count({ box: { x, y }, count }: { box: Box; count: number }) {
  if (count === 0) return null;
  const text = count.toLocaleString('en');
  const width = text.length * 8 + 12;
  return (
    <g class="count" transform={`translate(${x - 8} ${y - 10})`}>
      <rect width={width} height="19" rx="9.5" />
      <text x={width / 2} y="14">
        {text}
      </text>
    </g>
  );
}
