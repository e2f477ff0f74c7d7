import type { ActResult, MarketAction } from '../actions.ts';
import { addMarket } from '../markets/add-market.ts';
import {
  activateMarket,
  amendOutcome,
  changeMarket,
  determineMarket,
  disputeMarket,
  finalizeMarket,
  moveClose,
  pauseMarket,
} from '../markets/market-life.ts';
import type { MarketStatus } from '../specs.ts';
import { cancelResting } from '../trading/mass-cancel.ts';
import type { World } from '../world.ts';

const UNDETERMINED: readonly MarketStatus[] = ['initialized', 'active', 'inactive', 'closed'];
const UNSETTLED: readonly MarketStatus[] = ['determined', 'disputed', 'amended'];

/** What happens to a market. Throws a RangeError when its status does not allow it. */
export function performMarket(world: World, action: MarketAction, at: number): ActResult {
  if (action.type === 'market.add') {
    const market = addMarket(world, action.market, at);
    world.happenings.push({ kind: 'lifecycle', at, event: 'created', market });
    return {};
  }
  const { ticker } = action;
  const status = world.markets[ticker]?.status;
  if (status === undefined) throw new RangeError(`there is no market ${ticker}`);
  const require = (allowed: readonly MarketStatus[]) => {
    if (!allowed.includes(status)) throw new RangeError(`${action.type} on ${ticker}, which is ${status}`);
  };
  switch (action.type) {
    case 'market.pause':
      require(['active']);
      pauseMarket(world, ticker, at);
      break;
    case 'market.activate':
      require(['initialized', 'inactive']);
      activateMarket(world, ticker, at);
      break;
    case 'market.moveClose':
      require(UNDETERMINED);
      moveClose(world, ticker, action.closeAt, at);
      break;
    case 'market.wipeResting':
      cancelResting(
        world,
        ticker,
        'HaltCancel',
        at,
        (order) => (action.account ?? order.account) === order.account,
      );
      break;
    case 'market.setGrid': {
      const { priceRanges, priceLevelStructure = world.markets[ticker]!.priceLevelStructure } = action;
      const event = 'price_level_structure_updated';
      changeMarket(world, ticker, { priceRanges, priceLevelStructure }, at, event);
      break;
    }
    case 'market.setShard': {
      const { exchangeIndex } = action;
      world.shards[exchangeIndex] ??= { exchangeActive: true, tradingActive: true };
      changeMarket(world, ticker, { exchangeIndex }, at, 'metadata_updated');
      break;
    }
    case 'market.determine':
      require(UNDETERMINED);
      determineMarket(world, ticker, action.value, at);
      break;
    case 'market.dispute':
      require(['determined', 'amended']);
      disputeMarket(world, ticker, at);
      break;
    case 'market.amendOutcome':
      require(UNSETTLED);
      amendOutcome(world, ticker, action.value, at);
      break;
    case 'market.settle':
      require([...UNDETERMINED, ...UNSETTLED]);
      if (UNDETERMINED.includes(status)) determineMarket(world, ticker, action.value, at);
      else if (world.markets[ticker]!.settlementValue !== action.value)
        amendOutcome(world, ticker, action.value, at);
      finalizeMarket(world, ticker, at);
  }
  return {};
}
