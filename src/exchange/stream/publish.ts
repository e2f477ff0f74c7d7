import type { Happening } from '../happenings.ts';
import type { Order } from '../records.ts';
import type { World } from '../world.ts';
import {
  renderDelta,
  renderFeeUpdate,
  renderFillMessage,
  renderLifecycle,
  renderOrderMessage,
  renderPositionMessage,
  renderTicker,
  renderTrade,
} from './messages.ts';
import { sendMessage } from './outbox.ts';
import type { Channel, Connection, Subscription } from './stream-state.ts';

/** Tells every subscription what has happened since the last time. */
export function publish(world: World, at: number): void {
  const { happenings } = world;
  if (happenings.length === 0) return;
  world.happenings = [];
  const connections = Object.values(world.stream.connections);
  if (connections.length === 0) {
    world.stream.lastTickers = {};
    return;
  }
  for (const happening of withoutRepeats(happenings))
    for (const connection of connections)
      for (const subscription of connection.subscriptions)
        tell(world, connection, subscription, happening, at);
  publishTickers(world, connections, happenings, at);
}

/** Of an order's states within one step the last alone is told. */
function withoutRepeats(happenings: readonly Happening[]): Happening[] {
  const last = new Map<string, Order>();
  for (const happening of happenings)
    if (happening.kind === 'order') last.set(happening.order.id, happening.order);
  return happenings.filter(
    (happening) => happening.kind !== 'order' || last.get(happening.order.id) === happening.order,
  );
}

function tell(
  world: World,
  connection: Connection,
  subscription: Subscription,
  happening: Happening,
  at: number,
): void {
  const send = (channel: Channel, ticker: string, type: string, render: () => unknown) => {
    if (subscription.channel !== channel || !(subscription.tickers?.includes(ticker) ?? true)) return;
    sendMessage(world, connection, subscription, type, render(), at);
  };
  const isOwn = (record: { account: string; subaccount: number }) =>
    record.account === connection.account &&
    (connection.subaccount === null || connection.subaccount === record.subaccount);

  switch (happening.kind) {
    case 'book':
      return send('orderbook_delta', happening.ticker, 'orderbook_delta', () =>
        renderDelta(world, happening, subscription.useYesPrice, connection.account),
      );
    case 'trade':
      return send('trade', happening.trade.ticker, 'trade', () => renderTrade(happening.trade));
    case 'fill': {
      const { fill, clientId, positionAfter } = happening;
      if (isOwn(fill))
        send('fill', fill.ticker, 'fill', () => renderFillMessage(world, fill, clientId, positionAfter));
      return;
    }
    case 'order': {
      const { order } = happening;
      if (isOwn(order))
        send('user_orders', order.ticker, 'user_order', () => renderOrderMessage(world, order));
      return;
    }
    case 'position': {
      const { account, subaccount, ticker, position } = happening;
      if (isOwn(happening))
        send('market_positions', ticker, 'market_position', () =>
          renderPositionMessage(world, account, subaccount, ticker, position),
        );
      return;
    }
    case 'lifecycle': {
      const { event, market } = happening;
      const channel = lifecycleChannel(market.ticker);
      return send(channel, market.ticker, channel, () => renderLifecycle(event, market, at));
    }
    case 'fees': {
      const event = happening.change.event!;
      return send(lifecycleChannel(event), event, 'event_fee_update', () =>
        renderFeeUpdate(happening.change),
      );
    }
  }
}

const lifecycleChannel = (ticker: string): Channel =>
  ticker.startsWith('KXMVE') ? 'multivariate_market_lifecycle' : 'market_lifecycle_v2';

/** One ticker message per market whose top or totals are not what was last told. */
function publishTickers(
  world: World,
  connections: readonly Connection[],
  happenings: readonly Happening[],
  at: number,
): void {
  const lastSizes = new Map<string, number>();
  for (const happening of happenings) {
    if (happening.kind === 'book' && !lastSizes.has(happening.ticker)) lastSizes.set(happening.ticker, 0);
    if (happening.kind === 'trade') lastSizes.set(happening.trade.ticker, happening.trade.count);
  }
  for (const [ticker, lastTradeSize] of lastSizes) {
    const message = renderTicker(world, ticker, lastTradeSize, at);
    const { ts_ms: _, last_trade_size_fp: __, ...shown } = message;
    const text = JSON.stringify(shown);
    if (world.stream.lastTickers[ticker] === text) continue;
    world.stream.lastTickers[ticker] = text;
    for (const connection of connections)
      for (const subscription of connection.subscriptions)
        if (subscription.channel === 'ticker' && (subscription.tickers?.includes(ticker) ?? true))
          sendMessage(world, connection, subscription, 'ticker', message, at);
  }
}
