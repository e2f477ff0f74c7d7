import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { quantityText } from '../parts/amounts.tsx';
import { closeAction } from './actions.ts';
import { Confirmation, Reason, wordOf } from './confirmation.tsx';
import { isPossible, isRefusal, useExitPreview } from './exit-preview.ts';
import { lookAtPosition, lotText, positionOf, positionPath, standing } from './position-words.ts';
import { consequenceOf, PreviewPanel } from './preview-panel.tsx';
import { PriorityField } from './priority-field.tsx';
import { useSending } from './sending.ts';
import { say } from './toast.tsx';

export function ExitDialog({ position: id }: { position: string }) {
  const priority = useSignal('HIGH');
  const quantity = useSignal('');
  const reason = useSignal('');
  const field = useId();
  const view = positionOf(id);
  const terms = { priority: priority.value, quantity: quantity.value };
  const previewing = useExitPreview(id, terms);
  const { preview, problem, isCurrent } = previewing;
  const lot = lotOf(preview, view) ?? id;
  const left = preview?.remaining ?? view?.remaining ?? null;
  const wanted =
    quantity.value.trim() === '' ? left : isCurrent && problem === null ? preview!.quantity : null;
  const button = `Sell ${wanted === null ? quantity.value.trim() || 'all' : quantityText(wanted)} ${lot} now`;
  const consequence = useSignal('');
  const waitingText = useComputed(() => consequence.value);
  useEffect(() => {
    consequence.value = consequenceOf(previewing);
  });
  const sending = useSending<PositionView>({
    path: `${positionPath(id)}/exit`,
    waiting: { button, consequence: waitingText },
    done: (after) => {
      closeAction();
      say({ text: `Exit of ${lotText(after)} taken: ${standing(after)}`, position: id });
    },
  });
  const wrong = isCurrent && problem !== null && isRefusal(problem) ? problem.message : null;
  return (
    <Confirmation
      title={`Exit ${lot}`}
      describedBy={`${field}text`}
      button={button}
      isGrave
      isReady={isPossible(previewing)}
      sending={sending}
      body={() => ({
        priority: priority.value,
        ...(quantity.value.trim() === '' ? {} : { quantity: quantity.value.trim() }),
        ...wordOf(reason.value),
      })}
      look={() => lookAtPosition(id)}
    >
      <PreviewPanel id={`${field}text`} previewing={previewing} />
      <PriorityField
        value={priority.value}
        tell={(chosen) => {
          priority.value = chosen;
        }}
      />
      <div class="two">
        <div class="field">
          <label for={`${field}quantity`}>
            Quantity <span class="muted">(empty: all)</span>
          </label>
          <input
            id={`${field}quantity`}
            type="text"
            inputMode="decimal"
            autocomplete="off"
            placeholder={left === null ? 'all' : quantityText(left)}
            value={quantity.value}
            aria-invalid={wrong !== null}
            aria-describedby={`${field}wrong`}
            onInput={(event) => {
              quantity.value = event.currentTarget.value;
            }}
          />
          <p class="wrong" id={`${field}wrong`}>
            {wrong}
          </p>
        </div>
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

const lotOf = (...known: (Pick<PositionView, 'side' | 'market'> | null)[]): string | null => {
  const first = known.find((one) => one !== null);
  return first ? lotText(first) : null;
};
