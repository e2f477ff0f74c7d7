import './toolbar.css';
import { useEffect, useRef } from 'preact/hooks';
import { STATE_SIGNS } from '../parts/state-badge.tsx';
import { narrows, SIDES } from './choice.ts';
import { COLUMNS, type Column } from './columns.ts';
import type { Listing } from './listing.ts';
import { STATES, type Totals } from './totals.ts';

interface ToolbarProps {
  listing: Listing;
  totals: Totals;
  isNarrow: boolean;
}

/** What is shown of the positions; all of it stands in the address, so that a link keeps it. */
export function Toolbar(props: ToolbarProps) {
  if (!props.isNarrow) return <Tools {...props} />;
  return (
    <details class="toolbar-fold" open={narrows(props.listing.choice.peek())}>
      <summary>Filter and sort</summary>
      <Tools {...props} />
    </details>
  );
}

function Tools({ listing, totals, isNarrow }: ToolbarProps) {
  const { states, sides } = listing.choice.value;
  return (
    <search class="toolbar">
      <TextFilter listing={listing} />
      <fieldset class="chips">
        <legend class="visually-hidden">States</legend>
        {STATES.map((state) => (
          <Chip
            key={state}
            isOn={states.has(state)}
            flip={() => listing.choose({ states: flipped(states, state) })}
          >
            <span class={`sign sign-${state}`} aria-hidden="true">
              {STATE_SIGNS[state]}
            </span>{' '}
            {state} <b class="chip-count">{(totals.states.get(state) ?? 0).toLocaleString('en')}</b>
          </Chip>
        ))}
      </fieldset>
      <fieldset class="chips">
        <legend class="visually-hidden">Sides</legend>
        {SIDES.map((side) => (
          <Chip
            key={side}
            isOn={sides.has(side)}
            flip={() => listing.choose({ sides: flipped(sides, side) })}
          >
            {side.toUpperCase()}
          </Chip>
        ))}
      </fieldset>
      {isNarrow && <Sorting listing={listing} />}
      <p class="shown-count muted">
        {listing.order.value.length.toLocaleString('en')} shown
        <span
          class="held-order"
          title="Rows stay in place while you point at them, scroll, or the keyboard is there"
        >
          {listing.isHeld.value ? ' · order held' : ''}
        </span>
      </p>
    </search>
  );
}

function TextFilter({ listing }: { listing: Listing }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (document.activeElement?.matches('input, select, textarea')) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
  return (
    <input
      ref={input}
      type="search"
      class="text-filter"
      aria-label="Filter by market, id or method"
      aria-keyshortcuts="/"
      placeholder="Market, id or method"
      autocomplete="off"
      spellcheck={false}
      value={listing.choice.value.text}
      onInput={({ currentTarget }) => listing.choose({ text: currentTarget.value })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

interface ChipProps {
  isOn: boolean;
  flip: () => void;
  children: preact.ComponentChildren;
}

function Chip({ isOn, flip, children }: ChipProps) {
  return (
    <button type="button" class="chip" aria-pressed={isOn} onClick={flip}>
      {children}
    </button>
  );
}

/** Where there are no columns to sort by. */
function Sorting({ listing }: { listing: Listing }) {
  const { column, descending } = listing.choice.value;
  return (
    <div class="sorting">
      <select
        aria-label="Sorted by"
        value={column}
        onChange={({ currentTarget }) =>
          listing.choose({ column: currentTarget.value as Column, descending: false })
        }
      >
        {COLUMNS.map(({ name, title }) => (
          <option key={name} value={name}>
            {name === 'state' ? 'What needs attention' : title}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-pressed={descending}
        onClick={() => listing.choose({ descending: !descending })}
      >
        <span aria-hidden="true">{descending ? '↓' : '↑'}</span>
        <span class="visually-hidden">the other way round</span>
      </button>
    </div>
  );
}

function flipped(set: ReadonlySet<string>, word: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(word)) next.add(word);
  return next;
}
