import './position-cards.css';
import { useRef } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { Gain, priceText } from '../parts/amounts.tsx';
import { MarkAge } from '../parts/mark-age.tsx';
import { MarketName } from '../parts/market-name.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { positionAddress } from '../route.ts';
import { ExitAtWork, Nearest, Percent, Quantity, sideText } from './cells.tsx';
import { resultOf } from './columns.ts';
import type { Listing } from './listing.ts';
import { usePosition, useRows } from './use-rows.ts';

const CARD_PX = 140;

/** The positions where there is no room for columns: the same, the most important first. */
export function PositionCards({ listing }: { listing: Listing }) {
  const list = useRef<HTMLUListElement>(null);
  const { shown, first, count, above, below, entrance, handlers } = useRows(listing, list, CARD_PX);
  return (
    <ul class="cards" ref={list} aria-label="Positions" {...handlers}>
      {above > 0 && <li aria-hidden="true" style={{ height: `${above}px` }} />}
      {shown.map((id, place) => (
        <Card key={id} id={id} place={first + place + 1} of={count} isEntrance={id === entrance} />
      ))}
      {below > 0 && <li aria-hidden="true" style={{ height: `${below}px` }} />}
    </ul>
  );
}

interface CardProps {
  id: string;
  place: number;
  of: number;
  isEntrance: boolean;
}

function Card({ id, place, of, isEntrance }: CardProps) {
  const view = usePosition(id);
  if (view === undefined) return null;
  return (
    <li
      class={`card row-${view.state}`}
      aria-posinset={place}
      aria-setsize={of}
      data-id={id}
      style={{ height: `${CARD_PX}px` }}
    >
      <article>
        <div class="card-line">
          <a class="line" href={positionAddress(id)} tabIndex={isEntrance ? 0 : -1}>
            <MarketName market={view.market} />
          </a>
          <StateBadge state={view.state} held={view.held} />
        </div>
        <div class="card-line">
          <span>
            <Gain money={resultOf(view)} /> {view.state === 'closed' ? 'realized' : <Percent view={view} />}
          </span>
          <span>
            <span class="sub-inline">mark</span> {priceText(view.mark)}{' '}
            {view.state !== 'closed' && <MarkAge view={view} />}
          </span>
        </div>
        <div class="card-line">
          <span>
            {sideText({ view })} <Quantity view={view} />{' '}
            <span class="sub-inline">at {priceText(view.entry_price)}</span>
          </span>
          <span class="sub-inline">
            {id} · {view.method}
          </span>
        </div>
        <div class="card-next">{isCalm(view) ? <Nearest view={view} /> : <ExitAtWork view={view} />}</div>
      </article>
    </li>
  );
}

/** Nothing is under way: what could be is worth the room. */
const isCalm = ({ exit, state, awaiting_settlement }: PositionView): boolean =>
  exit === null && state !== 'closed' && !awaiting_settlement;
