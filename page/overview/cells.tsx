import './cells.css';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { percentText, priceText, quantityText } from '../parts/amounts.tsx';
import { NextStepText } from '../parts/next-step.tsx';
import { Ago } from '../parts/times.tsx';
import { inWords } from '../parts/words.ts';

type OfPosition = { view: PositionView };

export const sideText = ({ view }: OfPosition): string => view.side.toUpperCase();

/** How its P&L stands to what was paid; a closed one has none that is known here. */
export function Percent({ view }: OfPosition) {
  const value = Number(view.pnl_pct);
  const tone = view.pnl_pct === null || value === 0 ? 'muted' : value > 0 ? 'gain' : 'loss';
  return <span class={tone}>{percentText(view.pnl_pct)}</span>;
}

export function Quantity({ view }: OfPosition) {
  return (
    <>
      {quantityText(view.remaining)} <span class="sub">of {quantityText(view.quantity)}</span>
    </>
  );
}

/** What would trigger next, where, and how far the mark is from there. */
export function Nearest({ view }: OfPosition) {
  const { nearest, state } = view;
  if (nearest === null) return <span class="muted">{state === 'closed' ? '–' : 'none known'}</span>;
  return (
    <>
      <span class="line">{inWords(nearest.condition)}</span>{' '}
      <span class="sub">
        <b class="distance">{priceText(nearest.distance)}</b> from {priceText(nearest.price)}
      </span>
    </>
  );
}

/** The exit at work: why, how urgent, where it stands, and below that what comes next. */
export function ExitAtWork({ view }: OfPosition) {
  const { exit, state } = view;
  if (state === 'closed')
    return (
      <span class="muted line">
        closed <Ago at={view.updated_at} />
      </span>
    );
  if (view.awaiting_settlement) return <span class="muted line">waits for settlement</span>;
  if (exit === null) return <span class="muted">–</span>;
  const { reason, priority, attempt, limit_price: limit } = exit;
  return (
    <>
      <span class="line exit-why">
        <b class={`priority priority-${priority.toLowerCase()}`}>{priority}</b> {inWords(reason)}
        {attempt > 0 && ` · #${attempt}`}
        {limit !== null && ` at ${priceText(limit)}`}
      </span>{' '}
      <span class="sub next">
        {stepText(exit)} · <NextStepText view={view} />
      </span>
    </>
  );
}

function stepText({ step, walks, repeats }: NonNullable<PositionView['exit']>): string {
  if (step === 'walk') return `walk ${walks + 1}`;
  return step === 'market' && repeats > 0 ? `market, repeat ${repeats}` : step;
}
