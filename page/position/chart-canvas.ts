import {
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  type IPriceLine,
  type ISeriesApi,
  type LineData,
  LineSeries,
  LineStyle,
  LineType,
  type SeriesMarker,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { PriceLevel } from '../../src/services/operations/operations.ts';
import { priceText } from '../parts/amounts.tsx';
import type { Mark } from './chart-marks.ts';
import { type Sample, stepOf } from './price-trail.ts';

export interface Picture {
  samples: readonly Sample[];
  /** Seconds between samples. */
  step: number;
  levels: readonly PriceLevel[];
  marks: readonly Mark[];
}

export interface PriceCanvas {
  draw(picture: Picture): void;
  remove(): void;
}

type Colours = Record<
  'text' | 'muted' | 'line' | 'surface' | 'accent' | 'gain' | 'loss' | 'warn' | 'walk',
  string
>;

const LEVEL_LOOKS: Record<PriceLevel['name'], readonly [colour: keyof Colours, style: LineStyle]> = {
  entry: ['muted', LineStyle.Solid],
  stop_loss: ['loss', LineStyle.Dashed],
  trailing_stop: ['warn', LineStyle.Dashed],
  target: ['gain', LineStyle.Dashed],
  early_exit: ['walk', LineStyle.Dotted],
  edge_disappeared: ['walk', LineStyle.Dotted],
  peak: ['muted', LineStyle.Dotted],
  limit: ['accent', LineStyle.Solid],
};

/** An attempt with a neighbour within this share of the width shows its number alone, or nothing. */
const WORDS_ROOM = 0.25;
const NUMBER_ROOM = 0.04;
/** Room beside the first and the last price, for the words of a mark there. */
const RIGHT_SHARE = 0.12;
const LEFT_SHARE = 0.03;
const ZONE_MS = 60_000;

/** Draws prices, levels and marks into `place`, in the colours that the page has at the time. */
export function drawPrices(place: HTMLElement): PriceCanvas {
  const chart = createChart(place, {
    autoSize: true,
    // Some browsers name a language that no locale is called by, and the library takes it as it is.
    localization: { locale: new Intl.DateTimeFormat().resolvedOptions().locale },
    handleScroll: false,
    handleScale: false,
    rightPriceScale: {
      minimumWidth: 64,
      entireTextOnly: true,
      borderVisible: false,
      scaleMargins: { top: 0.12, bottom: 0.1 },
    },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      borderVisible: false,
      minBarSpacing: 0.05,
      rightOffset: 2,
    },
    // The library's own logo comes with a style element, which this page's policy refuses: its maker is named below.
    layout: { attributionLogo: false, fontFamily: getComputedStyle(place).fontFamily, fontSize: 11 },
  });
  const line = {
    lineType: LineType.WithSteps,
    lastValueVisible: false,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
    priceFormat: {
      type: 'custom',
      formatter: (price: number) => priceText(price.toFixed(4)),
      minMove: 0.0001,
    },
  } as const;
  const ask = chart.addSeries(LineSeries, { ...line, lineWidth: 1, lineStyle: LineStyle.Dotted });
  const bid = chart.addSeries(LineSeries, { ...line, lineWidth: 2, lastValueVisible: true });
  const marks = createSeriesMarkers(bid, [], { autoScale: true });
  const levels = new LevelLines(bid);
  let drawn: Picture | null = null;
  bid.applyOptions({
    autoscaleInfoProvider: (original: () => ReturnType<typeof widen>) =>
      widen(original(), drawn === null ? [] : pricesIn(drawn)),
  });

  let colours = readColours(place);
  const paint = () => {
    colours = readColours(place);
    chart.applyOptions({
      layout: { background: { type: ColorType.Solid, color: colours.surface }, textColor: colours.muted },
      grid: { vertLines: { color: colours.line }, horzLines: { color: colours.line } },
      crosshair: {
        mode: CrosshairMode.Normal,
        vertLine: { labelBackgroundColor: colours.text },
        horzLine: { labelBackgroundColor: colours.text },
      },
    });
    bid.applyOptions({ color: colours.accent });
    ask.applyOptions({ color: colours.muted });
    levels.forget();
    if (drawn !== null) draw(drawn);
  };

  const draw = (picture: Picture) => {
    drawn = picture;
    const { samples, step } = picture;
    const zone = zoneOf(samples.at(-1)?.time ?? 0);
    ask.setData(lineOf(samples, 'ask', zone));
    bid.setData(lineOf(samples, 'bid', zone));
    bid.applyOptions({ lastValueVisible: samples.at(-1)?.bid != null });
    marks.setMarkers(markersOf(picture, (at) => (stepOf(at, step) + zone) as UTCTimestamp, colours));
    levels.show(picture.levels, colours);
    chart
      .timeScale()
      .setVisibleLogicalRange({ from: -samples.length * LEFT_SHARE, to: samples.length * (1 + RIGHT_SHARE) });
  };

  paint();
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', paint);
  return {
    draw,
    remove() {
      scheme.removeEventListener('change', paint);
      chart.remove();
    },
  };
}

