import { computed } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { positions } from '../live/account.ts';
import { go, positionAddress } from '../route.ts';
import type { Listing } from './listing.ts';
import { useRowWindow } from './row-window.ts';

/** A position as it is now, drawn anew only when it changes; as it was last, once it has left. */
export function usePosition(id: string): PositionView | undefined {
  const last = useRef<PositionView>(undefined);
  const view = useMemo(() => computed(() => positions.value?.get(id)), [id]).value;
  if (view !== undefined) last.current = view;
  return last.current;
}

/** Where the list was left, for who comes back to it. */
interface Left {
  scrolledTo: number;
  opened: string;
}

export interface Rows {
  shown: readonly string[];
  /** The place of the first one that is drawn. */
  first: number;
  count: number;
  /** How much of the page the rows that are not drawn take (px). */
  above: number;
  below: number;
  /** The row that Tab leads to. */
  entrance: string | undefined;
  handlers: ReturnType<typeof handlersOf>;
}

/** The rows that are drawn, and what they do for the pointer and the keyboard. */
export function useRows(listing: Listing, holder: RefObject<HTMLElement | null>, height: number): Rows {
  const order = listing.order.value;
  const cursor = listing.cursor.value;
  const { first, end } = useRowWindow(holder, order.length, height);
  const shown = order.slice(first, end);
  const wantsFocus = useRef<string | null>(null);

  useLayoutEffect(() => {
    const wanted = wantsFocus.current;
    const link = wanted === null ? null : rowLink(holder.current, wanted);
    if (link) {
      wantsFocus.current = null;
      link.focus({ preventScroll: true });
    }
    listing.hold('focus', holder.current?.contains(document.activeElement) === true);
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const id = targetOf(event, listing, holder.current, height);
      if (id === undefined) return;
      event.preventDefault();
      wantsFocus.current = id;
      bringIntoView(holder.current!, listing.order.peek().indexOf(id), height);
      rowLink(holder.current, id)?.focus({ preventScroll: true });
      listing.moveTo(id);
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [listing, height]);
  useLayoutEffect(() => {
    const left = history.state as Left | null;
    if (left === null) return;
    listing.moveTo(left.opened);
    scrollTo(0, left.scrolledTo);
  }, []);

  const handlers = useMemo(() => handlersOf(listing), [listing]);
  return {
    shown,
    first,
    count: order.length,
    above: first * height,
    below: (order.length - end) * height,
    entrance: cursor !== null && shown.includes(cursor) ? cursor : shown[0],
    handlers,
  };
}

function handlersOf(listing: Listing) {
  return {
    onPointerEnter: (event: PointerEvent) => {
      if (event.pointerType === 'mouse') listing.hold('pointer', true);
    },
    onPointerLeave: () => listing.hold('pointer', false),
    onFocusIn: (event: FocusEvent) => {
      listing.hold('focus', true);
      const id = rowOf(event.target)?.dataset.id;
      if (id !== undefined) listing.moveTo(id);
    },
    onFocusOut: ({ currentTarget, relatedTarget }: FocusEvent) => {
      if (!(currentTarget as Element).contains(relatedTarget as Node | null)) listing.hold('focus', false);
    },
    /** The link opens by itself; the rest of its row does for who points. */
    onClick: (event: MouseEvent) => {
      const row = rowOf(event.target);
      if (!row?.dataset.id || event.button !== 0) return;
      history.replaceState({ scrolledTo: scrollY, opened: row.dataset.id } satisfies Left, '');
      if ((event.target as Element).closest('a, button')) return;
      if (getSelection()?.isCollapsed === false) return;
      go(positionAddress(row.dataset.id));
    },
  };
}

const rowOf = (target: EventTarget | null): HTMLElement | null =>
  (target as Element | null)?.closest<HTMLElement>('[data-id]') ?? null;

const rowLink = (holder: HTMLElement | null, id: string): HTMLElement | null =>
  holder?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] a`) ?? null;

const STEPS: Record<string, number> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** The row that a key leads to; undefined: the key means something else. */
function targetOf(event: KeyboardEvent, listing: Listing, holder: HTMLElement | null, height: number) {
  const order = listing.order.peek();
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (holder === null || order.length === 0 || document.querySelector('dialog[open]')) return;
  const at = document.activeElement;
  const isInRows = holder.contains(at);
  if (isInRows && event.key === 'Escape') (at as HTMLElement).blur();
  if (isInRows && event.key === 'Home') return order[0];
  if (isInRows && event.key === 'End') return order.at(-1);
  const step = STEPS[event.key];
  if (step === undefined || at?.matches('input, select, textarea, summary')) return;
  const place = order.indexOf(listing.cursor.peek() ?? '');
  const seen = seenPlaces(holder, height);
  if (!isInRows && (place < seen.first || place > seen.last))
    return order[Math.min(seen.first, order.length - 1)];
  return order[Math.min(order.length - 1, Math.max(0, place + step))];
}

/** What hides the page's upper edge (px): the header and the columns' titles. */
const covered = (): number =>
  [...document.querySelectorAll('.bar, .positions thead')].reduce(
    (sum, one) => sum + one.getBoundingClientRect().height,
    0,
  );

function seenPlaces(holder: HTMLElement, height: number): { first: number; last: number } {
  const top = holder.getBoundingClientRect().top;
  return {
    first: Math.max(0, Math.ceil((covered() - top) / height)),
    last: Math.floor((innerHeight - top) / height) - 1,
  };
}

function bringIntoView(holder: HTMLElement, place: number, height: number): void {
  const top = holder.getBoundingClientRect().top + place * height;
  const hidden = covered() - top;
  const beyond = top + height - innerHeight;
  if (hidden > 0) scrollBy(0, -hidden);
  else if (beyond > 0) scrollBy(0, beyond + 1);
}
