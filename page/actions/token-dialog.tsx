import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { Problem } from '../live/api.ts';
import { forgetToken, token } from '../live/token.ts';
import { Dialog } from '../parts/dialog.tsx';
import { askForToken, type TokenRequest, tokenRequest, tryToken } from './token-request.ts';

const WHY = {
  look: 'This daemon can be reached from other machines: it shows nothing without its token.',
  act: 'Looking is free here; acting needs the token of the daemon.',
  keep: 'Looking is free here; acting needs the token of the daemon. It is kept until this tab is closed.',
};
const REFUSED = 'The daemon refused this token. It may be of another data folder, or not copied whole.';

export function TokenDialog({ request }: { request: TokenRequest }) {
  const given = useSignal('');
  const complaint = useSignal<string | null>(request.wasRefused ? REFUSED : null);
  const isChecking = useSignal(false);
  const id = useId();
  const end = () => {
    tokenRequest.value = null;
  };
  const giveUp = () => {
    request.giveUp();
    end();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (isChecking.value || given.value.trim() === '') return;
    isChecking.value = true;
    try {
      if (await tryToken(given.value.trim(), request)) return end();
      complaint.value = REFUSED;
    } catch (error) {
      complaint.value = `Not known whether it is right: ${error instanceof Problem ? error.message : String(error)}.`;
    } finally {
      isChecking.value = false;
    }
  };
  return (
    <Dialog
      title={request.for === 'keep' && token.value !== null ? 'This tab may act' : 'Token needed'}
      describedBy={`${id}why`}
      onClose={giveUp}
    >
      <form onSubmit={submit}>
        <div class="dialog-body">
          <p id={`${id}why`}>{WHY[request.for]}</p>
          {request.consequence?.value && <p class="consequence">{request.consequence.value}</p>}
          <div class="field">
            <label for={`${id}token`}>Token</label>
            <input
              id={`${id}token`}
              type="password"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              value={given.value}
              aria-invalid={complaint.value !== null}
              aria-describedby={`${id}wrong ${id}where`}
              onInput={(event) => {
                given.value = event.currentTarget.value;
              }}
            />
            <p class="wrong" id={`${id}wrong`} role="alert">
              {complaint.value}
            </p>
            <p class="muted hint" id={`${id}where`}>
              It is in the file <code>token</code> of the daemon’s data folder (<code>data_dir</code>).{' '}
              <code>postern page</code> prints a link that holds it, and so does <code>postern run</code> on a
              terminal.
            </p>
          </div>
        </div>
        <div class="dialog-foot">
          {request.for === 'keep' && token.value !== null && (
            <button
              type="button"
              class="apart"
              onClick={() => {
                forgetToken();
                end();
              }}
            >
              Forget the token
            </button>
          )}
          <button type="button" onClick={giveUp}>
            Cancel
          </button>
          <button
            type="submit"
            class="main"
            aria-disabled={isChecking.value || given.value.trim() === ''}
            aria-busy={isChecking.value}
          >
            {request.button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whether this tab may act, and the way to change that. */
export function TokenButton() {
  const mayAct = token.value !== null;
  return (
    <button
      type="button"
      class="token-button"
      aria-haspopup="dialog"
      title={mayAct ? 'This tab has the token' : 'Without the token this tab only shows'}
      onClick={askForToken}
    >
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
        <path
          d={mayAct ? 'M5 7V4.5a3 3 0 0 1 5.8-1' : 'M5 7V4.5a3 3 0 0 1 6 0V7'}
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
        />
        <rect x="3" y="7" width="10" height="7" rx="1.5" fill="currentColor" />
      </svg>
      <span class="token-words">{mayAct ? 'May act' : 'Reading only'}</span>
    </button>
  );
}
