import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecording } from '../../../src/services/venues/paper/recording.ts';
import { A, B, HEADER, NOON, RecordRig } from './record-rig.ts';

const REST = '1234.00,active,2026-11-24T17:00:00.000Z';
const SAME = `0.6100,310.00,0.6200,95.00,${REST}`;

let rig: RecordRig;
beforeEach(() => {
  rig = new RecordRig();
});
afterEach(() => {
  rig.stop.abort();
  rig.remove();
});

const setBook = (ticker: string, bids: [number, number][], asks: [number, number][]): void =>
  rig.act({ type: 'book.set', ticker, bids, asks });

describe('rows', () => {
  test('come first for each market, then where the top of its book changed', async () => {
    const recording = rig.start();
    await rig.pass(2);
    setBook(A, [[6000, 100]], [[6200, 9_500]]);
    await rig.pass(2);
    setBook(
      A,
      [
        [6000, 100],
        [5000, 1],
      ],
      [[6200, 9_500]],
    );
    await rig.pass(1);
    setBook(B, [], [[6200, 9_501]]);
    await rig.pass(1);
    rig.stop.abort();
    expect(await recording).toEqual({ rows: 4, firstAt: NOON, lastAt: NOON + 6_000 });
    expect(rig.text.split('\n')[0]).toBe(HEADER);
    expect(rig.text.split('\n')[1]).toBe(`2026-11-23T17:00:00.000Z,${A},${SAME}`);
    expect(rig.rows).toEqual([
      `0 ${A},${SAME}`,
      `0 ${B},${SAME}`,
      `3 ${A},0.6000,1.00,0.6200,95.00,${REST}`,
      `6 ${B},,,0.6200,95.01,${REST}`,
    ]);
    expect(rig.told).toEqual([]);
  });

  test('come every 30 s at least, with what is then known of the market', async () => {
    rig.start({ markets: [A] });
    await rig.pass(20);
    rig.act({ type: 'market.pause', ticker: A });
    await rig.pass(75);
    const paused = SAME.replace('active', 'inactive');
    expect(rig.rows).toEqual([
      `0 ${A},${SAME}`,
      `30 ${A},${paused}`,
      `60 ${A},${paused}`,
      `90 ${A},${paused}`,
    ]);
  });

  test('come at each look where looks are rarer', async () => {
    rig.start({ markets: [A], everyMs: 45_000 });
    await rig.pass(100);
    expect(rig.rows.map((row) => row.split(' ')[0])).toEqual(['0', '45', '90']);
  });

  test('say nothing of a market that could not be asked about for long', async () => {
    rig.start({ markets: [A] });
    await rig.pass(1);
    rig.act({ type: 'fault.html', match: { path: '/markets\\?', times: 'always' }, status: 502 });
    await rig.pass(125);
    expect(rig.rows.at(-2)).toBe(`90 ${A},${SAME}`);
    expect(rig.rows.at(-1)).toBe(`120 ${A},0.6100,310.00,0.6200,95.00,,,`);
    expect(rig.told).toEqual([]);
  });

  test('are what a replay reads', async () => {
    rig.start();
    await rig.pass(1);
    setBook(A, [], []);
    await rig.pass(1);
    const { markets, length, firstAt, lastAt, rows } = await readRecording(rig.file);
    expect({ markets, length, firstAt, lastAt }).toEqual({
      markets: [A, B],
      length: 3,
      firstAt: NOON,
      lastAt: NOON + 2_000,
    });
    expect([...rows].at(-1)).toEqual({
      at: NOON + 2_000,
      books: [{ market: A, bids: [], asks: [], observedAt: NOON + 2_000 }],
    });
  });

  test('come from as many calls as it takes, in the order of time', async () => {
    const names = Array.from({ length: 150 }, (_, i) => `KXMANY-26NOV29-${i}`);
    rig.remove();
    rig = new RecordRig(names.map(RecordRig.market));
    rig.tamper = (answer) => {
      rig.clock.jump(40);
      return answer;
    };
    const recording = rig.start({ markets: names });
    await rig.pass(0.5);
    rig.stop.abort();
    expect((await recording).rows).toBe(150);
    expect((await readRecording(rig.file)).markets).toEqual(names);
    const books = rig.asked.filter(({ url }) => url.pathname.endsWith('/orderbooks'));
    expect(books.map(({ url }) => url.searchParams.getAll('tickers').length)).toEqual([100, 50]);
  });
});

