import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { positions } from '../live/account.ts';
import { route } from '../route.ts';
import { arrange, shows } from './arrange.ts';
import { type Choice, readChoice, sayChoice } from './choice.ts';
import type { Column } from './columns.ts';
import { paced } from './paced.ts';

/** How often rows may change places (ms). */
const ARRANGE_EVERY_MS = 1_000;
/** For so long after scrolling, none does (ms). */
const SCROLL_REST_MS = 1_500;

/** Which positions are shown, in which order, and when that may change. */
export interface Listing {
  readonly choice: ReadonlySignal<Choice>;
  /** The ids of what is shown. */
  readonly order: ReadonlySignal<readonly string[]>;
  /** Somebody is about to act on a row: rows stay where they are, new ones come below. */
  readonly isHeld: ReadonlySignal<boolean>;
  /** Where the keyboard is: a position's id. */
  readonly cursor: ReadonlySignal<string | null>;
  choose(change: Partial<Choice>): void;
  /** Sorts by a column; the other way round when it is already sorted by it. */
  sortBy(column: Column): void;
  hold(by: 'pointer' | 'focus', holds: boolean): void;
  scrolled(): void;
  moveTo(id: string | null): void;
  stop(): void;
}

export function createListing(): Listing {
  const choice = signal(readChoice(location.search));
  const order = signal<readonly string[]>([]);
  const cursor = signal<string | null>(null);
  const holds = { pointer: signal(false), focus: signal(false), scrolling: signal(false) };
  const isHeld = computed(() => holds.pointer.value || holds.focus.value || holds.scrolling.value);
  const calm = paced(positions, ARRANGE_EVERY_MS);
  let arrangedFor: Choice | null = null;
  let scrollRest: ReturnType<typeof setTimeout> | undefined;

  const endReading = effect(() => {
    if (route.value.view === 'overview' && sayChoice(choice.peek()) !== location.search)
      choice.value = readChoice(location.search);
  });
  const endArranging = effect(() => {
    const views = calm.signal.value;
    const wanted = choice.value;
    const stays = isHeld.value && arrangedFor === wanted;
    if (views === null) return;
    arrangedFor = wanted;
    const before = order.peek();
    const next = stays ? withNew(before, views, wanted) : arrange(views.values(), wanted);
    if (!isSame(before, next)) order.value = next;
  });

  const choose = (change: Partial<Choice>): void => {
    choice.value = { ...choice.peek(), ...change };
    history.replaceState(history.state, '', location.pathname + sayChoice(choice.peek()));
  };
  return {
    choice,
    order,
    isHeld,
    cursor,
    choose,
    sortBy: (column) => {
      const { column: present, descending } = choice.peek();
      choose({ column, descending: column === present && !descending });
    },
    hold: (by, isOn) => {
      holds[by].value = isOn;
    },
    scrolled: () => {
      clearTimeout(scrollRest);
      holds.scrolling.value = true;
      scrollRest = setTimeout(() => {
        holds.scrolling.value = false;
      }, SCROLL_REST_MS);
    },
    moveTo: (id) => {
      cursor.value = id;
    },
    stop: () => {
      endReading();
      endArranging();
      calm.stop();
      clearTimeout(scrollRest);
    },
  };
}

/** The same places, and below them what has come since. */
function withNew(
  order: readonly string[],
  views: ReadonlyMap<string, PositionView>,
  choice: Choice,
): readonly string[] {
  const placed = new Set(order);
  const isShown = shows(choice);
  const come = [...views.values()].filter((view) => !placed.has(view.id) && isShown(view));
  return come.length === 0 ? order : [...order, ...come.map(({ id }) => id)];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, place) => id === b[place]);
