/** What the practice exchange answers to each question that the adapter asks, and says on its stream. */
import type { z } from 'zod';
import { VirtualClock } from '../../src/services/clock.ts';
import {
  accountLimitsAnswer,
  apiKeysAnswer,
  endpointCostsAnswer,
  exchangeStatusAnswer,
} from '../../src/services/venues/kalshi/wire/account.ts';
import { orderbooksAnswer } from '../../src/services/venues/kalshi/wire/books.ts';
import { fillsAnswer } from '../../src/services/venues/kalshi/wire/fills.ts';
import { marketsAnswer, seriesAnswer } from '../../src/services/venues/kalshi/wire/markets.ts';
import { createAnswer, orderAnswer, ordersAnswer } from '../../src/services/venues/kalshi/wire/orders.ts';
import {
  balanceAnswer,
  positionsAnswer,
  userDataTimestampAnswer,
} from '../../src/services/venues/kalshi/wire/portfolio.ts';
import { maintenanceAnswer } from '../../src/services/venues/kalshi/wire/schedule.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { START } from '../support/kalshi-world.ts';
import type { Json } from './mutations.ts';

const DAY = 86_400_000;
const A = 'KXGAME-26NOV29-AAA';
const B = 'KXGAME-26NOV29-BBB';

export interface RealAnswer {
  name: string;
  schema: z.ZodType;
  body: Json;
}

/** Two markets, one of them held and left in part, an order that rests and one that was filled at once. */
export function realAnswers(): RealAnswer[] {
  const link = openLink();
  const ask = (method: string, path: string, body = ''): Json => {
    const target = `/trade-api/v2${path}`;
    const headers = { 'kalshi-access-key': KEY_ID };
    const reply = link.exchange.handle({ method, target, headers, body }, START);
    if (reply.kind !== 'answer' || reply.response.status >= 300)
      throw new Error(`${path}: ${JSON.stringify(reply)}`);
    return JSON.parse(reply.response.body);
  };
  const created = ask('POST', '/portfolio/events/orders', order('x-1', '0.6000', 'good_till_canceled'));
  const filled = ask('POST', '/portfolio/events/orders', order('x-2', '0.4900', 'immediate_or_cancel'));
  const id = (filled as { order_id: string }).order_id;
  const get = (name: string, path: string, schema: z.ZodType): RealAnswer => ({
    name,
    schema,
    body: ask('GET', path),
  });
  return [
    { name: 'an order taken', schema: createAnswer, body: created },
    { name: 'an order filled', schema: createAnswer, body: filled },
    get('books', `/markets/orderbooks?tickers=${A}&tickers=${B}`, orderbooksAnswer),
    get('markets', `/markets?tickers=${A},${B}`, marketsAnswer),
    get('a series', '/series/KXGAME', seriesAnswer),
    get('the status', '/exchange/status', exchangeStatusAnswer),
    get('the schedule', '/exchange/schedule', maintenanceAnswer),
    get('the as-of time', '/exchange/user_data_timestamp', userDataTimestampAnswer),
    get('positions', '/portfolio/positions?limit=1000', positionsAnswer),
    get('orders', '/portfolio/orders?limit=1000', ordersAnswer),
    get('an order', `/portfolio/orders/${id}`, orderAnswer),
    get('fills', `/portfolio/fills?ticker=${A}`, fillsAnswer),
    get('the balance', '/portfolio/balance', balanceAnswer),
    get('the limits', '/account/limits', accountLimitsAnswer),
    get('the costs', '/account/endpoint_costs', endpointCostsAnswer),
    get('the keys', '/api_keys', apiKeysAnswer),
  ];
}

/** A frame of each kind that the stream brings while a position is sold. */
export function realFrames(): string[] {
  const link = openLink();
  const frames: string[] = [];
  const headers = { 'kalshi-access-key': KEY_ID };
  const opened = link.exchange.connect(
    { method: 'GET', target: '/trade-api/ws/v2', headers, body: '' },
    START,
  );
  if (!('connectionId' in opened)) throw new Error('no connection');
  const channels = ['orderbook_delta', 'user_orders', 'fill', 'market_positions', 'market_lifecycle_v2'];
  for (const [id, channel] of channels.entries()) {
    const params = { channels: [channel], ...(id === 0 ? { market_tickers: [A, B] } : {}) };
    link.exchange.receive(
      opened.connectionId,
      JSON.stringify({ id: id + 1, cmd: 'subscribe', params }),
      START,
    );
  }
  link.exchange.receive(opened.connectionId, '{"id":9,"cmd":"nonsense"}', START);
  for (const [id, inForce] of [
    ['x-1', 'good_till_canceled'],
    ['x-2', 'immediate_or_cancel'],
  ] as const)
    link.exchange.handle(
      {
        method: 'POST',
        target: '/trade-api/v2/portfolio/events/orders',
        headers,
        body: order(id, '0.4900', inForce),
      },
      START,
    );
  link.exchange.act({ type: 'market.pause', ticker: A }, START);
  for (let at = START; at <= START + 5_000; at += 100) {
    link.exchange.advance(at);
    for (const { frame } of link.exchange.takeFrames(at)) if (frame.type === 'text') frames.push(frame.text);
  }
  const ofKind = new Map(frames.map((text) => [JSON.parse(text).type as string, text]));
  return [...ofKind.values()];
}

const openLink = (): ExchangeLink =>
  new ExchangeLink(new VirtualClock(START), {
    markets: [A, B].map((ticker) => ({
      ...{ ticker, closeAt: START + DAY, volume: 1_000_000 },
      ...{
        bids: [
          [5000, 700],
          [4900, 100_000],
        ],
        asks: [
          [5100, 100_000],
          [5200, 100_000],
        ],
      },
    })),
    accounts: [
      {
        ...{ account: 'tests', keys: [{ keyId: KEY_ID }], balance: 10_000_000_000 },
        holdings: [{ ticker: A, side: 'yes', count: 3_000, price: 5_000 }],
      },
    ],
  });

const order = (client_order_id: string, price: string, time_in_force: string): string =>
  JSON.stringify({
    ...{ ticker: A, client_order_id, side: 'ask', count: '10.00', price, time_in_force },
    self_trade_prevention_type: 'maker',
  });
