import type { PositionView } from '../../src/services/operations/operations.ts';
import { Gain, moneyText, priceText, quantityText } from '../parts/amounts.tsx';
import { ScrollBox } from '../parts/scroll-box.tsx';
import { Moment } from '../parts/times.tsx';
import { Verdict } from './now-and-next.tsx';
import type { PositionData } from './position-data.ts';

const END = /→ closed \((.+)\)/;
const WORDS: Record<string, string> = {
  sold: 'its fills add up to all that was held',
  settled: 'its market was settled',
  'holdings gone': 'the venue holds none of it any more, by two complete reads',
};

/** By what a closed position is known to be flat. */
export function Evidence({ view, data }: { view: PositionView; data: PositionData }) {
  const end = data.journal.value.findLast(
    ({ kind, summary }) => kind === 'state.changed' && END.test(summary),
  );
  const reason = END.exec(end?.summary ?? '')?.[1] ?? null;
  const exits = data.exits.value.filter(({ filled }) => Number(filled) > 0);
  return (
    <section class="panel now-next evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Closed, by evidence</h2>
      <Verdict explanation={data.explanation.value} view={view} />
      <p>
        It is flat: {reason === null ? '–' : (WORDS[reason] ?? reason)}
        {end && (
          <span class="muted">
            , at <Moment at={end.at} />
          </span>
        )}
        . Realized after fees: <Gain money={view.realized_pnl} />
      </p>
      {exits.length > 0 && (
        <ScrollBox label="What was sold">
          <table class="plain">
            <thead>
              <tr>
                <th scope="col">Exit</th>
                <th scope="col" class="num">
                  Sold
                </th>
                <th scope="col" class="num">
                  Average
                </th>
                <th scope="col" class="num">
                  Fees
                </th>
                <th scope="col">Filled at</th>
              </tr>
            </thead>
            <tbody>
              {exits.map((exit) => (
                <tr key={exit.exit_id}>
                  <th scope="row">
                    {exit.number} {exit.reason}
                  </th>
                  <td class="num">
                    {quantityText(exit.filled)} of {quantityText(view.quantity)}
                  </td>
                  <td class="num">{priceText(exit.average_price)}</td>
                  <td class="num">{moneyText(exit.fees)}</td>
                  <td>{exit.executed_at === null ? '–' : <Moment at={exit.executed_at} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </section>
  );
}
