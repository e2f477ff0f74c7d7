import type { ExitView } from '../../src/services/http/records.ts';
import { daemonNow } from '../live/time.ts';
import { moneyText, percentText, priceText, quantityText } from '../parts/amounts.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { durationText, Moment } from '../parts/times.tsx';
import { Fact } from './head.tsx';

/** One exit in numbers, and each of its orders. */
export function ExitSummary({ exit }: { exit: ExitView }) {
  const { number, reason, priority, status, partial, quantity, filled, overruled, note } = exit;
  return (
    <div class="exit-summary">
      <h3>
        Exit {number}: {reason} <span class={`priority-${priority}`}>{priority}</span>{' '}
        <span class="muted">
          {partial && 'a part, '}
          {status.replaceAll('_', ' ')}
        </span>
      </h3>
      <dl class="facts">
        <Fact name="Sold">
          {quantityText(filled)} <span class="muted">of {quantityText(quantity)}</span>
        </Fact>
        <Fact name="Average">{priceText(exit.average_price)}</Fact>
        <Fact name="Mark at trigger">
          {priceText(exit.trigger_mark)}{' '}
          {exit.trigger_pnl_pct !== null && <span class="muted">{percentText(exit.trigger_pnl_pct)}</span>}
        </Fact>
        <Fact name="Slippage">{slippageText(exit)}</Fact>
        <Fact name="Fees">{moneyText(exit.fees)}</Fact>
        <Fact name="Walks">{exit.walks}</Fact>
        <Fact name={exit.ended_at === null ? 'So far' : 'Took'}>{tookText(exit)}</Fact>
      </dl>
      {overruled.length > 0 && <p class="muted">Overruled: {overruled.join(', ')}</p>}
      {note !== null && <p class="muted">{note}</p>}
      <Attempts exit={exit} />
    </div>
  );
}

/** What was got less the mark at the trigger, a contract; positive is better. */
function slippageText({ average_price, trigger_mark }: ExitView): string {
  if (average_price === null || trigger_mark === null) return '–';
  const difference = Number(average_price) - Number(trigger_mark);
  return `${difference > 0 ? '+' : ''}${priceText(difference.toFixed(4))}`;
}

/** From the trigger to its end, or until now. */
function tookText({ triggered_at, ended_at }: ExitView): string {
  const end = ended_at === null ? daemonNow() : Date.parse(ended_at);
  const seconds = (end - Date.parse(triggered_at)) / 1_000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : durationText(seconds);
}

function Attempts({ exit: { number: exit, attempts } }: { exit: ExitView }) {
  if (attempts.length === 0) return <p class="muted">No order yet.</p>;
  return (
    <ScrollBox label={`Orders of exit ${exit}`}>
      <table class="plain attempts">
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Placed</th>
            <th scope="col" class="num">
              Limit
            </th>
            <th scope="col" class="num">
              Filled
            </th>
            <th scope="col" class="num">
              Average
            </th>
            <th scope="col">Fate</th>
          </tr>
        </thead>
        <tbody>
          {attempts.map(({ number, order_type, limit_price, quantity, filled, ...attempt }) => (
            <tr key={number}>
              <th scope="row">
                {number} {order_type}
              </th>
              <td>
                <Moment at={attempt.placed_at} />
              </td>
              <td class="num">{priceText(limit_price)}</td>
              <td class="num">
                {quantityText(filled)} of {quantityText(quantity)}
              </td>
              <td class="num">{priceText(attempt.average_price)}</td>
              <td>
                {attempt.status}
                {attempt.ended_at !== null && (
                  <span class="muted"> after {lastedText(attempt.placed_at, attempt.ended_at)}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

const lastedText = (from: string, to: string): string =>
  `${((Date.parse(to) - Date.parse(from)) / 1_000).toFixed(1)} s`;
