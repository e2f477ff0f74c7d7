import { describe, expect, it } from 'vitest';
import type { DeskMail, LedgerMail, Part, Post } from '../../src/actors/mail.ts';
import { createDesk } from '../../src/actors/orders/desk.ts';
import type { EntryAttemptRecord } from '../../src/actors/ports.ts';
import type { Action } from '../../src/exchange/actions.ts';
import type { ExchangeOptions } from '../../src/exchange/exchange.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import type { KalshiVenue } from '../../src/services/venues/kalshi/kalshi-venue.ts';
import { anEntryAttempt } from '../support/entry-records.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { START } from '../support/kalshi-world.ts';
import { A, aMarket, BOTH_MODES, nested, PLACE } from './rig.ts';

const PREFIX = 'pworld-';

type Progress = Extract<LedgerMail, { type: 'entry.progress' }>;

/** The desk over Kalshi's adapter and the practice exchange: what becomes of orders that buy. */
class BuyingRig {
  readonly clock = new VirtualClock(START);
  readonly link: ExchangeLink;
  readonly mails: LedgerMail[] = [];
  readonly #streaming: boolean;
  venue!: KalshiVenue;
  desk!: Part<DeskMail>;

  constructor(streaming: boolean, account: Partial<ExchangeOptions['accounts'][number]> = {}) {
    this.#streaming = streaming;
    this.link = new ExchangeLink(this.clock, {
      markets: [aMarket()],
      accounts: [
        { account: 'tests', keys: [{ keyId: KEY_ID }], balance: 100_000_000, holdings: [], ...account },
      ],
    });
    this.start();
  }

