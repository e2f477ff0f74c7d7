import type { ElkEdgeSection, ElkExtendedEdge, ElkNode, ElkPoint, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { ChartState } from '../../src/services/inspect/chart.ts';
import {
  ancestorsOf,
  type Bundle,
  type ChartModel,
  hasUnguarded,
  isCompound,
  stepText,
} from './chart-model.ts';

/** `wide`: the machine reads from left to right; `tall`: from top to bottom. What is inside a state reads across. */
export type Shape = 'wide' | 'tall';
/** `plain`: lines without labels, and of the many ways a restart takes only the last; `full`: everything. */
export type Detail = 'plain' | 'full';

export interface Measures {
  /** The width of a state's name, and of a transition's label (px). */
  name: (text: string) => number;
  label: (text: string) => number;
}

export interface Box {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  id: string;
  bundle: Bundle;
  points: ElkPoint[];
  label: (Box & { lines: string[] }) | null;
}

/** Where everything stands (px, from the top left). */
export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
  lines: Line[];
}

export const STATE_HEIGHT = 34;
export const LABEL_LINE = 15;
/** Beside a state's name, for its signs. */
const SIGN_ROOM = 32;
/** For the sign of one that leads to itself anew. */
export const AGAIN_ROOM = 14;
const HEAD_ROOM = 38;
const MARGIN = 16;
const LONGEST_LABEL = 6;
const FEW_WAYS = 2;

const OPTIONS: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.edgeCoords': 'ROOT',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.spacing.nodeNodeBetweenLayers': '22',
  'elk.layered.spacing.edgeNodeBetweenLayers': '10',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '7',
  'elk.spacing.nodeNode': '16',
  'elk.spacing.edgeNode': '10',
  'elk.spacing.edgeEdge': '7',
  'elk.spacing.edgeLabel': '4',
};

/**
 * What leads from the root leads from everywhere: it is listed, not drawn. Of the many ways that a restart takes, the
 * plain drawing has the last one, which needs no guard.
 */
function drawnBundles({ bundles, chart }: ChartModel, detail: Detail): Bundle[] {
  const isDrawn = (bundle: Bundle): boolean =>
    detail === 'full' ||
    !bundle.isRouting ||
    bundles.filter(({ source }) => source === bundle.source).length <= FEW_WAYS ||
    hasUnguarded(bundle);
  return bundles.filter((bundle) => bundle.source !== chart.root.id && isDrawn(bundle));
}

/** The lines of a label; of many only the first ones, and how many more there are. */
export function labelLines({ steps }: Bundle): string[] {
  const lines = [...new Set(steps.map(stepText))];
  if (lines.length <= LONGEST_LABEL) return lines;
  return [...lines.slice(0, LONGEST_LABEL - 1), `and ${lines.length - LONGEST_LABEL + 1} more`];
}

