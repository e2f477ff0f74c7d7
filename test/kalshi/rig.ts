import type { Priority } from '../../src/domain/method.ts';
import {
  amount,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  ONE_DOLLAR,
  type Quantity,
} from '../../src/domain/money.ts';
import { remaining } from '../../src/domain/position.ts';
import type { ErrorBody } from '../../src/exchange/actions.ts';
import type { HoldingSpec, LevelSpec, MarketSpec } from '../../src/exchange/exchange.ts';
import { KEY_ID } from '../support/exchange-link.ts';
import { audit } from '../support/kalshi-audit.ts';
import { KalshiWorld, type KalshiWorldOptions, START } from '../support/kalshi-world.ts';

export const A = 'KXGAME-26NOV29-AAA';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const BOTH_MODES = [
  ['polling', false],
  ['streaming', true],
] as const;

/** A request that places an order, and one that cancels one. */
export const PLACE = { method: 'POST', path: '/portfolio/events/orders$' };
export const CANCEL = { method: 'DELETE', path: '/portfolio/events/orders/' };

/** Of $0.50 and $0.51, deep. */
export const aMarket = (overrides: Partial<MarketSpec> = {}): MarketSpec => ({
  ticker: A,
  closeAt: START + DAY,
  volume: 1_000_000,
  bids: [[5000, 100_000]],
  asks: [[5100, 100_000]],
  ...overrides,
});

/** 10 contracts of A bought at $0.50. */
export const aHolding = (overrides: Partial<HoldingSpec> = {}): HoldingSpec => ({
  ticker: A,
  side: 'yes',
  count: 1_000,
  price: 5_000,
  ...overrides,
});

/** A world in which what is held is under watch. */
export async function watching(options: Partial<KalshiWorldOptions> = {}): Promise<KalshiWorld> {
  const { markets = [aMarket()], holdings = [aHolding()], ...more } = options;
  const world = await KalshiWorld.open({ markets, holdings, ...more });
  const isWatched = () =>
    world.positions().length === holdings.length &&
    world.positions().every(({ quotedAt }) => quotedAt !== null);
  return world.passUntil(isWatched, 130, 'all holdings under watch');
}

export function show(
  world: KalshiWorld,
  bids: readonly LevelSpec[],
  asks: readonly LevelSpec[],
  ticker: string = A,
): void {
  world.act({ type: 'book.set', ticker, bids, asks });
}

/** $0.40 and $0.41, deep: 20 % under the entry, so the stop loss triggers on the next quote. */
export const crash = (world: KalshiWorld, size: Quantity = 100_000): void =>
  show(world, [[4000, size]], [[4100, 100_000]]);

/** An operator's exit, which no condition calls off. */
export function forceExit(
  world: KalshiWorld,
  priority: Priority,
  { market = A, quantity = null }: { market?: string; quantity?: Quantity | null } = {},
): void {
  const event = { type: 'operator.exit', quantity, priority, note: null, at: world.clock.now() } as const;
  for (const { id } of world.positions().filter((position) => position.market === market))
    world.postern.post('watch', { type: 'position.event', positionId: id, event });
}

const IN_FORCE: Record<string, string> = { immediate_or_cancel: 'ioc', good_till_canceled: 'gtc' };

const withoutInstance = (clientId: string): string => clientId.replace(/^pworld-/, '');

/**
 * The orders that reached the exchange, as "a1x1-1 ask 10.00 at 0.3300 ioc reduce-only maker: accepted"; refusals with
 * their code.
 */
export const sent = (world: KalshiWorld): string[] =>
  world.link.exchange
    .truth()
    .writes.filter(({ method }) => method === 'POST')
    .map(({ body, outcome, code }) => {
      const order = JSON.parse(body);
      const terms = `${order.side} ${order.count} at ${order.price} ${IN_FORCE[order.time_in_force]}`;
      const guards = `${order.reduce_only ? 'reduce-only ' : ''}${order.self_trade_prevention_type}`;
      return `${withoutInstance(order.client_order_id)} ${terms} ${guards}: ${code ?? outcome}`;
    });

/** The client ids of the orders that reached the exchange, each as often as it did. */
export const sentIds = (world: KalshiWorld): string[] =>
  world.link.exchange
    .truth()
    .writes.filter(({ method }) => method === 'POST')
    .flatMap(({ clientIds }) => clientIds.map(withoutInstance));

/** Cancels as the exchange took them: "accepted", or the refusal's code. */
export const cancels = (world: KalshiWorld): string[] =>
  world.link.exchange
    .truth()
    .writes.filter(({ method }) => method === 'DELETE')
    .map(({ code, outcome }) => code ?? outcome);

/** Our orders at the exchange: "a1x1-1 10.00 of 10.00 at 0.4000 executed". */
export const ourOrders = (world: KalshiWorld): string[] =>
  ordersOf(world)
    .filter(({ clientId }) => clientId?.startsWith('pworld-'))
    .map(
      ({ clientId, filled, initial, price, status }) =>
        `${withoutInstance(clientId!)} ${formatQuantity(filled)} of ${formatQuantity(initial)} at ${formatPrice(price)} ${status}`,
    );

