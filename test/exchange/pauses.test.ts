import { describe, expect, test } from 'vitest';
import { easternOffsetMs, easternText, weeklyPauseAt } from '../../src/exchange/markets/calendar.ts';
import { BTC, errorCode, GB, ORDERS, Rig } from './rig.ts';

const HOUR = 3_600_000;

describe('the exchange rests', () => {
  const tries = (rig: Rig, ticker = GB) => {
    const price = ticker === GB ? '0.5000' : '0.2000';
    const [id, amended] = [rig.rest({ ticker, price }), rig.rest({ ticker, price })];
    return (action: () => void) => {
      action();
      const amend = { ticker, side: 'bid', price, count: '9' };
      return [
        rig.create({ ticker, price, time_in_force: 'good_till_canceled' }),
        rig.send('POST', `${ORDERS}/${amended}/amend`, amend),
        rig.cancel(id, `?market_ticker=${ticker}`),
      ].map((answer) => (answer.status < 300 ? answer.status : errorCode(answer)));
    };
  };

  test('a trading pause lets cancels through', () => {
    const rig = new Rig();
    const answers = tries(rig)(() => rig.act({ type: 'exchange.set', tradingActive: false }));
    expect(answers).toEqual(['409 trading_is_paused', '409 trading_is_paused', 200]);
    expect(rig.get('/exchange/status', null)).toMatchObject({ exchange_active: true, trading_active: false });
    rig.act({ type: 'exchange.set', tradingActive: true });
    expect(rig.create().status).toBe(201);
  });

  test('an exchange pause refuses them too', () => {
    const rig = new Rig();
    const answers = tries(rig)(() =>
      rig.act({ type: 'exchange.set', exchangeActive: false, resumeAt: Date.UTC(2026, 10, 23, 18) }),
    );
    expect(answers).toEqual(Array(3).fill('409 exchange_is_paused'));
    expect(rig.get('/exchange/status', null)).toMatchObject({
      exchange_active: false,
      trading_active: false,
      exchange_estimated_resume_time: '2026-11-23T18:00:00Z',
    });
    expect(rig.send('DELETE', ORDERS).body).toEqual({ orders: [] });
    expect(rig.get('/portfolio/orders?status=resting').orders).toHaveLength(2);
  });

  test('a pause of one shard leaves the others', () => {
    const rig = new Rig();
    const answers = tries(
      rig,
      BTC,
    )(() => rig.act({ type: 'exchange.set', exchangeIndex: 2, tradingActive: false }));
    expect(answers).toEqual(['409 trading_is_paused', '409 trading_is_paused', 200]);
    expect(rig.create().status).toBe(201);
    expect(rig.get('/exchange/status', null)).toMatchObject({
      trading_active: true,
      exchange_index_statuses: [
        { exchange_index: 0, trading_active: true },
        { exchange_index: 2, trading_active: false },
      ],
    });
  });

  test('resting orders stay, except those that asked not to', () => {
    const rig = new Rig();
    const [stays, goes] = [rig.rest(), rig.rest({ cancel_order_on_pause: true })];
    rig.act({ type: 'exchange.set', tradingActive: false });
    expect([stays, goes].map((id) => rig.orderOf(id))).toMatchObject([
      { status: 'resting' },
      { status: 'canceled', reason: 'HaltCancel' },
    ]);
  });

  test('a pause is told before a spent id', () => {
    const rig = new Rig();
    const order = rig.order();
    rig.send('POST', ORDERS, order);
    rig.act({ type: 'exchange.set', tradingActive: false });
    expect(errorCode(rig.send('POST', ORDERS, order))).toBe('409 trading_is_paused');
  });
});

describe('the Thursday maintenance', () => {
  const THURSDAY = Date.UTC(2026, 10, 26, 8);

  test('stops trading from 03:00 to 05:00 in New York', () => {
    const rig = new Rig({ weeklyPause: true });
    const wished = rig.rest({ cancel_order_on_pause: true });
    const trading = () => rig.get('/exchange/status', null).trading_active;
    const tryAt = (at: number) => {
      rig.wait(at - rig.at);
      return [trading(), rig.create({ count: '0.01' }).status];
    };
    expect(rig.exchange.nextEventAt()).toBe(THURSDAY);
    expect(tryAt(THURSDAY - 1)).toEqual([true, 201]);
    expect(tryAt(THURSDAY)).toEqual([false, 409]);
    expect(rig.orderOf(wished).reason).toBe('HaltCancel');
    expect(rig.exchange.nextEventAt()).toBe(THURSDAY + 2 * HOUR);
    expect(tryAt(THURSDAY + 2 * HOUR - 1)).toEqual([false, 409]);
    expect(tryAt(THURSDAY + 2 * HOUR)).toEqual([true, 201]);
  });

  test('is in the schedule, in New York’s time', () => {
    const rig = new Rig();
    expect(rig.get('/exchange/schedule', null).schedule.maintenance_windows).toEqual([]);
    rig.act({ type: 'exchange.weeklyPause', on: true });
    const { schedule } = rig.get('/exchange/schedule', null);
    expect(schedule.maintenance_windows).toEqual([
      { start_datetime: '2026-11-26T03:00:00', end_datetime: '2026-11-26T05:00:00' },
    ]);
    expect(schedule.standard_hours[0].thursday).toEqual([{ open_time: '00:00', close_time: '00:00' }]);
  });

  test('switched on in its midst begins at once, and switched off ends', () => {
    const rig = new Rig();
    rig.wait(THURSDAY + HOUR - rig.at);
    rig.act({ type: 'exchange.weeklyPause', on: true });
    expect(errorCode(rig.create())).toBe('409 trading_is_paused');
    rig.act({ type: 'exchange.weeklyPause', on: false });
    expect(rig.create().status).toBe(201);
  });
});

describe('New York’s clock', () => {
  test.each([
    ['2026-03-08T06:59:59Z', -5],
    ['2026-03-08T07:00:00Z', -4],
    ['2026-11-01T05:59:59Z', -4],
    ['2026-11-01T06:00:00Z', -5],
    ['2027-03-14T07:00:00Z', -4],
    ['2027-11-07T06:00:00Z', -5],
  ])('%s is UTC%i', (text, hours) => expect(easternOffsetMs(Date.parse(text))).toBe(hours * HOUR));

  test.each([
    ['2026-07-15T12:00:00Z', '2026-07-16T07:00:00.000Z', '2026-07-16T03:00:00'],
    ['2026-07-16T08:59:59Z', '2026-07-16T07:00:00.000Z', '2026-07-16T03:00:00'],
    ['2026-07-16T09:00:00Z', '2026-07-23T07:00:00.000Z', '2026-07-23T03:00:00'],
    ['2026-10-31T00:00:00Z', '2026-11-05T08:00:00.000Z', '2026-11-05T03:00:00'],
    ['2026-11-26T03:00:00Z', '2026-11-26T08:00:00.000Z', '2026-11-26T03:00:00'],
  ])('after %s the next maintenance begins at %s', (text, utc, local) => {
    const { from, until } = weeklyPauseAt(Date.parse(text));
    expect([new Date(from).toISOString(), easternText(from), until - from]).toEqual([utc, local, 2 * HOUR]);
  });
});