/** The graph that ELK lays out. A line that crosses the border of a state is cut there, at a port. */
export function toGraph(model: ChartModel, shape: Shape, detail: Detail, measures: Measures): ElkNode {
  const nodes = new Map<string, ElkNode>();
  const across = shape === 'wide' ? 'RIGHT' : 'DOWN';
  const inside = shape === 'wide' ? 'DOWN' : 'RIGHT';

  const toNode = (state: ChartState, depth: number): ElkNode => {
    const direction = depth % 2 === 0 ? inside : across;
    const node: ElkNode = isCompound(state)
      ? {
          id: state.id,
          ports: [],
          layoutOptions: {
            ...OPTIONS,
            'elk.direction': direction,
            'elk.portConstraints': 'FIXED_SIDE',
            'elk.padding': `[top=${HEAD_ROOM},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
            'elk.nodeSize.constraints': 'MINIMUM_SIZE',
            'elk.nodeSize.minimum': `(${measures.name(state.key) + SIGN_ROOM + MARGIN},${HEAD_ROOM + MARGIN})`,
          },
        }
      : {
          id: state.id,
          width:
            Math.ceil(measures.name(state.key)) +
            SIGN_ROOM +
            (model.reentered.has(state.id) ? AGAIN_ROOM : 0),
          height: STATE_HEIGHT,
          ports: [{ id: arrivalOf(state.id), width: 0, height: 0 }],
        };
    nodes.set(state.id, node);
    if (isCompound(state)) node.children = state.states.map((child) => toNode(child, depth + 1));
    return node;
  };
  const children = model.chart.root.states.map((state) => toNode(state, 0));

  const edges = new Map<string, ElkExtendedEdge>();
  for (const bundle of drawnBundles(model, detail)) {
    const { pieces, crossings } = cut(model, bundle);
    for (const { id, of, way } of crossings) addPort(nodes.get(of)!, id, sideOf(way, shape));
    pieces.forEach(({ id, from, to }, index) => {
      if (edges.has(id)) return;
      const label = detail === 'full' && index === 0 && !bundle.isRouting ? labelOf(bundle, measures) : [];
      edges.set(id, { id, sources: [from], targets: [to], labels: label });
    });
  }
  return {
    id: '',
    children,
    edges: [...edges.values()],
    layoutOptions: {
      ...OPTIONS,
      'elk.direction': across,
      'elk.padding': `[top=${MARGIN},left=${MARGIN},bottom=${MARGIN},right=${MARGIN}]`,
    },
  };
}

/** What ELK has made of the graph. */
export function readLayout(model: ChartModel, detail: Detail, laid: ElkNode): Layout {
  const boxes: Box[] = [];
  const collect = (node: ElkNode, left: number, top: number) => {
    for (const { id, x = 0, y = 0, width = 0, height = 0, ...child } of node.children ?? []) {
      boxes.push({ id, x: left + x, y: top + y, width, height });
      collect({ id, ...child }, left + x, top + y);
    }
  };
  collect(laid, 0, 0);
  const edges = new Map((laid.edges ?? []).map((edge) => [edge.id, edge]));
  const lines = drawnBundles(model, detail).map((bundle): Line => {
    const parts = cut(model, bundle).pieces.map(({ id }) => edges.get(id));
    const { x = 0, y = 0, width = 0, height = 0 } = parts[0]?.labels?.[0] ?? {};
    return {
      id: bundle.id,
      bundle,
      points: parts.flatMap((edge) => edge?.sections?.flatMap(pointsOf) ?? []),
      label: width === 0 ? null : { id: bundle.id, x, y, width, height, lines: labelLines(bundle) },
    };
  });
  return { width: laid.width ?? 0, height: laid.height ?? 0, boxes, lines };
}

interface Piece {
  id: string;
  from: string;
  to: string;
}

/** On the border of a state, where a line goes on. */
interface Crossing {
  id: string;
  of: string;
  way: 'out' | 'in';
}

/** A bundle's line, cut at each border that it crosses. Pieces that lead on to the same place are shared. */
function cut(model: ChartModel, { source, target }: Bundle): { pieces: Piece[]; crossings: Crossing[] } {
  const root = model.chart.root.id;
  const around = (id: string) => ancestorsOf(model, id).filter((outer) => outer !== root);
  const [aroundSource, aroundTarget] = [around(source), around(target)];
  const left = aroundSource.filter((id) => !aroundTarget.includes(id));
  const entered = aroundTarget.filter((id) => !aroundSource.includes(id)).reverse();
  const crossings: Crossing[] = [
    ...left.map((of) => ({ of, id: `${of}|out|${target}`, way: 'out' as const })),
    ...entered.map((of) => ({ of, id: `${of}|in|${target}`, way: 'in' as const })),
  ];
  const end = isCompound(model.byId.get(target)!) ? target : arrivalOf(target);
  // What leads from a state to one inside it begins at its border.
  const stops = [...(entered[0] === source ? [] : [source]), ...crossings.map(({ id }) => id), end];
  const pieces = stops
    .slice(1)
    .map((to, index) => ({ id: `${stops[index]}→${to}`, from: stops[index]!, to }));
  return { pieces, crossings };
}

/** Where all lines that lead to a state arrive, so that they end in one arrow. */
const arrivalOf = (id: string): string => `${id}|at`;

const sideOf = (way: 'out' | 'in', shape: Shape): string =>
  ({ wide: { in: 'WEST', out: 'EAST' }, tall: { in: 'NORTH', out: 'SOUTH' } })[shape][way];

function addPort(node: ElkNode, id: string, side: string): void {
  if (node.ports!.some((port) => port.id === id)) return;
  node.ports!.push({ id, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
}

function labelOf(bundle: Bundle, measures: Measures): { text: string; width: number; height: number }[] {
  const lines = labelLines(bundle);
  const width = Math.ceil(Math.max(...lines.map(measures.label))) + 6;
  return [{ text: lines.join('\n'), width, height: lines.length * LABEL_LINE + 2 }];
}

const pointsOf = ({ startPoint, bendPoints = [], endPoint }: ElkEdgeSection): ElkPoint[] => [
  startPoint,
  ...bendPoints,
  endPoint,
];
