import { expect, it } from 'vitest';
import { Exchange } from '../../src/exchange/exchange.ts';

const NOON = Date.UTC(2026, 10, 23, 17);

it('what was put off and can not happen any more keeps nothing else from happening', () => {
  const exchange = new Exchange({
    at: NOON,
    markets: [
      { ticker: 'KXA-1', closeAt: NOON + 86_400_000 },
      { ticker: 'KXA-2', closeAt: NOON + 86_400_000 },
    ],
    accounts: [],
  });
  for (const ticker of ['KXA-1', 'KXA-2'])
    exchange.act({ type: 'later', at: NOON + 5_000, action: { type: 'market.pause', ticker } }, NOON);
  exchange.act({ type: 'market.settle', ticker: 'KXA-1', value: 10_000 }, NOON);
  exchange.advance(NOON + 5_000);
  const { markets } = exchange.truth();
  expect([markets['KXA-1']?.status, markets['KXA-2']?.status]).toEqual(['finalized', 'inactive']);
});
