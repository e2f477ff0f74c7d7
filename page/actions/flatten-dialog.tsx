import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Flattening } from '../../src/services/operations/account-operations.ts';
import { read } from '../live/api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Note } from '../parts/note.tsx';
import { closeAction } from './actions.ts';
import { Confirmation, Reason, wordOf } from './confirmation.tsx';
import { FlattenList } from './flatten-list.tsx';
import { describeTotals, totalsOf } from './flatten-totals.ts';
import { PriorityField } from './priority-field.tsx';
import { useRefreshed } from './refreshed.ts';
import { useSending } from './sending.ts';

const FLATTEN = '/api/v1/flatten';
const EVERY_MS = 2_000;
const WORD = 'FLATTEN';

export function FlattenDialog() {
  const priority = useSignal('HIGH');
  const typed = useSignal('');
  const reason = useSignal('');
  const result = useSignal<Flattening | null>(null);
  const id = useId();
  const { answer, problem } = useRefreshed<Flattening>(FLATTEN, EVERY_MS, result.value !== null);
  const totals = answer && totalsOf(answer.positions);
  const needsWord = totals === null || totals.sells !== 1;
  const sending = useSending<Flattening>({
    path: FLATTEN,
    waiting: { button: 'Flatten', consequence: null },
    done: (done) => {
      result.value = done;
    },
  });
  if (result.value !== null) return <Result flattening={result.value} />;
  return (
    <Confirmation
      title="Flatten: sell everything"
      describedBy={`${id}text`}
      wide
      button={
        totals === null
          ? 'Sell everything now'
          : `Sell ${totals.sells} ${totals.sells === 1 ? 'position' : 'positions'} now`
      }
      isGrave
      isReady={totals?.sells !== 0 && (!needsWord || typed.value.trim().toUpperCase() === WORD)}
      sending={sending}
      body={() => ({ yes: true, priority: priority.value, ...wordOf(reason.value) })}
      look={async () => {
        const { positions } = await read<Flattening>(FLATTEN);
        return `${describeTotals(totalsOf(positions))}.`;
      }}
    >
      <div id={`${id}text`} class="consequence">
        <p>
          Pauses entries, and exits every open position at {priority.value}. Exits of everything that work
          already at this priority or a higher one go on.
        </p>
        <p>
          <strong>{totals === null ? 'Asking the daemon…' : `Now: ${describeTotals(totals)}.`}</strong>
        </p>
        {problem && <p class="wrong">What would be sold can’t be shown as it is now: {problem.message}.</p>}
      </div>
      {answer === null ? (
        <Note kind="loading" title="What would be sold…" />
      ) : answer.positions.length === 0 ? (
        <Note kind="empty" title="No position is open" />
      ) : (
        <FlattenList positions={answer.positions} caption="What would be sold, at the last bids" />
      )}
      <PriorityField
        value={priority.value}
        choices={['CRITICAL', 'HIGH']}
        tell={(chosen) => {
          priority.value = chosen;
        }}
      />
      <div class="two">
        {needsWord && (
          <label class="field">
            <span>
              Type <strong>{WORD}</strong> to confirm
            </span>
            <input
              type="text"
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              value={typed.value}
              onInput={(event) => {
                typed.value = event.currentTarget.value;
              }}
            />
          </label>
        )}
        <Reason
          value={reason.value}
          tell={(text) => {
            reason.value = text;
          }}
        />
      </div>
    </Confirmation>
  );
}

function Result({ flattening: { positions, entries_paused } }: { flattening: Flattening }) {
  const notSold = positions.filter(({ result }) => result === 'not_sold').length;
  return (
    <Dialog title="Flatten: what became of it" wide onClose={closeAction}>
      <div class="dialog-body">
        <div class="consequence" role="status">
          <p>
            {notSold === 0
              ? 'Every position that has something to sell was told.'
              : `${notSold} of ${positions.length} could not be told: see below.`}{' '}
            A position is closed when its fills say so; follow them among the positions.
          </p>
          {entries_paused === false && <p class="wrong">Entries could not be paused: pause them yourself.</p>}
        </div>
        <FlattenList positions={positions} caption="What became of each position" />
      </div>
      <div class="dialog-foot">
        <button type="button" class="main" onClick={closeAction}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
