import './market-name.css';

/** So many last characters are never cut: in tickers they tell one market of an event from the other. */
const TAIL = 10;
const LONG = 18;

/** A market's name; where there is no room for it, it is shortened in the middle. */
export function MarketName({ market }: { market: string }) {
  if (market.length <= LONG) return <>{market}</>;
  return (
    <>
      <span class="visually-hidden">{market}</span>
      <span class="market-name" aria-hidden="true">
        <span class="market-head">{market.slice(0, -TAIL)}</span>
        <span>{market.slice(-TAIL)}</span>
      </span>
    </>
  );
}
