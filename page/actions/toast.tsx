import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { positionAddress } from '../route.ts';

interface Said {
  text: string;
  position?: string | undefined;
  isProblem?: boolean;
}

const STAYS_MS = 10_000;

const said = signal<Said | null>(null);

/** Says what came of an action, beside the page's own content; what went wrong stays until it is dismissed. */
export function say(what: Said): void {
  said.value = what;
}

export function Toast() {
  const shown = said.value;
  useEffect(() => {
    if (shown === null || shown.isProblem) return;
    const timer = setTimeout(() => {
      if (said.peek() === shown) said.value = null;
    }, STAYS_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class="toast-place" role="status">
      {shown && (
        <div class={shown.isProblem ? 'toast toast-problem' : 'toast'}>
          <p>
            <span aria-hidden="true">{shown.isProblem ? '✕ ' : '✓ '}</span>
            {shown.text}
          </p>
          {shown.position !== undefined && <a href={positionAddress(shown.position)}>Show it</a>}
          <button
            type="button"
            class="dialog-close"
            aria-label="Dismiss"
            onClick={() => {
              said.value = null;
            }}
          >
            <span aria-hidden="true">✕</span>
          </button>
        </div>
      )}
    </div>
  );
}
