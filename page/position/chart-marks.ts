import type { ExitView } from '../../src/services/http/records.ts';
import type { PositionView, PriceHistory, PriceLevel } from '../../src/services/operations/operations.ts';
import { priceText, quantityText } from '../parts/amounts.tsx';

/** An order that was placed, or what it sold, at its place in the chart. */
export interface Mark {
  kind: 'attempt' | 'fill';
  /** In ms. */
  at: number;
  /** Null: a market order has no price of its own. */
  price: number | null;
  text: string;
}

/** What a fill at once may take (ms). */
const AT_ONCE_MS = 2_000;

/** Orders placed and what they sold, oldest first. An order filled at once is one mark. */
export function marksOf(exits: readonly ExitView[]): Mark[] {
  const marks: Mark[] = [];
  for (const { number: exit, attempts } of exits)
    for (const attempt of attempts) {
      const { number, order_type, limit_price, quantity, filled, average_price, placed_at, ended_at } =
        attempt;
      const name = exits.length > 1 ? `${exit}.${number}` : `#${number}`;
      const limit = order_type === 'limit' ? limit_price : null;
      const terms = `${name} ${quantityText(quantity)} @ ${limit === null ? 'market' : priceText(limit)}`;
      const placed = Date.parse(placed_at);
      const ended = Date.parse(ended_at ?? placed_at);
      if (average_price === null || (limit !== null && ended - placed > AT_ONCE_MS))
        marks.push({
          kind: 'attempt',
          at: placed,
          price: limit === null ? null : Number(limit),
          text: terms,
        });
      if (average_price !== null)
        marks.push({
          ...{ kind: 'fill', at: ended, price: Number(average_price) },
          text: `${name} sold ${quantityText(filled)} @ ${priceText(average_price)}`,
        });
    }
  return marks.sort((a, b) => a.at - b.at);
}

/** The prices that count now; what moves with every quote is taken from the position itself. */
export function levelsOf(history: PriceHistory | null, view: PositionView): PriceLevel[] {
  if (view.state === 'closed') return [{ name: 'entry', label: 'entry', price: view.entry_price }];
  const live = { trailing_stop: view.trailing_stop, limit: view.exit?.limit_price ?? null, peak: view.peak };
  const told = history?.levels ?? [{ name: 'entry' as const, label: 'entry', price: view.entry_price }];
  const levels = told.flatMap((level): PriceLevel[] => {
    if (!(level.name in live)) return [level];
    const price = live[level.name as keyof typeof live];
    return price === null ? [] : [{ ...level, price }];
  });
  const added = (['trailing_stop', 'limit'] as const).flatMap((name): PriceLevel[] => {
    const price = live[name];
    const isKnown = price === null || levels.some((level) => level.name === name);
    return isKnown ? [] : [{ name, label: name.replace('_', ' '), price }];
  });
  return [...levels, ...added].sort((a, b) => Number(b.price) - Number(a.price));
}
