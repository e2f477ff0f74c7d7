import Elk from 'elkjs/lib/elk-api.js';
import type { ChartModel } from './chart-model.ts';
import { type Detail, type Layout, type Measures, readLayout, type Shape, toGraph } from './graph.ts';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const NAME_PX = 16;
const LABEL_PX = 12;

let elk: InstanceType<typeof Elk.default> | null = null;
const layouts = new WeakMap<ChartModel, Map<string, Promise<Layout>>>();

/** Where a chart's states and lines stand; laid out once, beside the page's own thread. */
export function layoutOf(model: ChartModel, shape: Shape, detail: Detail): Promise<Layout> {
  const known = layouts.get(model) ?? new Map<string, Promise<Layout>>();
  layouts.set(model, known);
  const key = `${shape} ${detail}`;
  const found = known.get(key) ?? lay(model, shape, detail);
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

/** What lays out is large: it is loaded while the charts are read. */
export function openLayouter(): InstanceType<typeof Elk.default> {
  elk ??= new Elk.default({
    algorithms: ['layered'],
    workerFactory: () => new Worker('/chart-layout.js', { type: 'module' }),
  });
  return elk;
}

async function lay(model: ChartModel, shape: Shape, detail: Detail): Promise<Layout> {
  return readLayout(model, detail, await openLayouter().layout(toGraph(model, shape, detail, measure())));
}

function measure(): Measures {
  const pen = document.createElement('canvas').getContext('2d')!;
  const widthOf = (px: number, weight: number) => (text: string) => {
    pen.font = `${weight} ${px}px ${FONT}`;
    return pen.measureText(text).width;
  };
  return { name: widthOf(NAME_PX, 650), label: widthOf(LABEL_PX, 400) };
}
