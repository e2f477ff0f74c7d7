import { Exchange, type ExchangeOptions, type HoldingSpec, type MarketSpec } from '../exchange/exchange.ts';
import { bookAt } from './market-maker.ts';
import { GRIDS, type Scenario, type ScenarioHolding, type ScenarioMarket } from './scenario.ts';

/** The one account of a practice exchange. */
export const ACCOUNT = 'practice';
export const KEY_ID = 'practice-key-0001';

const MONTH_MS = 30 * 86_400_000;

/** The exchange at the beginning of a scenario; `publicKey` (PEM) verifies the practice account's signatures. */
export const openExchange = (scenario: Scenario, publicKey: string, at: number): Exchange =>
  new Exchange(exchangeOptions(scenario, publicKey, at));

function exchangeOptions(scenario: Scenario, publicKey: string, at: number): ExchangeOptions {
  const { cash, tier, holdings } = scenario.account;
  const key = { keyId: KEY_ID, publicKey, name: 'practice', scopes: ['read', 'write::trade'] };
  return {
    at,
    series: scenario.series.map(({ series, title, category, feeType, feeMultiplier }) => ({
      ticker: series,
      feeType,
      feeMultiplier,
      ...(title === null ? {} : { title }),
      ...(category === null ? {} : { category }),
    })),
    markets: scenario.markets.map((market) => marketSpec(market, at)),
    accounts: [
      {
        account: ACCOUNT,
        keys: [key],
        balance: cash,
        tier,
        holdings: holdings.map((holding) => holdingSpec(holding, at)),
      },
    ],
  };
}

function marketSpec(market: ScenarioMarket, at: number): MarketSpec {
  const { title, closeAfterMs, expectedExpirationAfterMs } = market;
  return {
    ticker: market.market,
    closeAt: at + (closeAfterMs ?? MONTH_MS),
    exchangeIndex: market.shard,
    priceLevelStructure: market.grid,
    priceRanges: GRIDS[market.grid],
    settlementTimerSeconds: market.settlementTimerSeconds,
    volume: market.volume,
    lastPrice: market.startPrice,
    ...(title === null ? {} : { title }),
    ...(expectedExpirationAfterMs === null ? {} : { expectedExpirationAt: at + expectedExpirationAfterMs }),
    ...bookAt(market, 0),
  };
}

const holdingSpec = (holding: ScenarioHolding, at: number): HoldingSpec => ({
  ticker: holding.market,
  side: holding.side,
  count: holding.quantity,
  price: holding.price,
  fills: holding.fills.map(({ agoMs, action, quantity, price }) => ({
    at: at - agoMs,
    action,
    price,
    count: quantity,
  })),
});
