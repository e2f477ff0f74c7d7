import { ONE_CONTRACT } from '../../../domain/money.ts';
import type { GeneratorEvent, GeneratorMarket } from '../../config/schema-generator.ts';
import type { GeneratedEvent, GeneratedMarketSpec, PricePath } from './generator.ts';

/** A Fraction (1e-6) as a Price (1e-4 $). */
const PRICE_PER_FRACTION = 1 / 100;

/** A market of the configuration as the generator takes it. */
export function generatedMarket(market: GeneratorMarket): GeneratedMarketSpec {
  const { closeAfterMs } = market;
  const events = market.events.map(generatedEvent);
  const closes = events.some(({ kind }) => kind === 'close');
  if (closeAfterMs !== null && !closes) events.push({ afterMs: closeAfterMs, kind: 'close' });
  // The generator draws whole contracts; a smaller size is what its levels show at most.
  if (market.size < ONE_CONTRACT) events.unshift({ afterMs: 0, kind: 'thin', size: market.size });
  return {
    market: market.market,
    start: market.startPrice,
    path: generatedPath(market),
    volatility: (market.volatility ?? 0) * PRICE_PER_FRACTION,
    spread: market.spread,
    levels: market.levels,
    size: market.size,
    volume24h: market.volume24h,
    ...(closeAfterMs === null ? {} : { closeAfterMs }),
    events,
  };
}

const generatedPath = ({ path, waypoints }: GeneratorMarket): PricePath =>
  path === 'waypoints' ? { kind: path, points: waypoints } : { kind: path };

function generatedEvent({ afterMs, kind, forMs, spread, size, value }: GeneratorEvent): GeneratedEvent {
  const lasting = forMs === null ? {} : { forMs };
  switch (kind) {
    case 'widen':
      return { afterMs, kind, spread: spread!, ...lasting };
    case 'thin':
      return { afterMs, kind, size: size!, ...lasting };
    case 'settle':
      return { afterMs, kind, value: value! };
    case 'close':
      return { afterMs, kind };
    default:
      return { afterMs, kind, ...lasting };
  }
}
