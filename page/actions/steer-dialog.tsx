import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { closeAction } from './actions.ts';
import { Confirmation, Reason, wordOf } from './confirmation.tsx';
import { useExitPreview } from './exit-preview.ts';
import { lookAtPosition, lotText, positionOf, positionPath, standing } from './position-words.ts';
import { PreviewPanel } from './preview-panel.tsx';
import { useSending } from './sending.ts';
import { STEERING, type Steer } from './steering.ts';
import { say } from './toast.tsx';

/** Hold, release, resume or retry. */
export function SteerDialog({ steer, position: id }: { steer: Steer; position: string }) {
  const reason = useSignal('');
  const cancel = useSignal(false);
  const textId = useId();
  const { title, button, follows, done } = STEERING[steer];
  const view = positionOf(id);
  const previewing = useExitPreview(id, { priority: 'HIGH', quantity: '' });
  const known = view ?? previewing.preview;
  const lot = known ? lotText(known) : id;
  const mayCancel = steer === 'hold' && view !== null && view.exit !== null && view.state !== 'failed';
  const cancels = mayCancel && cancel.value;
  const label = `${button} ${cancels ? 'and cancel the exit' : ''}`.trim();
  const sending = useSending<PositionView>({
    path: `${positionPath(id)}/${steer}`,
    waiting: { button: `${label}: ${lot}`, consequence: null },
    done: (after) => {
      closeAction();
      say({ text: `${lotText(after)} ${done}: ${standing(after)}`, position: id });
    },
  });
  return (
    <Confirmation
      title={`${title}: ${lot}`}
      describedBy={textId}
      button={label}
      isGrave={steer === 'retry'}
      isReady
      sending={sending}
      body={() => ({ ...(cancels ? { cancel: true } : {}), ...wordOf(reason.value) })}
      look={() => lookAtPosition(id)}
    >
      <div id={textId} class="consequence">
        {follows(view).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      {mayCancel && (
        <label class="check">
          <input
            type="checkbox"
            checked={cancel.value}
            onChange={(event) => {
              cancel.value = event.currentTarget.checked;
            }}
          />
          <span>
            and cancel the running exit{' '}
            <span class="muted">
              ({view.exit!.reason}, {view.exit!.priority}); what it sold stays sold
            </span>
          </span>
        </label>
      )}
      <PreviewPanel id={`${textId}now`} previewing={previewing} isBrief />
      <Reason
        value={reason.value}
        tell={(text) => {
          reason.value = text;
        }}
      />
    </Confirmation>
  );
}
