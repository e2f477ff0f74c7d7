import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { daemonNow, now } from '../live/time.ts';
import { priceText } from '../parts/amounts.tsx';
import { durationText } from '../parts/times.tsx';
import type { Picture, PriceCanvas } from './chart-canvas.ts';
import { levelsOf, type Mark, marksOf } from './chart-marks.ts';
import type { PositionData } from './position-data.ts';
import { joinTrail, sampleStep, sampleTrail, type TrailPoint } from './price-trail.ts';

/** How many steps the time shown is cut into. */
const CELLS = 360;
const LEAST_SPAN_MS = 60_000;
/** What is shown of the time after a position was closed (ms). */
const AFTER_END_MS = 60_000;
const BEFORE_FIRST_MS = 60_000;
/** How far back each choice reaches (minutes); null: all there is. */
const SPANS = [5, 30, null] as const;

/** How the market moved, in the terms of the side owned, with what counts for this position. */
export function PriceChart({ view, data }: { view: PositionView; data: PositionData }) {
  const span = useSignal<(typeof SPANS)[number]>(null);
  const trail = useComputed(() => joinTrail(data.prices.value, data.livePrices.value));
  const levels = levelsOf(data.prices.value, view);
  const last = trail.value.at(-1) ?? null;
  return (
    <section class="panel price-panel" aria-labelledby="price-title">
      <div class="panel-head">
        <h2 id="price-title">Price</h2>
        <p class="legend">
          <span class="key-bid">bid {priceText(last?.bid?.toFixed(4) ?? null)}</span>
          <span class="key-ask">ask {priceText(last?.ask?.toFixed(4) ?? null)}</span>
        </p>
        <fieldset class="spans">
          <legend class="visually-hidden">Time shown</legend>
          {SPANS.map((minutes) => (
            <button
              type="button"
              key={minutes}
              aria-pressed={span.value === minutes}
              onClick={() => {
                span.value = minutes;
              }}
            >
              {minutes === null ? 'All' : `${minutes} min`}
            </button>
          ))}
        </fieldset>
      </div>
      <Canvas
        label={describe(view, trail.value)}
        picture={() => pictureOf(trail.value, data, view, span.value)}
        isOver={view.state === 'closed'}
      />
      <div class="price-foot">
        <LevelsTable levels={levels} mark={last?.bid ?? null} />
        <a class="muted" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          Chart: TradingView Lightweight Charts™
        </a>
      </div>
    </section>
  );
}

function pictureOf(
  trail: readonly TrailPoint[],
  data: PositionData,
  view: PositionView,
  span: number | null,
): Picture {
  const marks = marksOf(data.exits.value);
  const end = view.state === 'closed' ? Date.parse(view.updated_at) + AFTER_END_MS : Number.POSITIVE_INFINITY;
  const to = Math.max(Math.min(daemonNow(), end), trail[0]?.at ?? 0);
  const known = firstShown(trail[0]?.at ?? to, to, marks);
  const from = Math.min(span === null ? known : Math.max(known, to - span * 60_000), to - LEAST_SPAN_MS);
  const step = sampleStep(from, to, CELLS);
  return {
    samples: sampleTrail(trail, from, to, step),
    step,
    levels: levelsOf(data.prices.value, view),
    marks: marks.filter(({ at }) => at >= from),
  };
}

/** Where prices begin, or a little earlier: the first look at a market comes after what was decided on its first quote. */
function firstShown(first: number, to: number, marks: readonly Mark[]): number {
  const earliest = first - Math.max(BEFORE_FIRST_MS, (to - first) / 10);
  return Math.min(first, ...marks.flatMap(({ at }) => (at >= earliest ? [at] : [])));
}

interface CanvasProps {
  label: string;
  picture: () => Picture;
  isOver: boolean;
}

/** The library is loaded with the first chart, not with the page. */
function Canvas({ label, picture, isOver }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<PriceCanvas | null>(null);
  const latest = useRef(picture);
  latest.current = picture;
  useEffect(() => {
    let isGone = false;
    void import('./chart-canvas.ts').then(({ drawPrices }) => {
      if (isGone) return;
      canvas.current = drawPrices(place.current!);
      canvas.current.draw(latest.current());
    });
    return () => {
      isGone = true;
      canvas.current?.remove();
      canvas.current = null;
    };
  }, []);
  const tick = isOver ? 0 : now.value;
  useEffect(() => {
    canvas.current?.draw(latest.current());
  }, [tick, picture]);
  return <div class="price-canvas" role="img" aria-label={label} ref={place} />;
}

/** What the picture shows, for who does not see it. */
function describe({ market, side }: PositionView, trail: readonly TrailPoint[]): string {
  const bids = trail.flatMap(({ bid }) => (bid === null ? [] : [bid]));
  if (bids.length === 0) return `Price of ${side.toUpperCase()} ${market}: no bid was seen yet`;
  const [low, high] = [Math.min(...bids), Math.max(...bids)].map((price) => priceText(price.toFixed(4)));
  const over = durationText((trail.at(-1)!.at - trail[0]!.at) / 1_000);
  const last = priceText(trail.at(-1)!.bid?.toFixed(4) ?? null);
  return `Price of ${side.toUpperCase()} ${market}: bids from ${low} to ${high} within ${over}, the last ${last}`;
}

function LevelsTable({ levels, mark }: { levels: ReturnType<typeof levelsOf>; mark: number | null }) {
  return (
    <details>
      <summary>Levels as a table</summary>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Level</th>
            <th scope="col" class="num">
              Price
            </th>
            <th scope="col" class="num">
              From the bid
            </th>
          </tr>
        </thead>
        <tbody>
          {levels.map(({ name, label, price }) => (
            <tr key={`${name} ${label}`}>
              <th scope="row">{label}</th>
              <td class="num">{priceText(price)}</td>
              <td class="num">{mark === null ? '–' : priceText((Number(price) - mark).toFixed(4))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
