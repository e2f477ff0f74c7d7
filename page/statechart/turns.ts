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
 * raised is not told; then any will do. Where it may have gone several ways, only what they have in common.
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

/** What all the shortest ways have in common that begin with a step that fits and go on without an event. */
function search(
  model: ChartModel,
  source: string,
  goals: ReadonlySet<string>,
  fits: (step: Step) => boolean,
): Bundle[] {
  const seen = new Set([source]);
  let ways: { at: string; way: Bundle[] }[] = [{ at: source, way: [] }];
  for (let length = 0; length < LONGEST_WAY && ways.length > 0; length += 1) {
    const follows = length === 0 ? fits : isEventless;
    const longer = ways.flatMap(({ at, way }) =>
      leading(model, at)
        .filter(({ steps }) => steps.some(follows))
        .map((bundle) => ({ at: entranceOf(model.byId.get(bundle.target)!).id, way: [...way, bundle] })),
    );
    const [first, ...others] = longer.filter(({ at }) => goals.has(at)).map(({ way }) => way);
    if (first !== undefined) return first.filter((bundle) => others.every((other) => other.includes(bundle)));
    ways = longer.filter(({ at }) => !seen.has(at));
    for (const { at } of ways) seen.add(at);
  }
  return [];
}

/** The lines out of a state and out of those around it. */
function leading(model: ChartModel, id: string): Bundle[] {
  const sources = new Set([id, ...ancestorsOf(model, id)]);
  return model.bundles.filter(({ source }) => sources.has(source));
}
