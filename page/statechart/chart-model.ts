import type { Chart, ChartState, ChartTransition } from '../../src/services/inspect/chart.ts';

/** A transition, and the state it is written in. */
export interface Step {
  transition: ChartTransition;
  source: ChartState;
  /** Where it leads; null: it stays, and only acts. */
  target: string | null;
}

/** All transitions from one state to another, drawn as one line. */
export interface Bundle {
  id: string;
  /** What the line joins; differs from where the steps lead when those lead to a state around their source. */
  source: string;
  target: string;
  steps: Step[];
  /** From a state that nobody rests in at the start of its region: how a restart finds its place. */
  isRouting: boolean;
}

/** A chart, looked at from all sides. */
export interface ChartModel {
  chart: Chart;
  /** In the order of the definition, the root first. */
  states: readonly ChartState[];
  byId: ReadonlyMap<string, ChartState>;
  parentOf: ReadonlyMap<string, string>;
  bundles: readonly Bundle[];
  /** States that lead to themselves anew. */
  reentered: ReadonlySet<string>;
}

export const isCompound = (state: ChartState): boolean => state.states.length > 0;

/** Nobody rests in a state that an unguarded eventless transition leads out of. */
export const isPassing = (state: ChartState): boolean =>
  state.transitions.some(
    ({ kind, guard, targets }) => kind === 'always' && guard === null && targets.length > 0,
  );

export function buildModel(chart: Chart): ChartModel {
  const states: ChartState[] = [];
  const parentOf = new Map<string, string>();
  const collect = (state: ChartState) => {
    states.push(state);
    for (const child of state.states) {
      parentOf.set(child.id, state.id);
      collect(child);
    }
  };
  collect(chart.root);
  const byId = new Map(states.map((state) => [state.id, state]));

  const bundles = new Map<string, Bundle>();
  const reentered = new Set<string>();
  for (const source of states)
    for (const transition of source.transitions)
      for (const said of transition.targets) {
        if (!byId.has(said)) continue;
        const target = isAround(parentOf, said, source.id) ? entranceOf(byId.get(said)!).id : said;
        if (target === source.id) {
          reentered.add(source.id);
          continue;
        }
        const id = `${source.id}→${target}`;
        const bundle = bundles.get(id) ?? {
          id,
          source: source.id,
          target,
          steps: [],
          isRouting: isPassing(source) && isInitial(byId, parentOf, source),
        };
        bundle.steps.push({ transition, source, target: said });
        bundles.set(id, bundle);
      }
  return { chart, states, byId, parentOf, bundles: [...bundles.values()], reentered };
}

/** Whether `outer` lies around `inner`. */
export function isAround(parentOf: ReadonlyMap<string, string>, outer: string, inner: string): boolean {
  for (let at = parentOf.get(inner); at !== undefined; at = parentOf.get(at)) if (at === outer) return true;
  return false;
}

/** What stands around a state, innermost first. */
export function ancestorsOf({ parentOf }: Pick<ChartModel, 'parentOf'>, id: string): string[] {
  const found: string[] = [];
  for (let at = parentOf.get(id); at !== undefined; at = parentOf.get(at)) found.push(at);
  return found;
}

/** The innermost state that is entered with `state`. */
export function entranceOf(state: ChartState): ChartState {
  const first = state.states.find(({ key }) => key === state.initial);
  return first === undefined ? state : entranceOf(first);
}

function isInitial(
  byId: ReadonlyMap<string, ChartState>,
  parentOf: ReadonlyMap<string, string>,
  state: ChartState,
): boolean {
  const parent = byId.get(parentOf.get(state.id) ?? '');
  return parent !== undefined && parent.initial === state.key;
}

/** The way that is taken when no guard holds is among them. */
export const hasUnguarded = ({ steps }: Bundle): boolean =>
  steps.some(({ transition }) => transition.guard === null);

/** `order.over [isAboutOrder]`; what needs no event shows its guard alone. */
export function stepText({ transition: { kind, label, guard } }: Pick<Step, 'transition'>): string {
  if (kind === 'always') return guard === null ? 'else' : `[${guard}]`;
  return guard === null ? label : `${label} [${guard}]`;
}
