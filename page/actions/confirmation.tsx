import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { Problem } from '../live/api.ts';
import { Dialog } from '../parts/dialog.tsx';
import { sentence } from '../parts/words.ts';
import { closeAction } from './actions.ts';
import { describeFailure, isUncertain, type Sending } from './sending.ts';
import { tokenRequest } from './token-request.ts';

interface ConfirmationProps {
  title: string;
  describedBy?: string;
  wide?: boolean;
  /** What the button does. */
  button: string;
  /** It ends or sells something. */
  isGrave?: boolean;
  isReady: boolean;
  sending: Sending;
  /** What is sent. */
  body: () => object;
  /** How things stand after an answer that says nothing for certain. */
  look: () => Promise<string>;
  children: ComponentChildren;
}

/** A dialog that says what an action will do, sends it once, and says what became of it. */
export function Confirmation(props: ConfirmationProps) {
  const { title, describedBy, wide, button, isGrave = false, isReady, sending, body, look, children } = props;
  const seen = useSignal<string | null>(null);
  const failure = sending.failure.value;
  const isBlocked = failure !== null && isUncertain(failure);
  const mayGo = isReady && !sending.isUnderWay && !isBlocked;
  const isSent = sending.isUnderWay && tokenRequest.value === null;
  const lookAgain = async () => {
    try {
      seen.value = `As it is now: ${await look()}`;
      sending.clear();
    } catch (error) {
      seen.value = `Still not known: ${error instanceof Problem ? error.message : String(error)}.`;
    }
  };
  return (
    <Dialog
      title={title}
      {...(describedBy ? { describedBy } : {})}
      wide={wide ?? false}
      onClose={closeAction}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!mayGo) return;
          seen.value = null;
          sending.send(body());
        }}
      >
        <div class="dialog-body">{children}</div>
        <div class="outcome" aria-live="assertive">
          {isSent && <p class="muted">Sent. Waiting for the daemon’s answer…</p>}
          {failure && <p class="wrong">{sentence(describeFailure(failure))}</p>}
          {seen.value && <p>{seen.value}</p>}
          {isBlocked && (
            <button type="button" onClick={lookAgain}>
              Look again
            </button>
          )}
        </div>
        <div class="dialog-foot">
          <button type="button" onClick={closeAction}>
            Cancel
          </button>
          <button
            type="submit"
            class={isGrave ? 'grave' : 'main'}
            aria-disabled={!mayGo}
            aria-busy={sending.isUnderWay}
          >
            {button}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface ReasonProps {
  value: string;
  isRequired?: boolean;
  tell: (reason: string) => void;
}

/** Why, for the journal. */
export function Reason({ value, isRequired = false, tell }: ReasonProps) {
  return (
    <label class="field">
      <span>
        Reason <span class="muted">{isRequired ? '(for the journal)' : '(optional)'}</span>
      </span>
      <input
        type="text"
        maxLength={500}
        autocomplete="off"
        required={isRequired}
        value={value}
        onInput={(event) => tell(event.currentTarget.value)}
      />
    </label>
  );
}

/** What every action carries: who asks, and why if that was said. */
export const wordOf = (reason: string): { by: string; reason?: string } => ({
  by: 'page',
  ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
});
