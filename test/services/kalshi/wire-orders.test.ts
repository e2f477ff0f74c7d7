import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromYesPrice } from '../../../src/services/venues/kalshi/wire/direction.ts';
import { wireFill } from '../../../src/services/venues/kalshi/wire/fills.ts';
import {
  createAnswer,
  fillsAnswer,
  orderAnswer,
  orderStatus,
  ordersAnswer,
  toOrderReport,
  toVenueFill,
  toWireSide,
  toYesPrice,
  wireOrder,
} from '../../../src/services/venues/kalshi/wire/orders.ts';
import { issuesOf, mustBeDecimal, mustIgnoreUnknown } from './wire-cases.ts';
import { CREATED, FILL, ORDER } from './wire-samples.ts';

const without = (row: Record<string, unknown>, ...fields: string[]) =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));

describe('directions', () => {
  test.each([
    ['yes', 'buy', 'bid'],
    ['yes', 'sell', 'ask'],
    ['no', 'buy', 'ask'],
    ['no', 'sell', 'bid'],
  ] as const)('%s %s is a %s', (side, action, direction) => expect(toWireSide(side, action)).toBe(direction));

  test('a NO price is one dollar less the YES price, both ways', () => {
    expect([toYesPrice('yes', 3800), toYesPrice('no', 3800), fromYesPrice('no', 6200)]).toEqual([
      3800, 6200, 3800,
    ]);
    fc.assert(
      fc.property(
        fc.constantFrom('yes' as const, 'no' as const),
        fc.integer({ min: 0, max: 10_000 }),
        (side, price) => {
          expect(fromYesPrice(side, toYesPrice(side, price))).toBe(price);
        },
      ),
    );
  });

  describe.each([
    ['an order', wireOrder, ORDER],
    ['a fill', wireFill, FILL],
  ] as const)('of %s', (_, schema, row) => {
    test.each([
      ['bid', undefined, 'bid'],
      ['ask', null, 'ask'],
      [undefined, 'yes', 'bid'],
      [null, 'no', 'ask'],
      ['bid', 'no', 'bid'],
      ['bid', 'brand_new', 'bid'],
    ])('book side %s and outcome side %s are a %s', (book_side, outcome_side, direction) =>
      expect(schema.parse({ ...row, book_side, outcome_side }).direction).toBe(direction),
    );

    test('neither is an error, the old words do not count, and unknown words are errors', () => {
      const legacy = { ...without(row, 'book_side', 'outcome_side'), side: 'yes', action: 'buy' };
      expect(issuesOf(schema, legacy)).toBe('book_side: missing, and outcome_side too');
      expect(issuesOf(schema, { ...row, book_side: 'yes' })).toContain('book_side: ');
      expect(issuesOf(schema, { ...row, book_side: '' })).toContain('book_side: ');
      expect(issuesOf(schema, { ...row, book_side: null, outcome_side: 'scalar' })).toBe(
        'book_side: missing, and outcome_side too',
      );
    });
  });
});

describe('an order', () => {
  test('is read', () =>
    expect(orderAnswer.parse({ order: ORDER })).toEqual({
      orderId: 'b9ef',
      clientId: 'x-9f2c-1',
      market: 'KXNFLGAME-26NOV29-GB',
      direction: 'ask',
      status: 'resting',
      yesPrice: 6500,
      initial: 1000,
      filled: 400,
      remaining: 600,
    }));

  mustIgnoreUnknown('an order', orderAnswer, ORDER, (order) => ({ order }));
  mustBeDecimal(
    'an order',
    ordersAnswer,
    ORDER,
    ['yes_price_dollars', 'initial_count_fp', 'fill_count_fp', 'remaining_count_fp'],
    (order) => ({ orders: [ORDER, order], cursor: '' }),
    'orders.1.',
  );

  test('of somebody else may have no client id', () => {
    expect(wireOrder.parse({ ...ORDER, client_order_id: '' }).clientId).toBeNull();
    expect(wireOrder.parse(without(ORDER, 'client_order_id', 'user_id', 'created_time')).clientId).toBeNull();
  });

  test.each(['order_id', 'ticker', 'status'])('needs its %s', (field) => {
    expect(issuesOf(wireOrder, without(ORDER, field))).toContain(`${field}: `);
    expect(issuesOf(wireOrder, { ...ORDER, [field]: '' })).toContain(`${field}: `);
  });

  test.each([
    ['resting', 'resting'],
    ['executed', 'filled'],
    ['canceled', 'cancelled'],
    ['cancelled', 'cancelled'],
    ['brand_new', null],
    ['', null],
  ])('that is %s is %s to us', (word, status) => expect(orderStatus(word)).toBe(status));

  test('pages end with an empty, null or missing cursor', () => {
    expect(ordersAnswer.parse({ orders: [], cursor: 'c' })).toEqual({ orders: [], cursor: 'c' });
    for (const body of [{ orders: [] }, { orders: null, cursor: '' }, { orders: [], cursor: null }])
      expect(ordersAnswer.parse(body)).toEqual({ orders: [], cursor: null });
    expect(issuesOf(ordersAnswer, {})).toContain('orders: ');
  });

  test('of ours in the terms of the side owned: NO sold at 0.35 is a bid at 0.65', () => {
    const order = wireOrder.parse({ ...ORDER, book_side: 'bid', status: 'canceled' });
    const fill = wireFill.parse({ ...FILL, order_id: 'b9ef', count_fp: '4.00', yes_price_dollars: '0.6400' });
    const ours = { clientId: 'x-9f2c-1', side: 'no', action: 'sell', status: 'cancelled' } as const;
    expect(toOrderReport(order, ours, [fill], 99)).toEqual({
      clientId: 'x-9f2c-1',
      venueOrderId: 'b9ef',
      market: 'KXNFLGAME-26NOV29-GB',
      side: 'no',
      action: 'sell',
      limitPrice: 3500,
      quantity: 1000,
      status: 'cancelled',
      filled: 400,
      fills: [
        { fillId: '1f17', price: 3600, quantity: 400, fee: 280_000, maker: false, at: 1_792_894_719_770 },
      ],
      at: 99,
    });
  });
});

