import type { GeneratorEvent, GeneratorMarket } from '../../config/schema-venue.ts';
import type { GeneratedEvent, GeneratedMarketSpec } from './generator-market.ts';
import type { PricePath } from './generator-paths.ts';

/** Where the config names no volatility (1e-4 $ per step). */
const DEFAULT_VOLATILITY = { mean_reverting: 40, jumpy: 40, waypoints: 10 } as const;

/** The generator's specs as the config writes them: volatility in dollars a step, the spread rounded up to whole cents. */
export const specsFromConfig = (markets: readonly GeneratorMarket[]): GeneratedMarketSpec[] =>
  markets.map(({ startPrice, path, waypoints, volatility, spread, closeAfterMs, events, ...same }) => ({
    ...same,
    start: startPrice,
    path: readPath(path, waypoints),
    volatility: volatility === null ? DEFAULT_VOLATILITY[path] : volatility / 100,
    spread: Math.ceil(spread / 100) * 100,
    ...(closeAfterMs === null ? {} : { closeAfterMs }),
    events: events.map(readEvent),
  }));

const readPath = (kind: PricePath['kind'], points: GeneratorMarket['waypoints']): PricePath =>
  kind === 'waypoints' ? { kind, points } : { kind };

function readEvent({ afterMs, kind, forMs, spread, size, value }: GeneratorEvent): GeneratedEvent {
  const time = { afterMs, ...(forMs === null ? {} : { forMs }) };
  switch (kind) {
    case 'widen':
      return { ...time, kind, spread: Math.ceil(spread! / 100) * 100 };
    case 'thin':
      return { ...time, kind, size: size! };
    case 'settle':
      return { afterMs, kind, value: value! };
    case 'close':
      return { afterMs, kind };
    default:
      return { ...time, kind };
  }
}
