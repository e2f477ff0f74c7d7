import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFrame } from '../../src/services/venues/kalshi/wire/stream.ts';
import { asText, type Json, NASTY, nasty, partAt, partsOf, spoiled, tries, withPart } from './mutations.ts';
import { realFrames } from './real-answers.ts';

const FRAMES = realFrames().map((text): [string, Json] => [JSON.parse(text).type, JSON.parse(text)]);

test('there is one of each kind that is read', () => {
  expect(FRAMES.map(([type]) => type).sort()).toEqual([
    'error',
    'fill',
    'market_lifecycle_v2',
    'market_position',
    'orderbook_delta',
    'orderbook_snapshot',
    'subscribed',
    'user_order',
  ]);
});

test.each(FRAMES)('%s: as the exchange sends it, it is understood', (_, frame) => {
  expect(readFrame(asText(frame))!.message.kind).not.toMatch(/^(bad_|unknown)/);
});

test.each(FRAMES)('%s: whatever is changed in it, it is one message or none', (_, frame) => {
  fc.assert(
    fc.property(fc.oneof(spoiled(frame), nasty).map(asText), fc.boolean(), fc.nat(), (text, isCut, at) => {
      const read = readFrame(isCut ? text.slice(0, at % (text.length + 1)) : text);
      if (read === null) return;
      for (const number of [read.id, read.sid, read.seq]) expect(number === null || number >= 0).toBe(true);
      const { message } = read;
      const levels = message.kind === 'snapshot' ? [...message.yes, ...message.no] : [];
      for (const { price, size } of levels) {
        expect(price > 0 && price < 10_000 && Number.isInteger(price)).toBe(true);
        expect(size >= 0 && Number.isSafeInteger(size)).toBe(true);
      }
      if (message.kind === 'delta') expect(Number.isSafeInteger(message.change.change)).toBe(true);
      if (message.kind === 'error') expect(message.words).toMatch(/^[^\p{Cc}\p{Cs}]{0,120}$/u);
    }),
    tries(100),
  );
});

describe('an amount that is missing is never a number', () => {
  const books = FRAMES.filter(([type]) => type.startsWith('orderbook_'));

  test.each(books)('%s', (_, frame) => {
    const amounts = partsOf(frame).filter((path) => /^-?\d+\.\d+$/.test(String(partAt(frame, path) ?? '')));
    expect(amounts.length).toBeGreaterThan(1);
    for (const path of amounts)
      for (const value of [undefined, ...NASTY]) {
        if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) continue;
        const { message } = readFrame(asText(withPart(frame, path, value)))!;
        expect(message, path.join('.')).toEqual({
          kind: 'bad_book',
          market: partAt(frame, ['msg', 'market_ticker']),
        });
      }
  });
});

test.each([
  [
    'levels',
    'orderbook_snapshot',
    ['msg', 'yes_dollars_fp'],
    `[${'["0.5000","1.00"],'.repeat(200_000)}["0.5000","1.00"]]`,
  ],
  ['wrong levels', 'orderbook_snapshot', ['msg', 'no_dollars_fp'], `[${'0,'.repeat(2_000_000)}0]`],
  ['depth', 'orderbook_snapshot', ['msg', 'yes_dollars_fp'], '['.repeat(1_000_000)],
])('a frame of too much is refused at once: %s', (_, type, path, text) => {
  const frame = FRAMES.find(([kind]) => kind === type)![1];
  const given = asText(withPart(frame, path, '@here@')).replace('"@here@"', text);
  const read = readFrame(given);
  expect(read === null || read.message.kind === 'bad_book').toBe(true);
});