describe('the answer to a new order', () => {
  test('is read', () =>
    expect(createAnswer.parse(CREATED)).toEqual({
      kind: 'created',
      orderId: 'b9ef',
      filled: 700,
    }));

  mustIgnoreUnknown('an answer', createAnswer, CREATED, (row) => row);
  mustBeDecimal('an answer', createAnswer, CREATED, ['fill_count']);

  test.each([
    ['nothing', {}],
    ['no order id', without(CREATED, 'order_id')],
    ['a null order id', { ...CREATED, order_id: null }],
    ['an empty order id', { ...CREATED, order_id: '' }],
  ])('with %s is a refusal', (_, body) =>
    expect(createAnswer.parse(body)).toEqual({ kind: 'refused', body: JSON.stringify(body) }),
  );

  test('a refusal quotes at most 500 characters', () =>
    expect(createAnswer.parse({ x: 'y'.repeat(1000) })).toEqual({
      kind: 'refused',
      body: `{"x":"${'y'.repeat(494)}`,
    }));

  test.each([
    ['a text', 'ok'],
    ['a list', []],
    ['null', null],
    ['an order id that is a number', { ...CREATED, order_id: 7 }],
  ])('%s is malformed: an order may exist', (_, body) => expect(issuesOf(createAnswer, body)).not.toBeNull());
});

describe('a fill', () => {
  test('is read', () =>
    expect(fillsAnswer.parse({ fills: [FILL], cursor: '' })).toEqual({
      fills: [
        {
          fillId: '1f17',
          orderId: '8a07',
          market: 'KXALIENS-26',
          direction: 'ask',
          yesPrice: 400,
          quantity: 10_300,
          fee: 280_000,
          maker: false,
          at: Date.UTC(2026, 9, 25, 2, 18, 39, 770),
        },
      ],
      cursor: null,
    }));

  mustIgnoreUnknown('a fill', fillsAnswer, FILL, (fill) => ({ fills: [fill], cursor: 'x' }));
  mustBeDecimal(
    'a fill',
    fillsAnswer,
    FILL,
    ['count_fp', 'yes_price_dollars', 'fee_cost'],
    (fill) => ({ fills: [FILL, FILL, fill] }),
    'fills.2.',
  );

  test.each(['fill_id', 'order_id', 'ticker', 'is_taker'])('needs its %s', (field) =>
    expect(issuesOf(wireFill, without(FILL, field))).toContain(`${field}: `),
  );

  test('without a created time has the one in seconds; without both it is an error', () => {
    expect(wireFill.parse(without(FILL, 'created_time')).at).toBe(1_761_358_719_000);
    expect(issuesOf(wireFill, without(FILL, 'created_time', 'ts'))).toBe('created_time: missing, and ts too');
  });

  test('of ours in the terms of the side owned', () => {
    const fill = wireFill.parse({ ...FILL, is_taker: false });
    const common = { fillId: '1f17', quantity: 10_300, fee: 280_000, maker: true, at: fill.at };
    expect(toVenueFill(fill, 'no')).toEqual({ ...common, price: 9600 });
    expect(toVenueFill(fill, 'yes')).toEqual({ ...common, price: 400 });
  });

  test('a thousand are read', () =>
    expect(fillsAnswer.parse({ fills: Array(1000).fill(FILL) }).fills).toHaveLength(1000));
});
