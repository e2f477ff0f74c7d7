import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBody } from '../../src/services/venues/kalshi/client/answer-body.ts';
import { readRefusal, refusalCode } from '../../src/services/venues/kalshi/client/error-envelope.ts';
import { describeIssues } from '../../src/services/venues/kalshi/wire/issues.ts';
import {
  asText,
  type Json,
  NASTY,
  nasty,
  type Path,
  partAt,
  partsOf,
  spoiled,
  tries,
  withPart,
} from './mutations.ts';
import { type RealAnswer, realAnswers } from './real-answers.ts';

const ANSWERS = realAnswers();
const byName = ANSWERS.map((answer) => [answer.name, answer] as const);

/** What a decoder makes of a body: its output, or the refusal in words; rows that it sets aside are refused too. */
function decode({ schema }: RealAnswer, text: string): { value: unknown } | { refused: string } {
  const read = schema.safeParse(readBody(text));
  if (!read.success) return { refused: describeIssues(read.error.issues) };
  const [row] = (read.data as { malformed?: { reason: string }[] } | null)?.malformed ?? [];
  return row ? { refused: row.reason } : { value: read.data };
}

test.each(byName)('%s: as the exchange answers it, it is read', (_, answer) => {
  expect(decode(answer, asText(answer.body))).toHaveProperty('value');
});

test.each(byName)('%s: whatever is changed in it, it is read or refused by naming the field', (_, answer) => {
  fc.assert(
    fc.property(spoiled(answer.body), (body) => {
      const read = decode(answer, asText(body));
      if ('value' in read) expect(oddNumbers(read.value)).toEqual([]);
      else {
        expect(read.refused).toMatch(/^[\w. ]+: ./);
        expect(read.refused.length).toBeLessThan(2_000);
      }
    }),
    tries(60),
  );
});

/** Numbers in an output that no integer amount, time or flag can be. */
const oddNumbers = (value: unknown): unknown[] => {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [value];
  if (value instanceof Map) return [...value.values()].flatMap(oddNumbers);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(oddNumbers) : [];
};

describe('an amount that is missing is never a number', () => {
  const OTHERS: readonly Json[] = ['0.0100', '0.0200', '0.9900', '1.00', 3];
  const isAmount = (part: Json | undefined): boolean =>
    typeof part === 'number' || (typeof part === 'string' && /^-?\d+\.\d+$/.test(part));

  const isNumeric = (value: Json): boolean =>
    typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));

  /** The amounts in an answer that its decoder reads: another one there reads differently. */
  const amountsOf = (answer: RealAnswer): Path[] => {
    const now = JSON.stringify(decode(answer, asText(answer.body)));
    return partsOf(answer.body).filter(
      (path) =>
        isAmount(partAt(answer.body, path)) &&
        OTHERS.some(
          (other) => JSON.stringify(decode(answer, asText(withPart(answer.body, path, other)))) !== now,
        ),
    );
  };

  /** These may be missing: what is unknown then is null, the coarser figure beside it, or a default of speed. */
  const MAY_BE_MISSING = [
    'volume_24h_fp',
    'exchange_index',
    'balance_dollars',
    'fee_multiplier',
    'subaccount',
    'api_key_region_expiration_ts',
    'ts',
  ];

  test.each(byName)('%s', (_, answer) => {
    for (const path of amountsOf(answer)) {
      const field = String(path.at(-1));
      const without = decode(answer, asText(withPart(answer.body, path, undefined)));
      if (!MAY_BE_MISSING.includes(field)) expect(without, path.join('.')).toHaveProperty('refused');
      for (const value of NASTY) {
        if (isNumeric(value)) continue;
        const read = decode(answer, asText(withPart(answer.body, path, value)));
        if ('value' in read)
          expect(read, `${path.join('.')} = ${asText(value).slice(0, 50)}`).toEqual(without);
      }
    }
  });

  const READ = [
    'an order taken: fill_count',
    'an order filled: fill_count',
    'books: orderbooks.orderbook_fp.yes_dollars',
    'books: orderbooks.orderbook_fp.no_dollars',
    'markets: markets.volume_24h_fp',
    'markets: markets.price_ranges.start',
    'markets: markets.price_ranges.end',
    'markets: markets.price_ranges.step',
    'markets: markets.exchange_index',
    'a series: series.fee_multiplier',
    'the status: exchange_index_statuses.exchange_index',
    'positions: market_positions.position_fp',
    'positions: market_positions.market_exposure_dollars',
    'orders: orders.yes_price_dollars',
    'orders: orders.initial_count_fp',
    'orders: orders.fill_count_fp',
    'orders: orders.remaining_count_fp',
    'an order: order.yes_price_dollars',
    'an order: order.initial_count_fp',
    'an order: order.fill_count_fp',
    'an order: order.remaining_count_fp',
    'fills: fills.count_fp',
    'fills: fills.yes_price_dollars',
    'fills: fills.fee_cost',
    'fills: fills.ts',
    'the balance: balance',
    'the balance: balance_dollars',
    'the limits: read.refill_rate',
    'the limits: read.bucket_capacity',
    'the limits: write.refill_rate',
    'the limits: write.bucket_capacity',
    'the costs: default_cost',
    'the costs: endpoint_costs.cost',
  ];

  test('all that are read', () => {
    const names = ANSWERS.flatMap((answer) =>
      amountsOf(answer).map(
        (path) => `${answer.name}: ${path.filter((step) => typeof step === 'string').join('.')}`,
      ),
    );
    expect([...new Set(names)]).toEqual(READ);
  });
});