test('no key is sent', async () => {
  rig.start();
  await rig.pass(1);
  expect(rig.asked.flatMap(({ headers }) => Object.keys(headers))).toEqual(rig.asked.map(() => 'accept'));
});

describe('an outage', () => {
  test('is told once, leaves a gap, and is asked through ever more rarely', async () => {
    rig.start({ markets: [A] });
    await rig.pass(5);
    rig.link.isDown = true;
    const before = rig.asked.length;
    await rig.pass(100);
    const asked = rig.asked.slice(before).filter(({ url }) => url.pathname.endsWith('/orderbooks'));
    expect(asked.length).toBe(8);
    rig.link.isDown = false;
    await rig.pass(30);
    expect(rig.told).toEqual([
      'books are missing: the request failed (ECONNREFUSED). Trying on; what is missed stays a gap',
      expect.stringMatching(/^the books are back after 1\d\d s$/),
    ]);
    const times = rig.rows.map((row) => Number(row.split(' ')[0]));
    expect(times[0]).toBe(0);
    expect(times[1]).toBeGreaterThan(105);
  });

  test('of a part is one of that part alone', async () => {
    const names = Array.from({ length: 101 }, (_, i) => `KXMANY-26NOV29-${i}`);
    rig.remove();
    rig = new RecordRig(names.map(RecordRig.market));
    rig.start({ markets: names });
    await rig.pass(1);
    rig.act({
      type: 'fault.html',
      match: { path: 'orderbooks\\?tickers=KXMANY-26NOV29-100$', times: 'always' },
      status: 502,
    });
    setBook(names[0]!, [[5000, 100]], []);
    setBook(names[100]!, [[5000, 100]], []);
    await rig.pass(2);
    expect(rig.told).toEqual([expect.stringContaining('books are missing: HTTP 502')]);
    expect(rig.rows.slice(101).map((row) => row.split(',')[0])).toEqual([`2 ${names[0]}`]);
  });

  test('at the start is waited for', async () => {
    rig.link.isDown = true;
    const recording = rig.start();
    await rig.pass(3);
    expect(existsSync(rig.file)).toBe(false);
    rig.link.isDown = false;
    await rig.pass(10);
    rig.stop.abort();
    expect((await recording).rows).toBe(2);
    expect(rig.told).toEqual(['127.0.0.1 does not answer: the request failed (ECONNREFUSED). Trying on']);
  });
});

describe('the end', () => {
  test('comes at once, whatever is on its way', async () => {
    const recording = rig.start();
    await rig.pass(1.5);
    rig.act({ type: 'fault.delay', match: { path: 'orderbooks', times: 'always' }, delayMs: 9_000 });
    await rig.pass(1);
    rig.stop.abort();
    expect(await recording).toEqual({ rows: 2, firstAt: NOON, lastAt: NOON });
    expect(rig.clock.now()).toBe(NOON + 2_500);
    expect(rig.text.endsWith('\n')).toBe(true);
  });

  test('comes after the time wished for', async () => {
    const recording = rig.start({ forMs: 40_000 });
    await rig.pass(60);
    expect(await recording).toEqual({ rows: 4, firstAt: NOON, lastAt: NOON + 30_000 });
  });

  test('before there was an answer leaves no file', async () => {
    rig.link.isDown = true;
    const recording = rig.start();
    await rig.pass(3);
    rig.stop.abort();
    expect(await recording).toEqual({ rows: 0, firstAt: null, lastAt: null });
    expect(existsSync(rig.file)).toBe(false);
  });

  test('leaves no timer behind', async () => {
    const recording = rig.start({ forMs: 3_600_000 });
    await rig.pass(1);
    rig.stop.abort();
    await recording;
    await rig.pass(0);
    expect(rig.clock.nextDeadline()).toBe(rig.link.exchange.nextEventAt());
  });
});

