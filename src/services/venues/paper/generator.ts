import type { Clock } from '../../../actors/ports.ts';
import type { Level, MarketInfo } from '../../../domain/market.ts';
import { formatPrice, formatQuantity } from '../../../domain/money.ts';
import { type BookSource, type MarketGroup, scheduledSource } from './book-source.ts';
import { GeneratedMarket, type GeneratedMarketSpec, generatedInfo } from './generator-market.ts';
import { RECORDING_COLUMNS } from './recording.ts';

export type { GeneratedEvent, GeneratedMarketSpec } from './generator-market.ts';
export type { PricePath } from './generator-paths.ts';

export interface GeneratorOptions {
  specs: readonly GeneratedMarketSpec[];
  /** The same seed, specs and step give the same books, whatever the time. */
  seed: string;
  stepMs: number;
  /** When the first step happens (ms): kept over a restart, the markets go on where they were. */
  startAt: number;
}

/**
 * One group for each step from `from` on, if there is nothing to show an empty one; without end unless every market
 * settles. Steps before `from` are computed and left out.
 */
export function* generateGroups(
  { specs, seed, stepMs, startAt }: GeneratorOptions,
  from: number,
): Generator<MarketGroup, undefined> {
  const markets = specs.map((spec) => new GeneratedMarket(spec, seed));
  for (let at = startAt, infos = infosAt(specs, startAt, at - stepMs); ; at += stepMs) {
    const books = markets.flatMap((market) => market.step(at - startAt, at) ?? []);
    if (at < from - stepMs) continue;
    const before = infos;
    infos = infosAt(specs, startAt, at);
    const changed = infos.filter((info, i) => hasChanged(info, before[i]!));
    if (at >= from) yield changed.length > 0 ? { at, books, markets: changed } : { at, books };
    if (infos.every((info) => info.status === 'settled')) return;
  }
}

export interface GeneratorSourceOptions extends GeneratorOptions {
  clock: Clock;
  onError: (error: unknown) => void;
  onEnd?: () => void;
}

/** Generated markets that live on a clock. */
export function createGeneratorSource({
  clock,
  onError,
  onEnd,
  ...options
}: GeneratorSourceOptions): BookSource {
  const from = clock.now();
  return scheduledSource({
    clock,
    markets: () => infosAt(options.specs, options.startAt, from),
    groups: () => generateGroups(options, from),
    onError,
    ...(onEnd ? { onEnd } : {}),
  });
}

/** What the generator shows in `durationMs` as the text of a CSV recording: best levels only. */
export function generateRecording(options: GeneratorOptions & { durationMs: number }): string {
  const lines = [RECORDING_COLUMNS.join(',')];
  for (const { at, books } of generateGroups(options, options.startAt)) {
    if (at - options.startAt >= options.durationMs) break;
    const time = new Date(at).toISOString().slice(0, -1);
    for (const { market, bids, asks } of books) {
      lines.push([time, market, ...formatLevel(bids[0]), ...formatLevel(asks[0])].join(','));
    }
  }
  return `${lines.join('\n')}\n`;
}

const formatLevel = (level: Level | undefined): [string, string] =>
  level ? [formatPrice(level.price), formatQuantity(level.size)] : ['', ''];

const infosAt = (specs: readonly GeneratedMarketSpec[], startAt: number, at: number): MarketInfo[] =>
  specs.map((spec) => generatedInfo(spec, startAt, at));

const hasChanged = (a: MarketInfo, b: MarketInfo): boolean =>
  a.status !== b.status || a.volume24h !== b.volume24h || a.settlementValue !== b.settlementValue;
