import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { BreakerView } from '../../src/services/operations/account-operations.ts';
import { read } from '../live/api.ts';
import { closeAction } from './actions.ts';
import { BreakerFigures, limitThatHolds } from './breaker-figures.tsx';
import { Confirmation, Reason, wordOf } from './confirmation.tsx';
import { isWhole, type LossLimit, LossLimitField, limitOf } from './loss-limit.tsx';
import { useRefreshed } from './refreshed.ts';
import { useSending } from './sending.ts';
import { say } from './toast.tsx';

const BREAKERS = '/api/v1/breakers';
const EVERY_MS = 2_000;

interface Meaning {
  title: string;
  /** What it does while it is tripped, and what its reset leads to. */
  lines: string[];
}

/** What a breaker stands for (SPEC 9). */
const MEANINGS: Record<string, Meaning> = {
  daily_loss: {
    title: 'daily loss',
    lines: [
      'Tripped, it sells every position at CRITICAL and lets nothing be bought.',
      'Reset, entries may begin again and positions are no longer sold for it. Exits that it began finish: CRITICAL ones always do.',
    ],
  },
  api: {
    title: 'API errors',
    lines: [
      'Tripped, it pauses entries; watching and exits go on. It resets itself once the errors have stopped.',
      'Reset now, entries may begin at once; further errors trip it again.',
    ],
  },
  database: {
    title: 'database errors',
    lines: [
      'Tripped, it pauses entries and exits of MEDIUM and LOW; CRITICAL and HIGH go on, written to the journal file.',
      'Reset, all of them go on. The daemon refuses it while the database does not answer or the journal file is not brought in.',
    ],
  },
};

export function ResetDialog({ breaker: name }: { breaker: string }) {
  const limit = useSignal<LossLimit>({ way: 'limit', dollars: '' });
  const reason = useSignal('');
  const id = useId();
  const { answer, problem } = useRefreshed<BreakerView[]>(BREAKERS, EVERY_MS);
  const breaker = answer?.find((one) => one.name === name) ?? null;
  const { title, lines } = MEANINGS[name] ?? { title: name, lines: [] };
  const isLoss = name === 'daily_loss';
  const before = limitThatHolds(breaker?.numbers ?? {});
  const sending = useSending<BreakerView>({
    path: `${BREAKERS}/${encodeURIComponent(name)}/reset`,
    waiting: { button: `Reset the ${title} breaker`, consequence: null },
    done: (after) => {
      closeAction();
      say({ text: `The ${title} breaker is ${after.tripped ? 'still tripped' : 'reset'}.` });
    },
  });
  return (
    <Confirmation
      title={`Reset the ${title} breaker`}
      describedBy={`${id}text`}
      button={
        isLoss && limit.value.way === 'until_tomorrow'
          ? 'Reset, no limit until tomorrow'
          : 'Reset the breaker'
      }
      isGrave={isLoss}
      isReady={breaker?.tripped === true && (!isLoss || isWhole(limit.value)) && reason.value.trim() !== ''}
      sending={sending}
      body={() => ({
        ...(isLoss ? limitOf(limit.value) : {}),
        ...wordOf(reason.value),
      })}
      look={async () => {
        const now = (await read<BreakerView[]>(BREAKERS)).find((one) => one.name === name);
        return now?.tripped ? `it is tripped: ${now.reason ?? 'no reason is known'}.` : 'it is not tripped.';
      }}
    >
      <div id={`${id}text`} class="consequence">
        <p>
          <strong>{stateOf(breaker, problem?.message ?? null)}</strong>
        </p>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <BreakerFigures name={name} numbers={breaker?.numbers ?? {}} />
      {isLoss && (
        <LossLimitField
          value={limit.value}
          before={before}
          tell={(chosen) => {
            limit.value = chosen;
          }}
        />
      )}
      <Reason
        value={reason.value}
        isRequired
        tell={(text) => {
          reason.value = text;
        }}
      />
    </Confirmation>
  );
}

function stateOf(breaker: BreakerView | null, problem: string | null): string {
  if (breaker === null) return problem === null ? 'Asking the daemon…' : `Not known: ${problem}.`;
  if (!breaker.tripped) return 'It is not tripped: there is nothing to reset.';
  return `Tripped${breaker.reason === null ? '' : `: ${breaker.reason}`}`;
}
