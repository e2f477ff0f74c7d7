import type { ComponentChildren } from 'preact';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { PositionActions } from '../actions/position-actions.tsx';
import { link } from '../live/account.ts';
import { Gain, priceText, quantityText } from '../parts/amounts.tsx';
import { MarkAge } from '../parts/mark-age.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Moment } from '../parts/times.tsx';
import type { PositionData } from './position-data.ts';

/** What is held, what it is worth, and what can be done about it. */
export function Head({ view, data }: { view: PositionView; data: PositionData }) {
  const { id, market, side, state, held } = view;
  return (
    <header class="position-head">
      <div class="position-name">
        <h1>
          {market} <span class="side">{side.toUpperCase()}</span>
        </h1>
        <span class="mono muted">{id}</span>
        <StateBadge state={state} held={held} />
        {view.awaiting_settlement && <span class="muted">awaits settlement</span>}
        <StaleMark data={data} />
      </div>
      <div class="position-actions">
        <PositionActions view={view} />
      </div>
      <Facts view={view} />
    </header>
  );
}

function Facts({ view }: { view: PositionView }) {
  const { quantity, remaining, entry_price, mark, pnl_pct, unrealized_pnl, realized_pnl } = view;
  return (
    <dl class="facts">
      <Fact name="Remaining">
        {quantityText(remaining)} <span class="muted">of {quantityText(quantity)}</span>
      </Fact>
      <Fact name="Entry">{priceText(entry_price)}</Fact>
      <Fact name="Mark">
        {priceText(mark)} {view.state !== 'closed' && <MarkAge view={view} />}
      </Fact>
      <Fact name="Unrealized P&L" wide>
        <Gain money={unrealized_pnl} fraction={pnl_pct} />
      </Fact>
      <Fact name="Realized P&L">
        <Gain money={realized_pnl} />
      </Fact>
      <Fact name="Method">
        {view.method}@{view.method_version}
      </Fact>
      <Fact name="Confidence">{view.confidence}</Fact>
      <Fact name="Opened">
        <Moment at={view.opened_at} />
      </Fact>
    </dl>
  );
}

interface FactProps {
  name: string;
  /** Over two columns, or over all that are left. */
  wide?: boolean;
  whole?: boolean;
  children: ComponentChildren;
}

export function Fact({ name, wide = false, whole = false, children }: FactProps) {
  return (
    <div class={`fact${wide ? ' fact-wide' : ''}${whole ? ' fact-whole' : ''}`}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Says that what is shown is not as it is now. */
function StaleMark({ data }: { data: PositionData }) {
  const isLost = link.state.value === 'lost';
  const failed = data.problem.value;
  if (!isLost && failed === null) return null;
  return (
    <span class="stale" role="status">
      ✕ as of <Moment at={new Date(data.seenAt.value).toISOString()} />
      {!isLost && failed !== null && `: ${failed.message}`}
    </span>
  );
}
