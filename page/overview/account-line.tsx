import './account-line.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { BreakerView } from '../../src/services/operations/account-operations.ts';
import { openAction } from '../actions/actions.ts';
import { breakers, status } from '../live/account.ts';
import { Gain, moneyText } from '../parts/amounts.tsx';
import { Meter } from '../parts/meter.tsx';
import { STATE_SIGNS } from '../parts/state-badge.tsx';
import { countText } from '../parts/words.ts';
import { type Entries, followEntries } from './entries.ts';
import { STATES, type Totals } from './totals.ts';

/** The account at a glance: what is at stake, how the day goes, and what holds Postern back. */
export function AccountLine({ totals }: { totals: Totals }) {
  const [{ entries, stop }] = useState(followEntries);
  useEffect(() => stop, [stop]);
  return (
    <section class="account" aria-label="Account">
      <dl>
        <AtRisk totals={totals} />
        <Day />
        <Counts totals={totals} />
        <Breakers />
        <EntriesNow known={entries.value} />
        <Budget />
      </dl>
      <div class="account-actions">
        <button type="button" class="flatten" onClick={() => openAction({ kind: 'flatten' })}>
          Flatten…
        </button>
        <PauseButton known={entries.value} />
      </div>
    </section>
  );
}

interface TileProps {
  name: string;
  title: string;
  children: ComponentChildren;
}

function Tile({ name, title, children }: TileProps) {
  return (
    <div class={`tile tile-${name}`}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function AtRisk({ totals: { worth, unrealized, unmarked, open } }: { totals: Totals }) {
  return (
    <Tile name="risk" title="At risk">
      <p class="figure">{open === 0 ? 'nothing' : moneyText(worth)}</p>
      <p class="detail">{open === 0 ? 'no open position' : 'what is left, at the bid'}</p>
      <p class="detail">
        {open > 0 && (
          <>
            <Gain money={unrealized} /> unrealized
          </>
        )}
      </p>
      <p class="detail">
        {unmarked > 0 && (
          <span class="warned">
            <span aria-hidden="true">⚠ </span>
            {unmarked.toLocaleString('en')} without a mark
          </span>
        )}
      </p>
    </Tile>
  );
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function Day() {
  const numbers = breakers.value.find(({ name }) => name === 'daily_loss')?.numbers ?? {};
  const pnl = textOrNull(numbers.pnl);
  const limit = textOrNull(numbers.limit);
  const flagged = Array.isArray(numbers.flagged) ? numbers.flagged.length : 0;
  const used = pnl === null || limit === null ? null : Math.max(0, -Number(pnl)) / Number(limit);
  const words = limitWords(limit, used, numbers.until_tomorrow === true);
  return (
    <Tile name="day" title="P&L today">
      <p class="figure">
        <Gain money={pnl} />
      </p>
      <Meter label="Daily loss limit used" share={used} text={words} />
      <p class="detail">{words}</p>
      <p class="detail">
        {flagged > 0 && (
          <span class="warned">
            <span aria-hidden="true">⚠ </span>
            {countText(flagged, 'mark')} not fresh
          </span>
        )}
      </p>
    </Tile>
  );
}

function limitWords(limit: string | null, used: number | null, isDisarmed: boolean): string {
  if (isDisarmed) return 'no limit until tomorrow';
  if (limit === null) return 'limit not known yet';
  const words = `limit ${moneyText(`-${limit}`).replace(/\.00$/, '')}`;
  return used === null ? words : `${words}, ${Math.round(used * 100)} % used`;
}

function Counts({ totals: { open, states } }: { totals: Totals }) {
  return (
    <Tile name="counts" title="Open positions">
      <p class="figure">{open.toLocaleString('en')}</p>
      <ul class="by-state">
        {STATES.map((state) => (
          <li key={state} class={states.get(state) ? `sign-${state}` : 'muted'}>
            <span aria-hidden="true">{STATE_SIGNS[state]} </span>
            {(states.get(state) ?? 0).toLocaleString('en')} {state}
          </li>
        ))}
      </ul>
    </Tile>
  );
}

const BREAKERS: Record<string, string> = { daily_loss: 'Daily loss', api: 'API', database: 'Database' };

function Breakers() {
  return (
    <Tile name="breakers" title="Circuit breakers">
      <ul>
        {breakers.value.map((breaker) => (
          <Breaker key={breaker.name} breaker={breaker} />
        ))}
      </ul>
    </Tile>
  );
}

function Breaker({ breaker: { name, tripped, reason, numbers } }: { breaker: BreakerView }) {
  const known = BREAKERS[name] ?? name;
  const { errors, max_errors: most } = numbers;
  const idle = typeof errors === 'number' ? `${errors} of ${most} errors` : 'armed';
  const isOff = numbers.until_tomorrow === true;
  return (
    <li class={tripped ? 'breaker tripped' : 'breaker'}>
      <span class="breaker-name">
        <span aria-hidden="true">{tripped ? '✕' : isOff ? '○' : '✓'} </span>
        {known}
      </span>
      <span class="breaker-state">{tripped ? <b>tripped</b> : isOff ? 'off until tomorrow' : idle}</span>
      {tripped && (
        <button
          type="button"
          class="small"
          aria-label={`Reset the breaker ${known}`}
          onClick={() => openAction({ kind: 'reset', breaker: name })}
        >
          Reset…
        </button>
      )}
      {tripped && reason !== null && (
        <span class="breaker-why" title={reason}>
          {reason}
        </span>
      )}
    </li>
  );
}

function EntriesNow({ known }: { known: Entries | null }) {
  const { figure, detail } = wordsOf(known);
  return (
    <Tile name="entries" title="Entries">
      <p class={known?.paused ? 'figure warned' : 'figure'}>{figure}</p>
      <p class="detail" title={known?.paused ?? undefined}>
        {detail}
      </p>
    </Tile>
  );
}

function wordsOf(known: Entries | null): { figure: string; detail: string } {
  if (known === null) return { figure: '–', detail: 'not known' };
  if (known.paused !== null) return { figure: '‖ paused', detail: 'by an operator' };
  return known.enabled
    ? { figure: '▶ on', detail: 'edges at work' }
    : { figure: '○ off', detail: 'by configuration' };
}

function PauseButton({ known }: { known: Entries | null }) {
  const isPaused = known !== null && known.paused !== null;
  return (
    <button
      type="button"
      disabled={known === null || (!known.enabled && !isPaused)}
      onClick={() => openAction({ kind: isPaused ? 'resumeEntries' : 'pauseEntries' })}
    >
      {isPaused ? 'Resume entries…' : 'Pause entries…'}
    </button>
  );
}

function Budget() {
  const budget = status.value?.budget;
  return (
    <Tile name="budget" title="API calls">
      <p class="figure">{budget ? `${budget.used} of ${budget.limit}` : '–'}</p>
      <Meter
        label="API budget used"
        share={budget ? budget.used / budget.limit : null}
        text={budget ? `${budget.used} of ${budget.limit} a minute` : 'not known'}
      />
      <p class="detail">a minute</p>
    </Tile>
  );
}
