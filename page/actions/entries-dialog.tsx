import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { EntriesView } from '../../src/services/operations/account-operations.ts';
import { read } from '../live/api.ts';
import { closeAction } from './actions.ts';
import { Confirmation, Reason, wordOf } from './confirmation.tsx';
import { useRefreshed } from './refreshed.ts';
import { useSending } from './sending.ts';
import { say } from './toast.tsx';

const ENTRIES = '/api/v1/entries?limit=1';
const EVERY_MS = 2_000;

const WORDS = {
  pause: {
    title: 'Pause entries',
    follows:
      'Nothing more is bought until entries are resumed, restart or not. Watching and exits go on; edges still feed them.',
    done: 'Entries are paused.',
  },
  resume: {
    title: 'Resume entries',
    follows: 'Edges are worked again, as soon as the next one passes its risk checks.',
    done: 'Entries are resumed.',
  },
};

export function EntriesDialog({ way }: { way: 'pause' | 'resume' }) {
  const reason = useSignal('');
  const id = useId();
  const { title, follows, done } = WORDS[way];
  const { answer, problem } = useRefreshed<EntriesView>(ENTRIES, EVERY_MS);
  const sending = useSending({
    path: `/api/v1/entries/${way}`,
    waiting: { button: title, consequence: null },
    done: () => {
      closeAction();
      say({ text: done });
    },
  });
  return (
    <Confirmation
      title={title}
      describedBy={id}
      button={title}
      isReady
      sending={sending}
      body={() => wordOf(reason.value)}
      look={async () => stateOf(await read<EntriesView>(ENTRIES))}
    >
      <div id={id} class="consequence">
        <p>{follows}</p>
        <p>
          <strong>Now: {answer ? stateOf(answer) : problem ? `not known (${problem.message}).` : '…'}</strong>
        </p>
      </div>
      <Reason
        value={reason.value}
        tell={(text) => {
          reason.value = text;
        }}
      />
    </Confirmation>
  );
}

function stateOf({ enabled, paused }: EntriesView): string {
  const off = enabled ? '' : ' They are off by the configuration all the same.';
  return `${paused ?? 'entries are not paused'}.${off}`;
}
