import type { PositionView } from '../../src/services/operations/operations.ts';
import { heardAt } from '../live/account.ts';
import { priceText } from './amounts.tsx';
import { Countdown, momentText } from './times.tsx';

export interface NextStep {
  /** What comes, without when. */
  what: string;
  /** When it does (ISO 8601); null: not by the clock. */
  due: string | null;
  /** The limit it would have with the present quote; null: none, or a market order. */
  price: string | null;
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/;
const IN_TIME = /,? (?:in (\d+) s|now)$/;

/** What a position's running exit does next. The daemon says it as of then: when it is due counts on here. */
export function nextStep(view: PositionView): NextStep | null {
  const { exit } = view;
  if (!exit?.next) return null;
  const { next, deadline, next_price: price } = exit;
  const told = IN_TIME.exec(next);
  if (told === null) return { what: next.replace(INSTANT, momentText), due: null, price };
  const due = deadline ?? new Date(heardAt(view) + Number(told[1] ?? 0) * 1000).toISOString();
  return { what: next.slice(0, told.index), due, price };
}

/** What comes next and at which price, without when. */
export function NextStep({ step }: { step: NextStep | null }) {
  if (step === null) return <>–</>;
  return (
    <>
      {step.what}
      {step.price !== null && (
        <>
          , at <strong>{priceText(step.price)}</strong>
        </>
      )}
    </>
  );
}

/** What a running exit does next, counting down. */
export function NextStepText({ view }: { view: PositionView }) {
  const step = nextStep(view);
  if (step === null) return null;
  return (
    <>
      {step.due !== null && (
        <>
          <Countdown until={step.due} /> →{' '}
        </>
      )}
      {step.what}
      {step.price !== null && ` at ${priceText(step.price)}`}
    </>
  );
}
