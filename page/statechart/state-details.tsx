import type { ChartState } from '../../src/services/inspect/chart.ts';
import { ancestorsOf, type ChartModel } from './chart-model.ts';

interface StateDetailsProps {
  model: ChartModel;
  id: string;
  onChoose: (id: string) => void;
}

/** What a state means, what it does on the way in and out, and all that leads out of it or only acts. */
export function StateDetails({ model, id, onChoose }: StateDetailsProps) {
  const found = model.byId.get(id)!;
  const around = ancestorsOf(model, id).map((outer) => model.byId.get(outer)!);
  return (
    <div class="chart-facts">
      <p>
        <strong>{nameOf(model, id)}</strong>
        {found.description && <span class="muted">: {found.description}</span>}
      </p>
      <Doings name="On the way in" actions={found.entry} />
      <Doings name="On the way out" actions={found.exit} />
      {[found, ...around].map(
        (state) =>
          state.transitions.length > 0 && (
            <Transitions
              key={state.id}
              model={model}
              state={state}
              heading={
                state === found
                  ? 'Out of it'
                  : state === model.chart.root
                    ? 'From any state'
                    : `Anywhere in ${state.key}`
              }
              onChoose={onChoose}
            />
          ),
      )}
    </div>
  );
}

function Doings({ name, actions }: { name: string; actions: readonly string[] }) {
  if (actions.length === 0) return null;
  return (
    <p>
      <span class="muted">{name}: </span>
      <code>{actions.join(' · ')}</code>
    </p>
  );
}

interface TransitionsProps {
  model: ChartModel;
  state: ChartState;
  heading: string;
  onChoose: (id: string) => void;
}

function Transitions({ model, state, heading, onChoose }: TransitionsProps) {
  return (
    <table class="transitions">
      <caption>{heading}</caption>
      <thead>
        <tr>
          <th scope="col">On</th>
          <th scope="col">If</th>
          <th scope="col">To</th>
          <th scope="col">Does</th>
        </tr>
      </thead>
      <tbody>
        {state.transitions.map(({ label, guard, targets, actions }, index) => (
          <tr key={`${label} ${index}`}>
            <td>
              <code>{label}</code>
            </td>
            <td>{guard === null ? <span class="muted">–</span> : <code>{guard}</code>}</td>
            <td>
              {targets.length === 0 ? (
                <span class="muted">stays</span>
              ) : (
                targets.map((target) => (
                  <button key={target} type="button" class="link" onClick={() => onChoose(target)}>
                    {nameOf(model, target)}
                  </button>
                ))
              )}
            </td>
            <td>
              {actions.length === 0 ? <span class="muted">–</span> : <code>{actions.join(' · ')}</code>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `exiting › working` */
export const nameOf = (model: ChartModel, id: string): string =>
  [id, ...ancestorsOf(model, id)]
    .filter((one) => one !== model.chart.root.id)
    .map((one) => model.byId.get(one)?.key ?? one)
    .reverse()
    .join(' › ');