  /** A process begins: what it knew of orders is what it is told. */
  start(): void {
    const post: Post = (to, mail) => {
      if (to === 'ledger') this.mails.push(mail as LedgerMail);
    };
    this.venue = this.link.venue({ streaming: this.#streaming, ownPrefix: PREFIX });
    const crash = (error: unknown) => {
      throw error;
    };
    this.desk = createDesk({
      ...{ venue: this.venue, clock: this.clock, post, crash, ownPrefix: PREFIX },
      mayTrade: () => true,
      observe: undefined,
    });
    this.venue.subscribe([A], {
      book: () => {},
      market: () => {},
      account: () => {},
      order: (report) => this.desk.receive({ type: 'order.seen', report }),
    });
    this.desk.receive({ type: 'desk.open' });
  }

  async restart(attempt: EntryAttemptRecord): Promise<void> {
    this.desk.stop();
    await this.venue.close();
    this.start();
    this.desk.receive({ type: 'order.adopt', attempt, priority: 'LOW' });
  }

  act(action: Action): void {
    this.link.act(action);
  }

  place(change: Partial<EntryAttemptRecord> = {}): this {
    const attempt = anEntryAttempt({
      ...{
        edgeId: 'n1',
        market: A,
        clientId: `${PREFIX}n1-1`,
        attemptId: `${PREFIX}n1-1`,
        placedAt: this.clock.now(),
      },
      ...change,
    });
    this.desk.receive({ type: 'order.place', attempt, priority: 'LOW', sendBy: Number.POSITIVE_INFINITY });
    return this;
  }

  cancel(): this {
    this.desk.receive({ type: 'order.cancel', clientId: `${PREFIX}n1-1` });
    return this;
  }

  async pass(seconds: number): Promise<this> {
    const until = this.clock.now() + seconds * 1_000;
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    while (this.clock.fireNext(until)) await settled();
    this.clock.moveTo(until);
    return this;
  }

  get progress(): Progress[] {
    return this.mails.filter((mail) => mail.type === 'entry.progress');
  }

  /** What its entry heard. */
  facts(): unknown[] {
    return this.progress.flatMap(({ fact }) => fact ?? []);
  }

  /** Price, quantity and whether as a maker, each once. */
  bought(): unknown[] {
    return this.progress.flatMap(({ fills }) =>
      fills.map(({ price, quantity, maker, edgeId }) => [edgeId, price, quantity, maker]),
    );
  }

  sent(): unknown[] {
    return this.link.exchange
      .truth()
      .writes.filter(({ method }) => method === 'POST')
      .map(({ body, code, outcome }) => {
        const { side, count, price, time_in_force, reduce_only, self_trade_prevention_type } =
          JSON.parse(body);
        return [side, count, price, time_in_force, reduce_only, self_trade_prevention_type, code ?? outcome];
      });
  }

  get held(): number {
    return this.link.exchange.truth().accounts.tests!.positions[A] ?? 0;
  }

  async balance(): Promise<unknown> {
    const read = this.venue.balance();
    await this.pass(1);
    return read;
  }
}

const over = (change: object) => ({
  ...{ type: 'order.over', edgeId: 'n1', clientId: `${PREFIX}n1-1`, code: null, at: expect.any(Number) },
  ...change,
});

describe.each(BOTH_MODES)('orders that buy, %s', (_, streaming) => {
  it.each([
    ['yes', 'ioc', 5_100, ['bid', '10.00', '0.5100', 'immediate_or_cancel'], 1_000, 5_100],
    ['yes', 'gtc', 5_300, ['bid', '10.00', '0.5300', 'good_till_canceled'], 1_000, 5_100],
    ['no', 'ioc', 5_000, ['ask', '10.00', '0.5000', 'immediate_or_cancel'], -1_000, 5_000],
    ['no', 'gtc', 5_500, ['ask', '10.00', '0.4500', 'good_till_canceled'], -1_000, 5_000],
  ] as const)(
    'buys %s at once (%s): never reduce-only, and never in the way of the account’s own orders',
    async (side, timeInForce, limitPrice, wire, held, price) => {
      const rig = new BuyingRig(streaming).place({ side, timeInForce, limitPrice });
      await rig.pass(5);
      expect(rig.sent()).toEqual([[...wire, undefined, 'taker_at_cross', 'accepted']]);
      expect(rig.bought()).toEqual([['n1', price, 1_000, false]]);
      expect(rig.facts()).toEqual([
        over({ status: 'filled', filledTotal: 1_000, costTotal: price * 1_000, feesTotal: 175_000 }),
      ]);
      expect(rig.held).toBe(held);
      expect(rig.progress.at(-1)!.attempt).toMatchObject({ status: 'filled', side, proceeds: price * 1_000 });
    },
  );

  it.each([
    ['yes', 5_000, 1],
    ['no', 4_900, -1],
  ] as const)(
    'buys %s as it comes; at its deadline what rests is cancelled, and what was bought stays',
    async (side, limitPrice, sign) => {
      const rig = new BuyingRig(streaming).place({ side, limitPrice });
      await rig.pass(5);
      expect(rig.facts()).toEqual([]);
      expect(await rig.balance()).toEqual({ kind: 'ok', value: 100_000_000 - limitPrice * 1_000 });
      const { orders } = rig.link.exchange.truth().accounts.tests!;
      rig.act({ type: 'crowd.take', orderId: orders[0]!.id, count: 237 });
      await rig.pass(15);
      expect(rig.facts()).toMatchObject([{ type: 'order.filled', filledTotal: 237, status: null }]);
      await rig.cancel().pass(5);
      expect(rig.facts().slice(1)).toEqual([
        over({ status: 'cancelled', filledTotal: 237, costTotal: limitPrice * 237, feesTotal: 0 }),
      ]);
      expect(rig.bought()).toEqual([['n1', limitPrice, 237, true]]);
      expect(rig.held).toBe(sign * 237);
      expect(await rig.balance()).toEqual({ kind: 'ok', value: 100_000_000 - limitPrice * 237 });
      expect(rig.progress.at(-1)!.attempt.status).toBe('partial');
    },
  );

  it.each(['yes', 'no'] as const)(
    'what it buys of %s while the cancel is on its way counts',
    async (side) => {
      const rig = new BuyingRig(streaming).place({ side, limitPrice: 4_800 });
      await rig.pass(5);
      rig.act({ type: 'fault.fillInFlight', count: 400 });
      await rig.cancel().pass(5);
      expect(rig.facts().at(-1)).toEqual(
        over({ status: 'cancelled', filledTotal: 400, costTotal: 4_800 * 400, feesTotal: 0 }),
      );
      expect(rig.bought()).toEqual([['n1', 4_800, 400, true]]);
    },
  );

  it.each<[string, Action, number]>([
    ['its answer is lost', { type: 'fault.dropAnswer', match: PLACE }, 1],
    ['it is lost itself', { type: 'fault.dropRequest', match: PLACE }, 2],
    ['it arrives late', { type: 'fault.carryOutLate', match: PLACE, afterMs: 5_000 }, 2],
    ['a gateway answers 503', { type: 'fault.html', match: PLACE, status: 503, carryOut: true }, 1],
  ])('is bought once when %s', async (__, fault, sent) => {
    const rig = new BuyingRig(streaming);
    rig.act(fault);
    await rig.place({ side: 'no', timeInForce: 'ioc', limitPrice: 5_200 }).pass(90);
    expect(rig.sent().length).toBeLessThanOrEqual(sent);
    expect(rig.bought()).toEqual([['n1', 5_000, 1_000, false]]);
    expect(rig.facts()).toMatchObject([{ type: 'order.over', status: 'filled', filledTotal: 1_000 }]);
    expect(rig.held).toBe(-1_000);
  });

  it.each(['yes', 'no'] as const)(
    'is found after a restart as what it is: a purchase of %s',
    async (side) => {
      const rig = new BuyingRig(streaming).place({ side, limitPrice: 4_900 });
      await rig.pass(5);
      const { orders } = rig.link.exchange.truth().accounts.tests!;
      const { attempt } = rig.progress.at(-1)!;
      expect(attempt).toMatchObject({ status: 'working', filled: 0 });
      rig.mails.splice(0);
      await rig.restart(attempt);
      rig.act({ type: 'crowd.take', orderId: orders[0]!.id, count: 300 });
      await rig.pass(10);
      expect(rig.bought()).toEqual([['n1', 4_900, 300, true]]);
      const account = rig.venue.account();
      await rig.pass(1);
      expect(await account).toMatchObject({
        value: { openOrders: [{ clientId: attempt.clientId, side, action: 'buy', filled: 300 }] },
      });
      rig.act({ type: 'crowd.take', orderId: orders[0]!.id });
      await rig.pass(10);
      expect(rig.facts().at(-1)).toEqual(
        over({ status: 'filled', filledTotal: 1_000, costTotal: 4_900_000, feesTotal: 0 }),
      );
      expect(rig.sent()).toHaveLength(1);
    },
  );

  it.each(['ioc', 'gtc'] as const)(
    'for want of balance it is refused (%s) in the exchange’s words',
    async (timeInForce) => {
      const rig = new BuyingRig(streaming, { balance: 5_000_000 });
      await rig.place({ timeInForce, limitPrice: 5_100 }).pass(90);
      const words = 'other: available_balance_too_low: available balance too low';
      expect(rig.facts()).toEqual([
        over({ status: 'rejected', code: 'other', words, filledTotal: 0, costTotal: 0, feesTotal: 0 }),
      ]);
      expect(rig.progress.at(-1)!.attempt.error).toBe(words);
      expect(rig.held).toBe(0);
    },
  );

  it('leaves the account’s other orders alone, and ends where it would trade with one', async () => {
    const rig = new BuyingRig(streaming, {
      holdings: [{ ticker: A, side: 'yes', count: 500, price: 4_000 }],
    });
    rig.act({ type: 'book.set', ticker: A, bids: [[5000, 100_000]], asks: [[5200, 100_000]] });
    rig.act({ type: 'hand.place', account: 'tests', ticker: A, side: 'ask', price: 5_100, count: 500 });
    await rig.place({ timeInForce: 'gtc', limitPrice: 5_200 }).pass(15);
    expect(rig.facts()).toMatchObject([{ type: 'order.over', status: 'cancelled', filledTotal: 0 }]);
    const { orders } = rig.link.exchange.truth().accounts.tests!;
    expect(orders.filter(({ clientId }) => clientId?.startsWith('web-'))).toMatchObject([
      { status: 'resting', filled: 0 },
    ]);
  });

  it('an order whose fate stays open is alerted as a purchase, under a key of its own', async () => {
    const rig = new BuyingRig(streaming);
    rig.act({
      type: 'fault.refuse',
      match: { path: '/portfolio/orders', times: 'always' },
      status: 500,
      error: nested('internal_error'),
    });
    rig.act({ type: 'fault.dropAnswer', match: PLACE });
    await rig.place({ timeInForce: 'ioc', limitPrice: 5_200 }).pass(120);
    const alerts = rig.mails.filter((mail) => mail.type === 'alert.raise');
    expect(alerts).toMatchObject([
      { key: 'order_in_doubt:entry:n1', kind: 'order_in_doubt', severity: 'critical', positionId: 'n1' },
    ]);
    expect(alerts[0]!.text).toMatch(
      /^buying YES KXGAME-26NOV29-AAA \(n1\): .* Its entry does not end before/,
    );
    expect(alerts[0]!.text).not.toMatch(/sell|sold|exit/);
    rig.act({ type: 'fault.clear' });
    await rig.pass(60);
    expect(rig.facts()).toMatchObject([{ status: 'filled', filledTotal: 1_000 }]);
    expect(rig.mails.at(-1)).toMatchObject({ type: 'alert.resolve', key: 'order_in_doubt:entry:n1' });
  });

  it('looks fees up by the series of the market', async () => {
    const rig = new BuyingRig(streaming);
    const fee = (market: string) => rig.venue.feeOf({ market, action: 'buy', price: 5_000, quantity: 1_000 });
    expect([fee(A), fee('KXOTHER-1')]).toEqual([175_000, 175_000]);
    rig.act({ type: 'exchange.setFees', series: 'KXGAME', feeType: 'quadratic', feeMultiplier: 0.5 });
    const read = rig.venue.markets([A]);
    await rig.pass(2);
    expect((await read).kind).toBe('ok');
    expect([fee(A), fee('KXOTHER-1')]).toEqual([87_500, 175_000]);
  });
});
