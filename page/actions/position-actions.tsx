import { useEffect, useRef } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { route } from '../route.ts';
import { openAction, type PositionVerb } from './actions.ts';
import { lotText } from './position-words.ts';

const LABELS: Record<PositionVerb, string> = {
  exit: 'Exit…',
  hold: 'Hold…',
  release: 'Release…',
  retry: 'Retry…',
  resume: 'Resume…',
};
const KEYS: Partial<Record<PositionVerb, string>> = { exit: 'e', hold: 'h', release: 'h' };

/** What its state allows (SPEC 7, 15). */
export function verbsOf({ state, held, awaiting_settlement }: PositionView): PositionVerb[] {
  if (state === 'closed') return [];
  return [
    ...(awaiting_settlement ? [] : (['exit'] as const)),
    held ? 'release' : 'hold',
    ...(state === 'failed' ? (['retry', 'resume'] as const) : []),
  ];
}

/** The buttons that fit the position's state; `e` and `h` press them where the position has the focus. */
export function PositionActions({ view }: { view: PositionView }) {
  const place = useRef<HTMLDivElement>(null);
  const verbs = verbsOf(view);
  const isOwnPage = route.value.view === 'position' && route.value.id === view.id;
  useKeys(place, view.id, verbs, isOwnPage);
  if (verbs.length === 0) return null;
  return (
    <div class="operator-actions" ref={place}>
      {verbs.map((verb) => (
        <button
          type="button"
          key={verb === 'release' ? 'hold' : verb}
          aria-haspopup="dialog"
          aria-label={`${LABELS[verb]} ${lotText(view)}`}
          aria-keyshortcuts={KEYS[verb]}
          onClick={() => openAction({ kind: verb, position: view.id })}
        >
          {LABELS[verb]}
        </button>
      ))}
      {isOwnPage && (
        <p class="muted keys">
          Keys:{' '}
          {verbs.map(
            (verb) =>
              KEYS[verb] && (
                <span key={verb}>
                  <kbd>{KEYS[verb]}</kbd> {verb}{' '}
                </span>
              ),
          )}
        </p>
      )}
    </div>
  );
}

function useKeys(
  place: { current: HTMLElement | null },
  id: string,
  verbs: readonly PositionVerb[],
  isOwnPage: boolean,
): void {
  const offered = verbs.join();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const focus = document.activeElement;
      if (isTyping(focus) || document.querySelector('dialog[open]')) return;
      const around = place.current?.closest('tr, li, article');
      if (!(isOwnPage && isFree(focus)) && !around?.contains(focus)) return;
      const verb = verbs.find((one) => KEYS[one] === event.key.toLowerCase());
      if (verb === undefined) return;
      event.preventDefault();
      openAction({ kind: verb, position: id });
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [id, offered, isOwnPage]);
}

const isTyping = (focus: Element | null): boolean =>
  focus instanceof HTMLElement && (focus.isContentEditable || focus.matches('input, select, textarea'));

/** On the view itself, or nowhere. */
const isFree = (focus: Element | null): boolean =>
  focus === null || focus === document.body || focus.closest('#content') !== null;
