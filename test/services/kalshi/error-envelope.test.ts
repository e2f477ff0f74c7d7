import { describe, expect, test } from 'vitest';
import { readRefusal, refusalCode } from '../../../src/services/venues/kalshi/client/error-envelope.ts';

describe('a refusal is read from every envelope', () => {
  const V1 = { code: 'deprecated_v1_order_endpoint', message: 'Please switch to the V2 endpoints' };
  test.each([
    [
      'nested',
      400,
      { error: { code: 'invalid_order', message: 'bad', details: 'tick' } },
      { code: 'invalid_order', message: 'bad', details: 'tick' },
    ],
    ['flat', 409, { code: 'trading_is_paused', message: 'm' }, { code: 'trading_is_paused', message: 'm' }],
    ['text', 429, { error: 'too many requests' }, { code: null, message: 'too many requests' }],
    ['none', 503, undefined, { code: null, message: 'no reason given' }],
    ['nested, in a 2xx', 200, { error: V1 }, V1],
    ['flat, in a 2xx', 201, V1, V1],
    ['text, in a 2xx', 200, { error: 'no' }, { code: null, message: 'no' }],
    [
      'a code alone is its own message',
      404,
      { error: { code: 'not_found' } },
      { code: 'not_found', message: 'not_found' },
    ],
    ['an empty error', 400, { error: {} }, { code: null, message: 'no reason given' }],
    ['a list', 400, [1], { code: null, message: 'no reason given' }],
    ['null', 400, null, { code: null, message: 'no reason given' }],
    [
      'details that are no text',
      400,
      { error: { code: 'c', message: 'm', details: { field: 'price' } } },
      { code: 'c', message: 'm', details: '{"field":"price"}' },
    ],
  ])('%s', (_, status, body, refusal) => expect(readRefusal(status, body)).toEqual(refusal));

  test.each([
    ['an order', { order_id: 'x', fill_count: '1.00' }],
    ['no error', { order_id: 'x', error: null }],
    ['an empty error', { order_id: 'x', error: {} }],
    ['a code alone', { code: 'x' }],
    ['a list', []],
  ])('a 2xx with %s is none', (_, body) => expect(readRefusal(200, body)).toBeNull());
});

test('a message is bounded and holds nothing that a terminal would act on', () => {
  const message = `\u001b[31mred\r\nline\u0000\u202e\ud800${'x'.repeat(600)}`;
  const refusal = readRefusal(400, { error: { code: 'a\nb', message } })!;
  expect(refusal.code).toBe('a b');
  expect(refusal.message).toBe(`[31mred line ${'x'.repeat(487)}`);
  expect(readRefusal(400, { error: '🫖'.repeat(300) + 'x' })!.message).toBe('🫖'.repeat(250));
  expect(readRefusal(400, { error: `x${'🫖'.repeat(300)}` })!.message).toBe(`x${'🫖'.repeat(249)}`);
});

describe('what a refusal asks of us', () => {
  test.each([
    [409, 'trading_is_paused', '', 'halted'],
    [409, 'exchange_is_paused', '', 'halted'],
    [409, 'EXCHANGE_IS_PAUSED', '', 'halted'],
    [409, 'order_already_exists', '', 'already_exists'],
    [409, 'fill_or_kill_insufficient_resting_volume', '', 'other'],
    [409, null, '', 'other'],
    [400, 'MARKET_INACTIVE', '', 'closed'],
    [400, 'market_inactive', '', 'closed'],
    [400, 'market_closed', '', 'closed'],
    [400, 'INVALID_PRICE', '', 'bad_price'],
    [400, 'invalid_order', 'price must be a multiple of the tick size', 'bad_price'],
    [400, 'invalid_order', 'Invalid tick', 'bad_price'],
    [400, 'invalid_order', 'order size too small', 'bad_quantity'],
    [400, 'invalid_order', 'count must be positive', 'bad_quantity'],
    [400, 'invalid_order', 'reduce_only can only be used with IoC orders', 'other'],
    [400, 'invalid_order', 'account is restricted', 'other'],
    [400, 'invalid_order', '', 'other'],
    [400, 'invalid_order_size', '', 'bad_quantity'],
    [400, 'invalid_parameters', 'price', 'other'],
    [400, 'available_balance_too_low', '', 'other'],
    [400, 'insufficient_balance', '', 'other'],
    [404, 'not_found', '', 'other'],
    [401, null, '', 'unauthorised'],
    [403, 'anything', '', 'unauthorised'],
    [403, 'trading_is_paused', '', 'halted'],
    [429, null, '', 'rate_limited'],
    [200, 'deprecated_v1_order_endpoint', '', 'other'],
  ] as const)('%i %s "%s" is %s', (status, code, message, expected) =>
    expect(refusalCode(status, code, message)).toBe(expected),
  );
});
