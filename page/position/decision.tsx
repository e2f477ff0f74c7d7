import { useSignal } from '@preact/signals';
import type { JournalEntry } from '../../src/services/operations/operations.ts';
import type { ReplayedAttempt } from '../../src/services/reports/replay-result.ts';
import { Moment } from '../parts/times.tsx';
import { ConditionsTable, QuoteSeen } from './conditions.tsx';
import { readEvaluation } from './evaluation.ts';
import { FactList } from './fact-list.tsx';

interface DecisionProps {
  entry: JournalEntry;
  /** The order it is about. */
  attempt: ReplayedAttempt | null;
}

/** A line of the journal that opens to what it rested on. */
export function Decision({ entry, attempt }: DecisionProps) {
  const isOpen = useSignal(false);
  const { at, kind, summary } = entry;
  return (
    <details
      class={`decision decision-${kind.split('.')[0]}`}
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        <Moment at={at} /> <span class="kind">{kind}</span> <span class="said">{summary}</span>
      </summary>
      {isOpen.value && <Behind entry={entry} attempt={attempt} />}
    </details>
  );
}

function Behind({ entry: { at, kind, exitId, data }, attempt }: DecisionProps) {
  const { evaluation, ...others } = data;
  const weighed = readEvaluation(evaluation);
  const facts = {
    time: at.replace('T', ' ').replace('Z', ' UTC'),
    ...(exitId === null ? {} : { exit: exitId }),
    ...others,
    ...(attempt === null ? {} : orderFacts(attempt)),
  };
  return (
    <div class="behind">
      <FactList facts={facts} />
      {weighed !== null && (
        <>
          <p class="behind-quote">
            Decided on <QuoteSeen evaluation={weighed} />
          </p>
          <ConditionsTable evaluation={weighed} caption={`The conditions behind ${kind} of ${facts.time}`} />
        </>
      )}
    </div>
  );
}

const orderFacts = ({ order_type, quantity, filled, average_price, status, ended_at }: ReplayedAttempt) => ({
  ...{ order_type, quantity, filled, average_price, status, ended_at },
});
