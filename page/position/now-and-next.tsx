import type { Explanation, PositionView } from '../../src/services/operations/operations.ts';
import { priceText, quantityText } from '../parts/amounts.tsx';
import { NextStep, nextStep } from '../parts/next-step.tsx';
import { Countdown } from '../parts/times.tsx';
import { readEvaluation } from './evaluation.ts';
import { Fact } from './head.tsx';
import type { PositionData } from './position-data.ts';
import { stepText, verdictParts } from './step-words.ts';

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});

/** What the position does and what happens next, in words. */
export function NowAndNext({ view, data }: { view: PositionView; data: PositionData }) {
  const explanation = data.explanation.value;
  return (
    <section class="panel now-next" aria-labelledby="now-title">
      <h2 id="now-title">Now and next</h2>
      <Verdict explanation={explanation} view={view} />
      {view.exit === null ? (
        <Watching view={view} explanation={explanation} />
      ) : (
        <Exiting view={view} exit={view.exit} data={data} />
      )}
    </section>
  );
}

interface VerdictProps {
  explanation: Explanation | null;
  view: PositionView;
}

/** What the daemon says of it in a sentence: what it does first, then the rest. */
export function Verdict({ explanation, view }: VerdictProps) {
  if (explanation === null || (view.state === 'closed' && explanation.position.state !== 'closed'))
    return <p class="verdict">{view.state}</p>;
  const [first, ...rest] = verdictParts(explanation.verdict, (at) => CLOCK.format(at));
  return (
    <>
      <p class="verdict">{first}</p>
      <p class="verdict-rest muted" title={rest.join('; ')}>
        {rest.join('; ')}
      </p>
    </>
  );
}

function Watching({ view, explanation }: VerdictProps) {
  const { nearest, state, held, awaiting_settlement } = view;
  if (state === 'closed') return null;
  const priority =
    readEvaluation(explanation?.evaluation)?.conditions.find(
      ({ condition }) => condition === nearest?.condition,
    )?.priority ?? null;
  return (
    <dl class="steps">
      <Fact name="Running exit">none</Fact>
      <Fact name="Nearest condition">{nearest?.condition ?? '–'}</Fact>
      <Fact name="Triggers at">{priceText(nearest?.price ?? null)}</Fact>
      <Fact name="Away">{priceText(nearest?.distance ?? null)}</Fact>
      <Fact name="Then" whole>
        {awaiting_settlement
          ? 'closes when its market settles'
          : held
            ? 'exits on CRITICAL conditions alone: held'
            : nearest === null
              ? '–'
              : `exits by ${nearest.condition}${priority === null ? '' : `, ${priority}`}`}
      </Fact>
    </dl>
  );
}

interface ExitingProps {
  view: PositionView;
  exit: NonNullable<PositionView['exit']>;
  data: PositionData;
}

function Exiting({ view, exit, data }: ExitingProps) {
  const works = data.explanation.value?.exits.at(-1) ?? null;
  const next = nextStep(view);
  return (
    <dl class="steps">
      <Fact name="Running exit" wide>
        {exit.reason} <span class={`priority-${exit.priority}`}>{exit.priority}</span>
      </Fact>
      <Fact name="Step">{stepText(exit)}</Fact>
      <Fact name="Attempt">{exit.attempt}</Fact>
      <Fact name="Filled" wide>
        <Filled works={works} />
      </Fact>
      <Fact name="Limit">{exit.limit_price === null ? 'no order out' : priceText(exit.limit_price)}</Fact>
      <Fact name="Time left">
        <strong class="due">{next?.due ? <Countdown until={next.due} /> : '–'}</strong>
      </Fact>
      <Fact name="Then" whole>
        <NextStep step={next} />
      </Fact>
    </dl>
  );
}

function Filled({ works }: { works: Explanation['exits'][number] | null }) {
  if (works === null) return <>–</>;
  return (
    <>
      {quantityText(works.filled)} of {quantityText(works.quantity)}{' '}
      <progress value={Number(works.filled)} max={Number(works.quantity)} aria-hidden="true" />
    </>
  );
}
