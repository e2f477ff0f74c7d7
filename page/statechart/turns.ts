import { ancestorsOf, type Bundle, type ChartModel, entranceOf, type Step } from './chart-model.ts';

/** A change of state: the innermost states that were left and entered, and the event that led to it. */
export interface Turn {
  event: string;
  from: string;
  to: string;
}

const LONGEST_WAY = 8;

/** The lines that a change of state has taken: one for its event, then eventless ones. Empty: none that is drawn. */
export function wayOf(model: ChartModel, { event, from, to }: Turn): Bundle[] {
  const goals = new Set(namesIn(to));
  return namesIn(from)
    .flatMap((source) => [
      search(model, source, goals, (step) => step.transition.label === event),
      search(model, source, goals, (step) => step.transition.kind === 'always'),
    ])
    .reduce<Bundle[]>((found, way) => (found.length > 0 ? found : way), []);
}

/** The ids in a list of states. */
export const namesIn = (list: string): string[] => list.split(', ').filter((id) => id !== '');

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
        const follows = way.length === 0 ? fits : (step: Step) => step.transition.kind === 'always';
        if (!bundle.steps.some(follows)) continue;
        const next = entranceOf(model.byId.get(bundle.target)!).id;
        if (goals.has(next) || goals.has(bundle.target)) return [...way, bundle];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push({ at: next, way: [...way, bundle] });
      }
    ways = longer;
  }
  return [];
}

/** The lines out of a state and out of those around it. */
const leading = (model: ChartModel, id: string): Bundle[] => {
  const sources = new Set([id, ...ancestorsOf(model, id)]);
  return model.bundles.filter(({ source }) => sources.has(source));
};
