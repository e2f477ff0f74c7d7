import { describe, expect, test } from 'vitest';
import { readFrame } from '../../../src/services/venues/kalshi/wire/stream.ts';

const read = (type: string, msg: unknown, more: object = {}) =>
  readFrame(JSON.stringify({ type, msg, ...more }));
const message = (type: string, msg: unknown) => read(type, msg)?.message;

describe('frames', () => {
  test.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[{"type":"ok"}]'],
    ['no type', '{"msg":{}}'],
    ['a type that is no text', '{"type":1}'],
    ['deep nonsense', '['.repeat(100_000)],
  ])('%s is unreadable', (_, text) => {
    expect(readFrame(text)).toBeNull();
  });

  test('id, sid and seq are kept; what is no natural number is none', () => {
    expect(readFrame('{"id":1,"sid":2,"seq":3,"type":"ok"}')).toEqual({
      id: 1,
      sid: 2,
      seq: 3,
      message: { kind: 'other' },
    });
    expect(readFrame('{"id":"1","sid":-2,"seq":1.5,"type":"ok"}')).toEqual({
      id: null,
      sid: null,
      seq: null,
      message: { kind: 'other' },
    });
  });

  test.each([
    ['subscribed', { channel: 'fill', sid: 3 }, { kind: 'subscribed', channel: 'fill', sid: 3 }],
    ['subscribed', { channel: 'fill' }, { kind: 'bad_other' }],
    [
      'error',
      { code: 8, msg: 'Unknown channel name' },
      { kind: 'error', code: 8, words: 'Unknown channel name' },
    ],
    ['error', { code: '8', msg: 8 }, { kind: 'error', code: null, words: '' }],
    ['error', undefined, { kind: 'error', code: null, words: '' }],
    ['unsubscribed', undefined, { kind: 'other' }],
    ['event_fee_update', { event_ticker: 'E' }, { kind: 'other' }],
    ['ticker', { market_ticker: 'A' }, { kind: 'unknown' }],
    [
      'market_lifecycle_v2',
      { market_ticker: 'A', event_type: 'close_date_updated', close_ts: 1694721600 },
      { kind: 'lifecycle', event: { market: 'A' } },
    ],
    ['market_lifecycle_v2', { event_type: 'created' }, { kind: 'bad_other' }],
  ])('%s %j', (type, msg, expected) => {
    expect(message(type, msg)).toEqual(expected);
  });
});

describe('books', () => {
  const base = { market_ticker: 'FED-23DEC-T3.00', market_id: 'uuid' };

  test('a snapshot has both sides in their own prices', () => {
    const msg = { ...base, yes_dollars_fp: [['0.0800', '300.00']], no_dollars_fp: [['0.540000', '20.5']] };
    expect(message('orderbook_snapshot', msg)).toEqual({
      kind: 'snapshot',
      market: 'FED-23DEC-T3.00',
      yes: [{ price: 800, size: 30_000 }],
      no: [{ price: 5_400, size: 2_050 }],
    });
  });

  test.each([
    ['a missing key', {}],
    ['null', { yes_dollars_fp: null, no_dollars_fp: null }],
    ['an empty list', { yes_dollars_fp: [], no_dollars_fp: [] }],
  ])('%s is an empty side', (_, sides) => {
    expect(message('orderbook_snapshot', { ...base, ...sides })).toEqual({
      kind: 'snapshot',
      market: base.market_ticker,
      yes: [],
      no: [],
    });
  });

  test('a delta, with and without a time', () => {
    const msg = { ...base, side: 'no', price_dollars: '0.9600', delta_fp: '-54.00' };
    const change = { side: 'no', price: 9_600, change: -5_400 };
    expect(message('orderbook_delta', msg)).toEqual({
      kind: 'delta',
      market: base.market_ticker,
      change,
      at: null,
    });
    expect(message('orderbook_delta', { ...msg, ts_ms: 1669149841000 })).toMatchObject({ at: 1669149841000 });
    expect(message('orderbook_delta', { ...msg, ts_ms: 'soon' })).toMatchObject({ at: null });
  });

  test.each([
    ['a price as a number', { price_dollars: 0.96 }],
    ['a price finer than 0.0001', { price_dollars: '0.96001' }],
    ['a price of 0', { price_dollars: '0.0000' }],
    ['a price of 1', { price_dollars: '1.0000' }],
    ['no price', { price_dollars: undefined }],
    ['no change', { delta_fp: undefined }],
    ['a change finer than 0.01', { delta_fp: '1.001' }],
    ['an unknown side', { side: 'maybe' }],
  ])('a delta with %s is bad, and its market known', (_, change) => {
    const msg = { ...base, side: 'no', price_dollars: '0.9600', delta_fp: '-54.00', ...change };
    expect(message('orderbook_delta', msg)).toEqual({ kind: 'bad_book', market: base.market_ticker });
  });

  test.each([
    ['a level without size', { yes_dollars_fp: [['0.5000']] }],
    ['a negative size', { no_dollars_fp: [['0.5000', '-1.00']] }],
    ['a side that is no list', { yes_dollars_fp: {} }],
  ])('a snapshot with %s is bad', (_, sides) => {
    expect(message('orderbook_snapshot', { ...base, ...sides })).toEqual({
      kind: 'bad_book',
      market: base.market_ticker,
    });
  });

  test('without a market nothing is known', () => {
    expect(message('orderbook_delta', {})).toEqual({ kind: 'bad_book', market: null });
    expect(message('orderbook_snapshot', undefined)).toEqual({ kind: 'bad_book', market: null });
  });
});
