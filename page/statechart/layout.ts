import Elk from 'elkjs/lib/elk-api.js';
import type { ChartModel } from './chart-model.ts';
import { type Detail, type Layout, type Measures, readLayout, type Shape, toGraph } from './graph.ts';

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const NAME_PX = 16;
const LABEL_PX = 12;

interface Layouter {
  elk: InstanceType<typeof Elk.default>;
  /** Rejects when what lays out can't be loaded: elk itself would wait for it without end. */
  broken: Promise<never>;
}

let layouter: Layouter | null = null;
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

/** What lays out is large: it is loaded while the charts are read, and once more when that failed. */
export function openLayouter(): Layouter {
  if (layouter !== null) return layouter;
  const worker = new Worker('/chart-layout.js', { type: 'module' });
  const elk = new Elk.default({ algorithms: ['layered'], workerFactory: () => worker });
  const broken = new Promise<never>((_, reject) => {
    worker.onerror = () => {
      layouter = null;
      reject(new Error('What lays it out could not be loaded.'));
    };
  });
  broken.catch(() => {});
  layouter = { elk, broken };
  return layouter;
}

async function lay(model: ChartModel, shape: Shape, detail: Detail): Promise<Layout> {
  const { elk, broken } = openLayouter();
  return readLayout(
    model,
    detail,
    await Promise.race([elk.layout(toGraph(model, shape, detail, measure())), broken]),
  );
}

function measure(): Measures {
  const pen = document.createElement('canvas').getContext('2d')!;
  const widthOf = (px: number, weight: number) => (text: string) => {
    pen.font = `${weight} ${px}px ${FONT}`;
    return pen.measureText(text).width;
  };
  return { name: widthOf(NAME_PX, 650), label: widthOf(LABEL_PX, 400) };
}