test.each(byName)('%s: a name that no address and no database can hold is refused', (_, answer) => {
  for (const path of partsOf(answer.body)) {
    const text = partAt(answer.body, path);
    if (typeof text !== 'string') continue;
    const other = decode(answer, asText(withPart(answer.body, path, 'other')));
    const isRead = JSON.stringify(other) !== JSON.stringify(decode(answer, asText(answer.body)));
    for (const odd of ['a\ud800', 'a\0', 'a\u001b[2J']) {
      const read = decode(answer, asText(withPart(answer.body, path, odd)));
      if (isRead && path.at(-1) !== 'cursor' && path.at(-1) !== 'outcome_side')
        expect(read, path.join('.')).toHaveProperty('refused');
    }
  }
});

test('levels in another order are the same book, and one that comes twice is none', () => {
  const books = ANSWERS.find(({ name }) => name === 'books')!;
  const side: Path = ['orderbooks', 0, 'orderbook_fp', 'no_dollars'];
  const levels = partAt(books.body, side) as Json[];
  expect(levels.length).toBeGreaterThan(1);
  const turned = withPart(books.body, side, levels.toReversed());
  expect(decode(books, asText(turned))).toEqual(decode(books, asText(books.body)));
  const twice = withPart(books.body, side, [...levels, levels[0]!]);
  expect(decode(books, asText(twice))).toEqual({ refused: expect.stringContaining('comes twice') });
});

describe('a list that nobody would send is refused before it is gone through', () => {
  const LISTS = ANSWERS.flatMap((answer) =>
    partsOf(answer.body)
      .filter(
        (path) => Array.isArray(partAt(answer.body, path)) && !path.some((step) => typeof step === 'number'),
      )
      .map((path) => [`${answer.name}: ${path.join('.')}`, answer, path] as const),
  );

  test.each(LISTS)('%s', (_, answer, path) => {
    const body = asText(withPart(answer.body, path, '@here@')).replace(
      '"@here@"',
      `[${'0,'.repeat(20_000)}0]`,
    );
    const read = answer.schema.safeParse(readBody(body));
    if (read.success)
      expect(read.data).toEqual((decode(answer, asText(answer.body)) as { value: unknown }).value);
    else expect(read.error.issues.length).toBeLessThan(10);
  });
});

test('whatever stands in an error, it becomes a refusal with a code and printable words', () => {
  const envelope = { error: { code: 'invalid_order', message: 'price', details: 'tick' } };
  fc.assert(
    fc.property(fc.oneof(spoiled(envelope), spoiled(envelope.error), nasty), (body) => {
      const refusal = readRefusal(400, readBody(asText(body)));
      expect(refusal).not.toBeNull();
      expect(refusal!.message).toMatch(/^[^\p{Cc}\p{Cs}]{1,500}$/u);
      refusalCode(400, refusal!.code, refusal!.message);
    }),
    tries(300),
  );
});
