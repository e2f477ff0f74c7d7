import './positions-table.css';
import { useRef } from 'preact/hooks';
import { Gain, priceText } from '../parts/amounts.tsx';
import { MarkAge } from '../parts/mark-age.tsx';
import { MarketName } from '../parts/market-name.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { positionAddress } from '../route.ts';
import { ExitAtWork, Nearest, Percent, Quantity, sideText } from './cells.tsx';
import { COLUMNS, resultOf } from './columns.ts';
import type { Listing } from './listing.ts';
import { usePosition, useRows } from './use-rows.ts';

const ROW_PX = 47;

/** The positions in rows. Only those that are seen are drawn; the room of the others is kept. */
export function PositionsTable({ listing }: { listing: Listing }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { shown, first, count, above, below, entrance, handlers } = useRows(listing, body, ROW_PX);
  return (
    <table class="positions" aria-rowcount={count + 1} aria-label="Positions">
      <colgroup>
        {COLUMNS.map(({ name }) => (
          <col key={name} class={`col-${name}`} />
        ))}
      </colgroup>
      <Titles listing={listing} />
      <tbody ref={body} {...handlers}>
        <Room px={above} />
        {shown.map((id, place) => (
          <Row key={id} id={id} index={first + place + 2} isEntrance={id === entrance} />
        ))}
        <Room px={below} />
      </tbody>
    </table>
  );
}

function Titles({ listing }: { listing: Listing }) {
  const { column, descending } = listing.choice.value;
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map(({ name, title, isNumber }) => {
          const direction = name !== column ? 'none' : descending ? 'descending' : 'ascending';
          return (
            <th key={name} scope="col" aria-sort={direction} class={isNumber ? 'num' : undefined}>
              <button type="button" class="sort" onClick={() => listing.sortBy(name)}>
                {title}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** Of rows that are not drawn. */
function Room({ px }: { px: number }) {
  if (px <= 0) return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus, and this one holds nothing
  return <tr aria-hidden="true" style={{ height: `${px}px` }} />;
}

function Row({ id, index, isEntrance }: { id: string; index: number; isEntrance: boolean }) {
  const view = usePosition(id);
  if (view === undefined) return null;
  return (
    <tr class={`row row-${view.state}`} aria-rowindex={index} data-id={id} style={{ height: `${ROW_PX}px` }}>
      <th scope="row">
        <a class="line" href={positionAddress(id)} tabIndex={isEntrance ? 0 : -1} title={view.market}>
          <MarketName market={view.market} />
        </a>{' '}
        <span class="sub">
          {id} · {view.method}
        </span>
      </th>
      <td>{sideText({ view })}</td>
      <td class="num">
        <Quantity view={view} />
      </td>
      <td class="num">{priceText(view.entry_price)}</td>
      <td class="num">
        {priceText(view.mark)} {view.state !== 'closed' && <MarkAge view={view} />}
      </td>
      <td class="num">
        <Gain money={resultOf(view)} />
        {view.state === 'closed' && <span class="sub">realized</span>}
      </td>
      <td class="num">
        <Percent view={view} />
      </td>
      <td>
        <StateBadge state={view.state} />
        {view.held && <span class="sub held-mark">‖ held</span>}
      </td>
      <td>
        <Nearest view={view} />
      </td>
      <td>
        <ExitAtWork view={view} />
      </td>
    </tr>
  );
}
