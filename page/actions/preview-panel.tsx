import { useRef } from 'preact/hooks';
import type { ExitPreview } from '../../src/services/operations/operations.ts';
import { now } from '../live/time.ts';
import { Gain, moneyText, priceText, quantityText } from '../parts/amounts.tsx';
import { durationText } from '../parts/times.tsx';
import { isNews, isRefusal, type Previewing, waits } from './exit-preview.ts';

interface PanelProps {
  id: string;
  previewing: Previewing;
  /** Only how things stand, not what an exit would do. */
  isBrief?: boolean;
}

/** The market as it is now, and what the action would do in it. Its size does not change with what it says. */
export function PreviewPanel({ id, previewing, isBrief = false }: PanelProps) {
  const { preview, heardAt, problem } = previewing;
  const age = preview?.mark_age_seconds ?? null;
  const warning = preview === null || problem !== null ? null : warningOf(preview);
  return (
    <section class="preview" aria-label="As it is now">
      <dl class="figures">
        <div>
          <dt>Bid</dt>
          <dd>{preview && preview.bid === null ? 'no bid' : priceText(preview?.bid ?? null)}</dd>
          <dd class="muted">
            {age === null ? ' ' : `${durationText(age + (now.value - heardAt) / 1000)} old`}
          </dd>
        </div>
        <div>
          <dt>Worth</dt>
          <dd>{moneyText(preview?.worth ?? null)}</dd>
          <dd class="muted">{preview ? `${quantityText(preview.quantity)} at the bid` : ' '}</dd>
        </div>
        <div>
          <dt>P&amp;L</dt>
          <dd>
            <Gain money={preview?.pnl ?? null} />
          </dd>
          <dd class="muted">before fees</dd>
        </div>
        {!isBrief && (
          <div>
            <dt>First order</dt>
            <dd>{preview?.order ?? '–'}</dd>
            <dd class="muted">{orderPrice(preview)}</dd>
          </div>
        )}
      </dl>
      {!isBrief && (
        <p id={id} class={warning === null ? 'consequence' : 'consequence warn'}>
          {warning && <strong>⚠ {warning}</strong>}
          {consequenceOf(previewing)}
        </p>
      )}
      {isBrief && problem !== null && <p class="wrong">{consequenceOf(previewing)}</p>}
      <News preview={problem === null ? preview : null} isBrief={isBrief} />
    </section>
  );
}

/** What a person confirms, or why that is not known. */
export function consequenceOf({ preview, problem }: Previewing): string {
  if (problem === null) return preview === null ? 'Asking the daemon…' : preview.text;
  if (isRefusal(problem)) return problem.message;
  const then = preview === null ? '' : ' What stands above is the last that is known.';
  return `What it would do can't be shown now: ${problem.message}.${then}`;
}

function warningOf(preview: ExitPreview): string | null {
  if (!preview.possible) return 'Not possible';
  return waits(preview) ? 'Not sold at once' : null;
}

function orderPrice(preview: ExitPreview | null): string {
  if (preview === null || preview.order === null) return ' ';
  if (preview.limit_price === null) return 'waits';
  return preview.order === 'market'
    ? `${priceText(preview.limit_price)} or better`
    : `at ${priceText(preview.limit_price)}`;
}

/** For who listens: said again when something of substance changed, not at each tick. */
function News({ preview, isBrief }: { preview: ExitPreview | null; isBrief: boolean }) {
  const said = useRef<ExitPreview | null>(null);
  if (preview !== null && isNews(said.current, preview)) said.current = preview;
  const { current } = said;
  return (
    <p class="visually-hidden" aria-live="polite">
      {current &&
        (isBrief ? `The bid is ${current.bid === null ? 'gone' : priceText(current.bid)}` : current.text)}
    </p>
  );
}
