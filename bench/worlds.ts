import { adoptPosition } from '../src/domain/adoption.ts';
import type { MarketInfo } from '../src/domain/market.ts';
import { CENT_GRID } from '../src/domain/market.ts';
import type { Method } from '../src/domain/method.ts';
import type { Position } from '../src/domain/position.ts';
import { loadConfig } from '../src/services/config/load-config.ts';
import { assignVersions, methodsOf } from '../src/services/config/methods.ts';

export const config = loadConfig({ file: null, env: {} });
export const methods: Method[] = assignVersions(methodsOf(config), []);
export const method = methods[0]!;

export const openMarket = (market: string): MarketInfo => ({
  market,
  status: 'open',
  closeTime: null,
  expectedExpiration: null,
  volume24h: 500_000,
  grid: CENT_GRID,
  settlementValue: null,
});

/** A lot of `market` bought at 0.50 by default. */
export const lot = (id: string, market: string, at: number, price = 5_000): Position =>
  adoptPosition({
    id,
    market,
    side: Number(id.slice(-1)) % 2 === 0 ? 'yes' : 'no',
    quantity: 10_000,
    cost: price * 10_000,
    entryFees: 0,
    openedAt: at,
    confidence: 'medium',
    modelProbability: null,
    modelAt: null,
    method,
    at,
  });