/** The library knows UTC alone: its times are moved by the reader's zone, the same for all, so that they still ascend. */
const zoneOf = (time: number): number => (-new Date(time * 1_000).getTimezoneOffset() * ZONE_MS) / 1_000;

/**
 * Where there was no price the line goes on unseen, at the next price or else at the last: the library draws through
 * points without a value, and moves marks away from them.
 */
function lineOf(samples: readonly Sample[], name: 'bid' | 'ask', zone: number): LineData<UTCTimestamp>[] {
  let unseen = samples.findLast((sample) => sample[name] !== null)?.[name] ?? null;
  const line: LineData<UTCTimestamp>[] = [];
  for (const sample of samples.toReversed()) {
    const time = (sample.time + zone) as UTCTimestamp;
    const price = sample[name];
    unseen = price ?? unseen;
    if (price !== null) line.push({ time, value: price });
    else if (unseen !== null) line.push({ time, value: unseen, color: 'transparent' });
  }
  return line.reverse();
}

/** What is drawn beside the lines. */
const pricesIn = ({ levels, marks }: Picture): number[] => [
  ...levels.map(({ price }) => Number(price)),
  ...marks.flatMap(({ price }) => price ?? []),
];

/** The prices shown reach from the lowest to the highest of these too. */
function widen(
  info: { priceRange: { minValue: number; maxValue: number } | null } | null,
  prices: readonly number[],
): { priceRange: { minValue: number; maxValue: number } | null } | null {
  const range = info?.priceRange;
  const all = [...prices, ...(range ? [range.minValue, range.maxValue] : [])];
  if (all.length === 0) return info;
  return { ...info, priceRange: { minValue: Math.min(...all), maxValue: Math.max(...all) } };
}

function markersOf(
  { marks, samples, step }: Picture,
  timeOf: (at: number) => UTCTimestamp,
  colours: Colours,
): SeriesMarker<UTCTimestamp>[] {
  const width = samples.length * step * 1_000;
  return marks.map(({ kind, at, price, text }, index) => {
    const isFill = kind === 'fill';
    const look = {
      color: isFill ? colours.text : colours.accent,
      shape: isFill ? 'arrowDown' : 'circle',
    } as const;
    const gaps = marks.flatMap((other, place) => (place === index ? [] : [Math.abs(other.at - at) / width]));
    const room = Math.min(...gaps);
    const words = isFill || room > WORDS_ROOM ? text : room > NUMBER_ROOM ? text.split(' ')[0]! : '';
    const marker = { time: timeOf(at), ...look, text: words, size: isFill ? 1 : 0.6 };
    if (price === null) return { ...marker, position: 'belowBar' };
    return { ...marker, price, position: isFill ? 'atPriceTop' : 'atPriceBottom' };
  });
}

/** Lines at prices, made anew for those alone that have changed. */
class LevelLines {
  readonly #series: ISeriesApi<'Line'>;
  #lines = new Map<string, IPriceLine>();

  constructor(series: ISeriesApi<'Line'>) {
    this.#series = series;
  }

  show(levels: readonly PriceLevel[], colours: Colours): void {
    const left = this.#lines;
    this.#lines = new Map();
    for (const { name, label, price } of levels) {
      const key = `${name} ${label}`;
      const [colour, lineStyle] = LEVEL_LOOKS[name];
      const known = left.get(key);
      left.delete(key);
      if (known) known.applyOptions({ price: Number(price) });
      const line =
        known ??
        this.#series.createPriceLine({
          ...{ price: Number(price), title: label, lineStyle, lineWidth: 1, color: colours[colour] },
          ...{ axisLabelColor: colours[colour], axisLabelTextColor: colours.surface },
        });
      this.#lines.set(key, line);
    }
    for (const line of left.values()) this.#series.removePriceLine(line);
  }

  forget(): void {
    for (const line of this.#lines.values()) this.#series.removePriceLine(line);
    this.#lines.clear();
  }
}

/** The page's colours as a canvas takes them. */
function readColours(place: HTMLElement): Colours {
  const probe = place.appendChild(document.createElement('span'));
  const read = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ['text', 'muted', 'line', 'surface', 'accent', 'gain', 'loss', 'warn', 'walk'] as const;
  const colours = Object.fromEntries(names.map((name) => [name, read(name)])) as Colours;
  probe.remove();
  return colours;
}
