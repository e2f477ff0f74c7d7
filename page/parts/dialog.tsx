import './dialog.css';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface DialogProps {
  title: string;
  /** The id of what is read out when it opens. */
  describedBy?: string;
  wide?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

/** What has the focus at first: a choice that is made already, a field that has to be filled, or the way back. */
const FIRST = 'input[type=radio]:checked, input[type=password], .dialog-foot button:not(.apart)';

const openers = new WeakMap<Element, HTMLElement>();

/** To what had the focus before; where that was in a dialog that is gone too, to what had it before that. */
function giveBackFocus(dialog: HTMLDialogElement): void {
  let back = openers.get(dialog);
  while (back && !back.isConnected) {
    const around = back.closest('dialog');
    back = around ? openers.get(around) : undefined;
  }
  if (back === undefined || back === document.body) back = document.getElementById('content') ?? undefined;
  back?.focus({ preventScroll: true });
}

/** Over everything else while it is rendered; Escape asks to close it, and the focus goes back to where it was. */
export function Dialog({ title, describedBy, wide = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = element.current!;
    const opener = document.activeElement as HTMLElement | null;
    if (opener !== null) openers.set(dialog, opener);
    dialog.showModal();
    dialog.querySelector<HTMLElement>(FIRST)?.focus({ preventScroll: true });
    return () => {
      dialog.close();
      queueMicrotask(() => giveBackFocus(dialog));
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={wide ? 'wide' : undefined}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="dialog-close" aria-label="Close" onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      {children}
    </dialog>
  );
}