describe('what is never recorded', () => {
  const bookOf = (change: (orderbook: Record<string, unknown>) => unknown): void => {
    rig.tamper = (answer, { url }) => {
      if (answer.kind !== 'answered' || !url.pathname.endsWith('/orderbooks')) return answer;
      const { orderbooks } = JSON.parse(answer.body) as { orderbooks: Record<string, unknown>[] };
      const changed = orderbooks.flatMap((book) => (book.ticker === A ? change(book) : book) ?? []);
      return { ...answer, body: JSON.stringify({ orderbooks: changed }) };
    };
  };

  test.each<[string, (book: Record<string, unknown>) => unknown, string]>([
    [
      'a crossed book, which no replay reads',
      (book) => ({
        ...book,
        orderbook_fp: { yes_dollars: [['0.6300', '1.00']], no_dollars: [['0.3800', '1.00']] },
      }),
      'its best bid lay above its best ask',
    ],
    ['a book that is left out', () => null, 'the exchange gave no book of it'],
    [
      'a book that can not be read',
      (book) => ({ ...book, orderbook_fp: { yes_dollars: [['61c', '1.00']], no_dollars: [] } }),
      `its book can't be read (orderbook_fp.yes_dollars.0.0: "61c" is not a decimal number)`,
    ],
  ])('%s', async (_, change, words) => {
    bookOf(change);
    rig.start();
    await rig.pass(3);
    expect(rig.rows.map((row) => row.split(',')[0])).toEqual([`0 ${B}`]);
    expect(rig.told).toEqual([`${A}: ${words}; it has no rows while that is so`]);
    rig.tamper = (answer) => answer;
    await rig.pass(1);
    expect(rig.rows.at(-1)).toBe(`4 ${A},${SAME}`);
  });

  test('a time before that of the last row, after the clock was set back', async () => {
    rig.start({ markets: [A] });
    await rig.pass(5);
    setBook(A, [[5000, 100]], []);
    await rig.pass(1);
    rig.jumpMs = -10_000;
    setBook(A, [[5100, 100]], []);
    await rig.pass(20);
    expect(rig.rows.map((row) => row.split(',').slice(0, 2).join(','))).toEqual([
      `0 ${A},0.6100`,
      `6 ${A},0.5000`,
      `6 ${A},0.5100`,
    ]);
    expect(rig.told).toEqual([
      "this machine's clock was set back: nothing is recorded until it has passed 2026-11-23T17:00:06.000Z",
    ]);
  });
});

describe('refusals', () => {
  test('a market that the exchange does not know is named before a file is made', async () => {
    const recording = rig.start({ markets: [A, 'KXNOPE-1', 'KXNOPE-2'] });
    await rig.pass(1);
    await expect(recording).rejects.toMatchObject({
      name: 'OperationError',
      code: 'invalid',
      message: '127.0.0.1 knows no market KXNOPE-1, KXNOPE-2',
    });
    expect(existsSync(rig.file)).toBe(false);
  });

  test('a host that does not speak the API', async () => {
    const recording = rig.start({ root: new URL('http://127.0.0.1/v1') });
    await rig.pass(1);
    await expect(recording).rejects.toMatchObject({ name: 'OperationError', code: 'unavailable' });
    await expect(recording).rejects.toThrow('127.0.0.1 does not list the markets: refused (HTTP 404');
  });
});

test('a clock that is off is told: the rows carry its times', async () => {
  rig.act({ type: 'exchange.clockOffset', offsetMs: 60_000 });
  rig.start();
  await rig.pass(1);
  expect(rig.told).toEqual([
    expect.stringMatching(
      /^this machine's clock is 6\d\.\d s behind the exchange's, and the rows carry its times$/,
    ),
  ]);
});
