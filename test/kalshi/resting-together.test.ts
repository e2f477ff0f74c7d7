import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderRef, OrderRequest, PlaceAnswer } from '../../src/actors/ports.ts';
import type { Quantity } from '../../src/domain/money.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import type { KalshiVenue } from '../../src/services/venues/kalshi/kalshi-venue.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { START } from '../support/kalshi-world.ts';
import { A, aHolding, aMarket, PLACE } from './rig.ts';

const FOREVER = START + 3_600_000;

/** 10.00 are held. */
describe('orders that rest side by side', () => {
  let clock: VirtualClock;
  let link: ExchangeLink;
  let venue: KalshiVenue;

  beforeEach(() => {
    clock = new VirtualClock(START);
    link = new ExchangeLink(clock, {
      markets: [aMarket()],
      accounts: [
        { account: 'tests', keys: [{ keyId: KEY_ID }], balance: 1_000_000_000, holdings: [aHolding()] },
      ],
    });
    venue = link.venue({ ownPrefix: 'p' });
  });
  afterEach(() => venue.close());

  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  async function answerOf<T>(answer: Promise<T>): Promise<T> {
    let said: { answer: T } | null = null;
    void answer.then((value) => {
      said = { answer: value };
    });
    await settle();
    while (said === null && clock.fireNext(FOREVER)) await settle();
    return said!.answer;
  }

  async function pass(ms: number): Promise<void> {
    let isOver = false;
    clock.setTimeout(() => {
      isOver = true;
    }, ms);
    await settle();
    while (!isOver && clock.fireNext(FOREVER)) await settle();
  }

  async function beginAnotherLife(): Promise<void> {
    await venue.close();
    venue = link.venue({ ownPrefix: 'p' });
  }

  const order = (clientId: string, quantity: Quantity): OrderRequest => ({
    ...{ clientId, market: A, side: 'yes', action: 'sell', timeInForce: 'gtc', limitPrice: 6_000, quantity },
  });
  const refOf = (clientId: string, remaining: Quantity): OrderRef => ({
    ...order(clientId, remaining),
    ...{ venueOrderId: null, remaining, priority: 'LOW', placedAt: START },
  });
  const word = (answer: PlaceAnswer): string => (answer.kind === 'rejected' ? answer.code : answer.kind);
  const place = async (clientId: string, quantity: Quantity): Promise<string> =>
    word(await venue.place(order(clientId, quantity), { priority: 'LOW', sendBy: FOREVER }));
  const sellAtOnce = async (clientId: string, quantity: Quantity): Promise<string> => {
    const terms: OrderRequest = { ...order(clientId, quantity), timeInForce: 'ioc', limitPrice: 5_000 };
    return word(await venue.place(terms, { priority: 'CRITICAL', sendBy: FOREVER }));
  };
  const held = (): Quantity => link.exchange.truth().accounts.tests!.positions[A] ?? 0;
  const offered = (): Quantity =>
    link.exchange
      .truth()
      .accounts.tests!.orders.filter(({ status }) => status === 'resting')
      .reduce((sum, { remaining }) => sum + remaining, 0);

  it('do not count on the same contracts when they look at the same moment: the first one goes', async () => {
    const words = await answerOf(Promise.all([place('p1', 600), place('p2', 600), place('p3', 400)]));
    expect(words).toEqual(['accepted', 'not_held', 'accepted']);
    expect(offered()).toBe(1_000);
  });

  it('are counted while no read shows them yet, and no longer than they may sell', async () => {
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 8_000 });
    expect(await answerOf(place('p1', 600))).toBe('accepted');
    expect(await answerOf(place('p2', 600))).toBe('not_held');
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 0 });
    const ref = refOf('p1', 600);
    expect(await answerOf(venue.cancel(ref))).toMatchObject({
      kind: 'found',
      order: { status: 'cancelled' },
    });
    expect(await answerOf(place('p3', 1_000))).toBe('accepted');
    expect(offered()).toBe(1_000);
  });

  it('count what an order of an earlier life may still sell, while no read shows how it stands', async () => {
    expect(await answerOf(place('p1', 600))).toBe('accepted');
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 8_000 });
    await beginAnotherLife();
    const query = venue.findOrder(refOf('p1', 600));
    expect(await answerOf(place('p2', 600))).toBe('not_held');
    expect(await answerOf(query)).toMatchObject({ kind: 'unknown' });
    expect(await answerOf(place('p3', 400))).toBe('accepted');
    expect(offered()).toBe(1_000);
  });

  it('do not count on what was just sold at once, as long as reads still show it', async () => {
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 2_000 });
    expect(await answerOf(sellAtOnce('p1', 600))).toBe('accepted');
    expect(await answerOf(place('p2', 600))).toBe('not_held');
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 0 });
    expect(await answerOf(venue.findOrder(refOf('p1', 600)))).toMatchObject({ order: { status: 'filled' } });
    expect(await answerOf(place('p3', 400))).toBe('accepted');
    expect(await answerOf(place('p4', 100))).toBe('not_held');
    expect([held(), offered()]).toEqual([400, 400]);
  });

  it('do not count on what is on its way to be sold at once', async () => {
    const words = await answerOf(Promise.all([place('p1', 600), sellAtOnce('p2', 600)]));
    expect(words[1]).toBe('accepted');
    expect(offered()).toBeLessThanOrEqual(held());
  });

  it('stay on record while their sending is not answered, whatever the stream has one look for', async () => {
    await venue.close();
    venue = link.venue({ ownPrefix: 'p', streaming: true });
    venue.subscribe([A], { book() {}, order() {}, market() {}, account() {} });
    await pass(70_000);
    link.act({ type: 'account.readLag', account: 'tests', lagMs: 2_000 });
    link.act({ type: 'fault.delay', match: PLACE, delayMs: 4_000 });
    const first = place('p1', 600);
    await pass(500);
    expect(await answerOf(place('p2', 600))).toBe('not_held');
    expect(await answerOf(first)).toBe('accepted');
    expect(offered()).toBe(600);
  });

  it('do not leave on a look that is too old: what it counted on was sold while they waited', async () => {
    link.act({ type: 'fault.rateLimit', match: PLACE });
    expect(await answerOf(sellAtOnce('p0', 100))).toBe('rate_limited');
    const patient = place('p1', 600);
    await pass(300);
    const words = await answerOf(Promise.all([patient, sellAtOnce('p2', 600)]));
    expect(words).toEqual(['unseen', 'accepted']);
    expect([held(), offered()]).toEqual([400, 0]);
    expect(await answerOf(place('p3', 400))).toBe('accepted');
  });

  it('wait for news of one that is filled in part, and count no more than it may still sell', async () => {
    expect(await answerOf(place('p1', 600))).toBe('accepted');
    const { id: orderId } = link.exchange.truth().accounts.tests!.orders.at(-1)!;
    link.act({ type: 'crowd.take', orderId, count: 300 });
    const second = place('p2', 400);
    await pass(1_000);
    const poll = venue.findOrder(refOf('p1', 600));
    expect(await answerOf(second)).toBe('accepted');
    expect(await answerOf(poll)).toMatchObject({ order: { filled: 300 } });
    expect([held(), offered()]).toEqual([700, 700]);
  });

  it('go on without a word on how old reads are, where that makes no difference', async () => {
    expect(await answerOf(sellAtOnce('p1', 200))).toBe('accepted');
    link.act({ type: 'fault.html', match: { path: 'user_data_timestamp', times: 50 }, status: 503 });
    expect(await answerOf(place('p2', 600))).toBe('accepted');
  });

  it('stay on record when a second sending is refused: the first one may still land', async () => {
    link.act({ type: 'fault.carryOutLate', match: PLACE, afterMs: 30_000 });
    expect(await answerOf(place('p1', 600))).toBe('unknown');
    await beginAnotherLife();
    await pass(2_000);
    expect(await answerOf(venue.findOrder(refOf('p1', 600)))).toMatchObject({
      kind: 'not_found',
      mayLand: true,
    });
    link.act({ type: 'fault.rateLimit', match: PLACE });
    expect(await answerOf(place('p1', 600))).toBe('rate_limited');
    expect(await answerOf(place('p2', 600))).toBe('not_held');
    await pass(40_000);
    expect(offered()).toBe(600);
  });

  it('may still land from an earlier life, whatever this one is answered when it sends them again', async () => {
    link.act({ type: 'fault.carryOutLate', match: PLACE, afterMs: 30_000 });
    expect(await answerOf(place('p1', 600))).toBe('unknown');
    await beginAnotherLife();
    await pass(2_000);
    const look = () => answerOf(venue.findOrder(refOf('p1', 600)));
    expect(await look()).toMatchObject({ kind: 'not_found', mayLand: true });
    const error = { envelope: 'flat', code: 'invalid_order' } as const;
    link.act({ type: 'fault.refuse', match: PLACE, status: 400, error });
    await answerOf(place('p1', 600));
    await pass(2_000);
    expect(await look()).toMatchObject({ kind: 'not_found', mayLand: true });
    await pass(40_000);
    expect(await look()).toMatchObject({ kind: 'found', order: { status: 'resting' } });
  });

  it('are refused, and not in doubt, where the lease was not ours for a moment: nothing of them has left', async () => {
    await venue.close();
    let isOurs = false;
    venue = link.venue({ ownPrefix: 'p', mayTrade: () => isOurs });
    expect(await answerOf(place('p1', 600))).toBe('stale_price');
    isOurs = true;
    expect(await answerOf(place('p2', 1_000))).toBe('accepted');
    expect(offered()).toBe(1_000);
  });
});
