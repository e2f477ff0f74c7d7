import type { BreakerView } from '../../src/services/operations/account-operations.ts';
import { moneyText } from '../parts/amounts.tsx';

type Numbers = BreakerView['numbers'];

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;

/** The day's limit ($), where the loss is within it; null where a reset would trip at once, or it is not known. */
export function limitThatHolds({ pnl, limit }: Numbers): string | null {
  const known = textOf(limit);
  const isWithin = typeof pnl === 'string' && known !== null && Number(pnl) > -Number(known);
  return isWithin ? known : null;
}

/** The numbers of a breaker: what it watches, and what is allowed. */
export function BreakerFigures({ name, numbers }: { name: string; numbers: Numbers }) {
  const figures =
    name === 'daily_loss'
      ? [
          ['P&L of today', moneyText(textOf(numbers.pnl))],
          ['Realized', moneyText(textOf(numbers.realized))],
          ['It may lose', numbers.until_tomorrow === true ? 'no limit' : moneyText(textOf(numbers.limit))],
        ]
      : [
          ['Errors that count', textOf(numbers.errors) ?? '–'],
          ['Allowed', textOf(numbers.max_errors) ?? '–'],
          ['Within', numbers.window_seconds === undefined ? '–' : `${textOf(numbers.window_seconds)} s`],
        ];
  return (
    <dl class="figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
