import './overview.css';
import { computed, signal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { openAction } from '../actions/actions.ts';
import { link, positions, problem } from '../live/account.ts';
import { Note } from '../parts/note.tsx';
import { sentence } from '../parts/words.ts';
import { AccountLine } from './account-line.tsx';
import { AlertStrip } from './alert-strip.tsx';
import { FIRST_CHOICE, narrows } from './choice.ts';
import { createListing, type Listing } from './listing.ts';
import { paced } from './paced.ts';
import { PositionCards } from './position-cards.tsx';
import { PositionsTable } from './positions-table.tsx';
import { Toolbar } from './toolbar.tsx';
import { totalUp } from './totals.ts';

/** How often sums change (ms), so that they can be read. */
const SUMS_EVERY_MS = 500;

const narrow = matchMedia('(max-width: 70em)');
const isNarrow = signal(narrow.matches);
narrow.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});

const isKnown = computed(() => positions.value !== null);

/** What is at risk and what happens next. */
export function Overview() {
  return isKnown.value ? <Positions /> : <NotYet />;
}

function NotYet() {
  const why = problem.value;
  if (why?.code === 'unauthorized')
    return (
      <Note kind="error" title="Postern shows this to nobody without its token">
        <button type="button" onClick={() => openAction({ kind: 'token' })}>
          Give the token…
        </button>
      </Note>
    );
  if (why !== null || link.state.value === 'lost')
    return (
      <Note kind="error" title="Nothing can be shown">
        {sentence(why?.message ?? 'the daemon does not answer')} It is asked again by itself.
      </Note>
    );
  return <Note kind="loading" title="Asking the daemon…" />;
}

function Positions() {
  const [listing] = useState(createListing);
  const [calm] = useState(() => paced(positions, SUMS_EVERY_MS));
  useEffect(() => {
    const scrolled = () => listing.scrolled();
    addEventListener('scroll', scrolled, { passive: true });
    return () => {
      removeEventListener('scroll', scrolled);
      listing.stop();
      calm.stop();
    };
  }, [listing, calm]);
  const views = calm.signal.value;
  const totals = useMemo(() => totalUp(views?.values() ?? []), [views]);
  return (
    <div class="overview" ref={useBelowHeader()}>
      <h1 class="visually-hidden">Positions</h1>
      <AccountLine totals={totals} />
      <AlertStrip />
      <Toolbar listing={listing} totals={totals} isNarrow={isNarrow.value} />
      <p class="keys muted">
        Keyboard: <kbd>j</kbd> <kbd>k</kbd> or <kbd>↓</kbd> <kbd>↑</kbd> move, <kbd>Enter</kbd> opens,{' '}
        <kbd>/</kbd> filters, <kbd>Esc</kbd> lets go
      </p>
      {isNarrow.value ? <PositionCards listing={listing} /> : <PositionsTable listing={listing} />}
      <Nothing listing={listing} />
    </div>
  );
}

/** The columns' titles stay in sight below the page's header, as high as that is. */
function useBelowHeader() {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const bar = document.querySelector<HTMLElement>('.bar');
    if (!bar) return;
    const measured = new ResizeObserver(() =>
      root.current?.style.setProperty('--bar', `${bar.offsetHeight}px`),
    );
    measured.observe(bar);
    return () => measured.disconnect();
  }, []);
  return root;
}

function Nothing({ listing }: { listing: Listing }) {
  if (listing.order.value.length > 0) return null;
  if (narrows(listing.choice.value))
    return (
      <Note kind="empty" title="No position matches">
        <button type="button" onClick={() => listing.choose(FIRST_CHOICE)}>
          Show all
        </button>
      </Note>
    );
  return (
    <Note kind="empty" title="No open positions">
      <p>
        Take one under watch:{' '}
        <code>postern track --market NAME --side yes --quantity 100 --entry-price 0.56</code>
      </p>
      <p>
        List them under <code>tracked</code> in the configuration, or set <code>venue.adopt: all</code> and
        whatever the account holds is adopted.
      </p>
    </Note>
  );
}
