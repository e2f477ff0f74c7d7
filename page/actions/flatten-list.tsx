import type { FlattenedPosition } from '../../src/services/operations/account-operations.ts';
import { moneyText, priceText, quantityText } from '../parts/amounts.tsx';
import { lotText } from './position-words.ts';

const RESULTS: Record<FlattenedPosition['result'], string> = {
  would_sell: '◌ would sell',
  selling: '✓ selling',
  left: '– left',
  not_sold: '✕ not sold',
};

/** One line per position, before or after. */
export function FlattenList({ positions, caption }: { positions: FlattenedPosition[]; caption: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="flatten-list" tabIndex={0} aria-label={caption}>
      <table>
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Position</th>
            <th scope="col" class="num">
              Quantity
            </th>
            <th scope="col" class="num">
              Bid
            </th>
            <th scope="col" class="num">
              Worth
            </th>
          </tr>
        </thead>
        <tbody>
          {positions.map((position) => (
            <tr key={position.id} class={`flatten-${position.result}`}>
              <th scope="row">
                {lotText(position)}
                <span class="result">
                  {RESULTS[position.result]}
                  {position.detail && `: ${position.detail}`}
                </span>
              </th>
              <td class="num">{quantityText(position.quantity)}</td>
              <td class="num">{priceText(position.bid)}</td>
              <td class="num">{moneyText(position.worth)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