/** What each exit of ours sold by the exchange's books, before fees: "a1x1 10.00 for 4.000000". */
export function sales(world: KalshiWorld): string[] {
  const { orders, fills } = world.link.exchange.truth().accounts.tests!;
  const sold = new Map<string, { count: Quantity; proceeds: Money }>();
  for (const { orderId, side, price, count } of fills) {
    const clientId = orders.find(({ id }) => id === orderId)?.clientId;
    if (!clientId?.startsWith('pworld-')) continue;
    const exit = withoutInstance(clientId).replace(/-\d+$/, '');
    const before = sold.get(exit) ?? { count: 0, proceeds: 0 };
    const proceeds = amount(side === 'ask' ? price : ONE_DOLLAR - price, count);
    sold.set(exit, { count: before.count + count, proceeds: before.proceeds + proceeds });
  }
  return [...sold].map(
    ([exit, { count, proceeds }]) => `${exit} ${formatQuantity(count)} for ${formatMoney(proceeds)}`,
  );
}

/** Orders that people placed: "web-1 canceled". */
export const othersOrders = (world: KalshiWorld): string[] =>
  ordersOf(world)
    .filter(({ clientId }) => clientId?.startsWith('web-'))
    .map(({ clientId, status, reason }) => `${clientId} ${status}${reason === null ? '' : ` ${reason}`}`);

const ordersOf = (world: KalshiWorld) => world.link.exchange.truth().accounts.tests!.orders;

/** The exchange's id of our order, by its id without the instance. */
export function orderId(world: KalshiWorld, id: string): string {
  const order = ordersOf(world).find(({ clientId }) => clientId === `pworld-${id}`);
  if (!order) throw new Error(`no order ${id} at the exchange; there are ${ourOrders(world).join(', ')}`);
  return order.id;
}

/** Money that our sales brought in after fees, by the ledger. */
export const earned = async (world: KalshiWorld): Promise<string> => {
  const all = [
    ...(await world.store.positions({ closed: false })),
    ...(await world.store.positions({ closed: true })),
  ];
  return formatMoney(all.reduce((sum, { proceeds, fees, settled }) => sum + proceeds - fees + settled, 0));
};

/**
 * How it ended: what the account holds of a market (0.01, signed), what became of each position ("closed sold",
 * "failed 4.00 left"), and what the books of Postern and the exchange disagree on.
 */
export async function ending(world: KalshiWorld, market: string = A) {
  const closed = await world.store.positions({ closed: true });
  const open = await world.store.positions({ closed: false });
  return {
    held: world.held(market),
    positions: [
      ...closed.map(({ id, closeReason }) => `${id} closed: ${closeReason}`),
      ...open.map(
        (position) => `${position.id} ${position.phase}: ${formatQuantity(remaining(position))} left`,
      ),
    ],
    differences: await audit(world),
  };
}

export const CLOSED = { held: 0, positions: ['a1 closed: sold'], differences: [] };

export const GAVE_UP = { held: 1000, positions: ['a1 open: 10.00 left'], differences: [] };

export const nested = (code: string, message: string = code): ErrorBody => ({
  envelope: 'nested',
  code,
  message,
});

/** Time passes until the exchange has been sent so many orders. */
export const whenSent = (world: KalshiWorld, orders: number): Promise<KalshiWorld> =>
  world.passUntil(() => sent(world).length >= orders, 120, `order ${orders} sent`);

/** So many timers fire, each with all that follows from it. */
export async function step(world: KalshiWorld, times: number): Promise<void> {
  await world.settle();
  for (let left = times; left > 0 && world.clock.fireNext(Number.MAX_SAFE_INTEGER); left -= 1)
    await world.settle();
}

/** Alerts without those of the stream, which only one of the two modes has. */
export const alertsButStream = (world: KalshiWorld): string[] =>
  world.alerts.filter((alert) => !alert.includes('stream_lost'));

/** Which of them were raised. */
export const raised = (world: KalshiWorld): string[] =>
  alertsButStream(world).filter((alert) => alert.startsWith('raised '));

/** The same without an order whose fate stayed open for a minute, which slow reads and outages bring about. */
export const raisedButDoubt = (world: KalshiWorld): string[] =>
  raised(world).filter((alert) => !alert.includes('order_in_doubt'));

export const FAILED = { held: 1000, positions: ['a1 failed: 10.00 left'], differences: [] };

/** An order of the account that our program knows nothing of, though it bears an id of ours. */
export function placeUnderOurId(world: KalshiWorld, order: Record<string, string>): void {
  const reply = world.link.exchange.handle(
    {
      method: 'POST',
      target: '/trade-api/v2/portfolio/events/orders',
      headers: { 'kalshi-access-key': KEY_ID },
      body: JSON.stringify({
        ...{ ticker: A, time_in_force: 'good_till_canceled', self_trade_prevention_type: 'maker' },
        ...order,
      }),
    },
    world.clock.now(),
  );
  if (reply.kind !== 'answer' || reply.response.status !== 201) throw new Error(JSON.stringify(reply));
}
