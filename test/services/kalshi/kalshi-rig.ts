import type { Side } from '../../../src/domain/market.ts';
import { ONE_DOLLAR, type Price, type Quantity } from '../../../src/domain/money.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import { ExchangeLink, KEY_ID } from '../../support/exchange-link.ts';
import type { VenueRig } from '../venue-contract.ts';

const NOON = Date.UTC(2026, 10, 23, 17);
const MARKET = 'KXGAME-26NOV29-AAA';

/** Kalshi's adapter over the practice exchange, as the contract suite moves it. */
export async function openKalshiRig(streaming: boolean): Promise<VenueRig> {
  const clock = new VirtualClock(NOON);
  const link = new ExchangeLink(clock, {
    markets: [{ ticker: MARKET, closeAt: NOON + 86_400_000 }],
    accounts: [
      { account: 'tests', keys: [{ keyId: KEY_ID }], balance: 1_000_000_000, tier: 'prestige', holdings: [] },
    ],
  });
  const venue = link.venue({ streaming });
  const trade = (side: Side, isBuying: boolean, count: Quantity, price: Price): void => {
    link.act({
      ...{ type: 'hand.trade', account: 'tests', ticker: MARKET, count },
      side: (side === 'yes') === isBuying ? 'bid' : 'ask',
      price: side === 'yes' ? price : ONE_DOLLAR - price,
    });
  };
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    await settled();
    while (clock.fireNext(until)) await settled();
    clock.moveTo(until);
  };
  await pass(0);
  return {
    venue,
    market: MARKET,
    show: async (bids, asks) => {
      link.act({ type: 'book.set', ticker: MARKET, bids, asks });
      await pass(1_000);
    },
    hold: async (side, quantity, cost) => {
      trade(side, true, quantity, cost / quantity);
      await pass(1_000);
    },
    sellByHand: async (side, quantity) => {
      trade(side, false, quantity, 5_000);
      await pass(1_000);
    },
    status: async (status) => {
      if (status === 'paused') link.act({ type: 'market.pause', ticker: MARKET });
      if (status === 'closed') link.act({ type: 'market.moveClose', ticker: MARKET, closeAt: clock.now() });
      if (typeof status === 'object')
        link.act({ type: 'market.settle', ticker: MARKET, value: status.settledAt });
      await pass(1_000);
    },
    pass,
    now: () => clock.now(),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
