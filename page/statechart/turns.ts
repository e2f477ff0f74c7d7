import {
  ancestorsOf,
  type Bundle,
  type ChartModel,
  entranceOf,
  hasUnguarded,
  type Step,
} from './chart-model.ts';

/** A change of state: the innermost states that were left and entered, and the event that led to it. */
export interface Turn {
  event: string;
  from: string;
  to: string;
}

const LONGEST_WAY = 8;

/**
 * The lines that a change of state has taken: one for its event, then eventless ones. An event that the machine itself
 * raised is not told; then any will do. Empty: there is no such way.
 */
export function wayOf(model: ChartModel, { event, from, to }: Turn): Bundle[] {
  const goals = new Set(namesIn(to));
  const firsts: ((step: Step) => boolean)[] = [
    (step) => step.transition.label === event,
    isEventless,
    () => true,
  ];
  const withoutRouting = model.bundles.filter((bundle) => !bundle.isRouting || hasUnguarded(bundle));
  for (const source of namesIn(from))
    for (const fits of firsts)
      for (const bundles of [withoutRouting, model.bundles]) {
        const way = search({ ...model, bundles }, source, goals, fits);
        if (way.length > 0) return way;
      }
  return [];
}

/** The ids in a list of states. */
const namesIn = (list: string): string[] => list.split(', ').filter((id) => id !== '');

const isEventless = ({ transition }: Step): boolean => transition.kind === 'always';

/** The shortest way that begins with a step that fits and goes on without an event. */
function search(
  model: ChartModel,
  source: string,
  goals: ReadonlySet<string>,
  fits: (step: Step) => boolean,
): Bundle[] {
  const seen = new Set<string>();
  let ways: { at: string; way: Bundle[] }[] = [{ at: source, way: [] }];
  for (let length = 0; length < LONGEST_WAY && ways.length > 0; length += 1) {
    const longer: typeof ways = [];
    for (const { at, way } of ways)
      for (const bundle of leading(model, at)) {
        if (!bundle.steps.some(length === 0 ? fits : isEventless)) continue;
        const next = entranceOf(model.byId.get(bundle.target)!).id;
        if (goals.has(next)) return [...way, bundle];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push({ at: next, way: [...way, bundle] });
      }
    ways = longer;
  }
  return [];
}

/** The lines out of a state and out of those around it. */
function leading(model: ChartModel, id: string): Bundle[] {
  const sources = new Set([id, ...ancestorsOf(model, id)]);
  return model.bundles.filter(({ source }) => sources.has(source));
}
