import type { MarketInfo } from '../../../src/domain/market.ts';
import { plainMarket } from '../../../src/services/venues/paper/book-source.ts';
import type { VenueRig } from '../venue-contract.ts';
import { PaperExchange } from './paper-exchange.ts';

/** The paper venue as the contract suite moves it. */
export async function openPaperRig(): Promise<VenueRig> {
  const exchange = await PaperExchange.open();
  const { clock, venue } = exchange;
  const change = (info: Partial<MarketInfo>) =>
    venue.advance({ at: clock.now(), books: [], markets: [{ ...plainMarket('A'), ...info }] });
  return {
    venue,
    market: 'A',
    show: (bids, asks) => exchange.show(bids, asks),
    hold: (side, quantity, cost) => venue.credit('A', side, quantity, cost),
    sellByHand: (side, quantity) => venue.credit('A', side, -quantity, 0),
    status: async (status) => {
      if (typeof status === 'object') await change({ status: 'settled', settlementValue: status.settledAt });
      else await change({ status });
    },
    pass: async (ms) => {
      clock.moveTo(clock.now() + ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
    now: () => clock.now(),
  };
}
