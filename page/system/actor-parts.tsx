import type { ReadonlySignal } from '@preact/signals';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { positionAddress } from '../route.ts';
import { statesText } from '../statechart/state-words.ts';

const SIGNS: Record<ActorView['status'], string> = { active: '●', done: '✓', error: '✕', stopped: '■' };

/** An actor's state, or what became of it. */
export function ActorState({ actor }: { actor: ActorView }) {
  const { status } = actor;
  const text = statesText(actor.states);
  const words = status === 'active' ? text || 'running' : status === 'done' && text ? text : status;
  return (
    <span class={`actor-state actor-${status}`} title={words}>
      <span class="actor-sign" aria-hidden="true">
        {SIGNS[status]}{' '}
      </span>
      {words}
    </span>
  );
}

/** Its name, and where more is said of it. */
export function ActorName({ actor }: { actor: ActorView }) {
  const { name, position, machine } = actor;
  return (
    <>
      {position === null ? name : <a href={positionAddress(position)}>{name}</a>}{' '}
      {machine !== null && (
        <a class="machine-link" href={machineAddress(machine)} aria-label={`chart of ${machine}`}>
          chart
        </a>
      )}
    </>
  );
}

export const machineAddress = (machine: string): string => `/system/${encodeURIComponent(machine)}`;

/** A rate of which the bar is full (events a second). */
const FULL = 200;

/** Events a second, as a number and as a bar that shows small rates too. */
export function Rate({
  rates,
  sessions,
}: {
  rates: ReadonlySignal<ReadonlyMap<string, number>>;
  sessions: readonly string[];
}) {
  const rate = sessions.reduce((sum, session) => sum + (rates.value.get(session) ?? 0), 0);
  const share = Math.min(1, Math.log1p(rate) / Math.log1p(FULL));
  return (
    <span class="rate">
      <span class="rate-bar" aria-hidden="true">
        <span style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
      <span class="rate-number">{rateText(rate)}</span>
    </span>
  );
}

const rateText = (rate: number): string =>
  rate === 0 ? '0' : rate < 9.95 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en');
