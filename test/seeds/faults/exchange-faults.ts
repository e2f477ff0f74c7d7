/** What the exchange and the way to it do wrong. */
import { ONE_DOLLAR } from '../../../src/domain/money.ts';
import type { Action } from '../../../src/exchange/exchange.ts';
import { SECOND } from '../../support/domain-builders.ts';
import type { Draw } from '../draw.ts';
import { ACCOUNT, type Hour } from '../hour.ts';
import type { Strike } from './catalogue.ts';

const CREATE = { method: 'POST', path: '/portfolio/events/orders$' };
const CANCEL = { method: 'DELETE', path: '/portfolio/events/orders/' };
const READ = { method: 'GET', path: '/(portfolio|markets|exchange)/' };

const someRequest = (draw: Draw) => draw.pick([CREATE, CREATE, CANCEL, READ]);

/** How long an order at work may feel that its request went wrong. */
const ORDER_MS = 40 * SECOND;

const armed =
  (action: (draw: Draw) => Action): Strike =>
  (hour, draw) => {
    hour.act(action(draw));
    return ORDER_MS;
  };

const REFUSALS = [
  { status: 409, code: 'trading_is_paused' },
  { status: 400, code: 'invalid_order' },
  { status: 409, code: 'order_already_exists' },
  { status: 409, code: 'exchange_is_paused' },
  { status: 400, code: 'insufficient_balance' },
  { status: 409, code: 'market_closed' },
  { status: 500, code: 'internal_server_error' },
  { status: 503, code: 'service_unavailable' },
] as const;

export const EXCHANGE_FAULTS = {
  'answer lost': armed((draw) => ({
    type: 'fault.dropAnswer',
    match: { ...draw.pick([CREATE, CREATE, CANCEL]), times: draw.pick([1, 1, 3]) },
  })),
  'request lost': armed((draw) => ({
    type: 'fault.dropRequest',
    match: { ...someRequest(draw), times: draw.pick([1, 1, 4]) },
  })),
  'carried out late': armed((draw) => ({
    type: 'fault.carryOutLate',
    match: draw.pick([CREATE, CREATE, CANCEL]),
    afterMs: draw.between(1, 30) * SECOND,
  })),
  'carried out twice': armed((draw) => ({ type: 'fault.repeat', match: draw.pick([CREATE, CANCEL]) })),
  'answer delayed': armed((draw) => ({
    type: 'fault.delay',
    match: { ...someRequest(draw), times: draw.pick([1, 5]) },
    delayMs: draw.between(1, 150) * 100,
  })),
  'error page': armed((draw) => ({
    type: 'fault.html',
    match: { ...someRequest(draw), times: draw.pick([1, 3]) },
    status: draw.pick([500, 502, 503, 504]),
    carryOut: draw.chance(0.5),
  })),
  'too many requests': armed((draw) => ({
    type: 'fault.rateLimit',
    match: { ...someRequest(draw), times: draw.between(1, 8) },
  })),
  refused: armed((draw) => {
    const { status, code } = draw.pick(REFUSALS);
    return {
      type: 'fault.refuse',
      match: { ...CREATE, times: draw.pick([1, 1, 2, 15]) },
      status,
      error: { envelope: draw.pick(['nested', 'flat'] as const), code },
    };
  }),
  'refused though carried out': armed((draw) => ({
    type: 'fault.refuse',
    match: draw.pick([CREATE, CANCEL]),
    status: draw.pick([500, 503]),
    error: { envelope: 'nested', code: 'internal_server_error' },
    carryOut: true,
  })),
  'no order id': armed(() => ({ type: 'fault.trimAnswer', match: CREATE, fields: ['order_id'] })),
  'an answer about another order': armed(() => ({ type: 'fault.wobble' })),
  'filled before its cancel': armed((draw) => ({
    type: 'fault.fillInFlight',
    ...(draw.chance(0.5) ? { count: draw.between(1, 300) } : {}),
  })),
  'order hidden': armed((draw) => ({
    type: 'fault.hideOrder',
    account: ACCOUNT,
    times: draw.between(1, 4),
  })),
  'resting order taken': (hour, draw) => {
    const resting = hour.books().orders.filter(({ status }) => status === 'resting');
    if (resting.length === 0) return null;
    const { id, remaining } = draw.pick(resting);
    hour.act({ type: 'crowd.take', orderId: id, count: draw.between(1, remaining) });
    return 0;
  },
  'reads lag': (hour, draw) => {
    const lagMs = draw.between(1, 8) * SECOND;
    hour.act({ type: 'account.readLag', account: ACCOUNT, lagMs });
    const forMs = draw.between(10, 90) * SECOND;
    hour.clock.setTimeout(() => hour.act({ type: 'account.readLag', account: ACCOUNT, lagMs: 0 }), forMs);
    return forMs + lagMs + ORDER_MS;
  },
  'market paused': (hour, draw) => {
    const { ticker } = draw.pick(hour.scenario.plays);
    const forMs = draw.between(10, 90) * SECOND;
    hour.act({ type: 'market.pause', ticker });
    hour.clock.setTimeout(() => hour.act({ type: 'market.activate', ticker }), forMs);
    return forMs + ORDER_MS;
  },
  'trading halted': (hour, draw) => {
    const forMs = draw.between(5, 60) * SECOND;
    hour.act({ type: 'exchange.set', tradingActive: false });
    hour.clock.setTimeout(() => hour.act({ type: 'exchange.set', tradingActive: true }), forMs);
    return forMs + ORDER_MS;
  },
  'orders wiped': (hour, draw) => {
    hour.act({ type: 'market.wipeResting', ticker: draw.pick(hour.scenario.plays).ticker, account: ACCOUNT });
    return 0;
  },
  'book emptied': (hour, draw) => {
    hour.act({ type: 'book.set', ticker: draw.pick(hour.scenario.plays).ticker, bids: [], asks: [] });
    return 30 * SECOND;
  },
  'grid changed': (hour, draw) => {
    const priceRanges = [{ start: 0, end: ONE_DOLLAR, step: draw.pick([100, 50, 10]) }];
    hour.act({ type: 'market.setGrid', ticker: draw.pick(hour.scenario.plays).ticker, priceRanges });
    return 0;
  },
  'exchange gone': (hour, draw) => {
    const forMs = draw.between(2, 60) * SECOND;
    hour.link.isDown = true;
    hour.clock.setTimeout(() => {
      hour.link.isDown = false;
    }, forMs);
    return forMs + ORDER_MS;
  },
  settled: (hour, draw) => {
    if (!draw.chance(0.15)) return null;
    const { ticker } = draw.pick(hour.scenario.plays);
    const value = draw.pick([0, ONE_DOLLAR, 3_300]);
    if (draw.chance(0.5)) hour.act({ type: 'market.moveClose', ticker, closeAt: hour.clock.now() + 1_000 });
    hour.clock.setTimeout(
      () => hour.act({ type: 'market.settle', ticker, value }),
      draw.between(1, 60) * SECOND,
    );
    return 60 * SECOND;
  },
} satisfies Record<string, Strike>;

export function endExchangeFaults(hour: Hour): void {
  hour.act({ type: 'fault.clear' });
}
