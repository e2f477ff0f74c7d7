import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { PRIORITIES } from '../../src/domain/method.ts';
import { formatPrice, formatQuantity, type Price } from '../../src/domain/money.ts';
import type { ExitTerms } from '../../src/services/operations/operations.ts';
import { LiveRig } from '../support/live-rig.ts';
import type { WorldOptions } from '../support/world.ts';

const WORD = { by: 'alice', reason: null };
const ALL = { quantity: null, priority: 'HIGH' } as const;
const PATIENT = { quantity: null, priority: 'MEDIUM' } as const;

let rig: LiveRig;
afterEach(() => rig.close());

const open = async (positions: WorldOptions['positions'] = [{}]): Promise<void> => {
  rig = await LiveRig.open('log: {}\n', { positions });
};
const show = async (bid: Price | null, ask: Price | null): Promise<void> => {
  rig.world.venue.show('GAME-A', bid, ask);
  await rig.world.pass(30);
};
const preview = (terms: ExitTerms = ALL) => rig.operations.previewExit('1', terms);

const WALKS =
  'If it is not filled within 10 s, the price walks down 2 times, 10 s each, then market orders sell the rest';
const GIVES_UP =
  'If it is not filled within 30 s, the price walks down 5 times, 15 s each, then it gives up.';
const REPEATS = 'is sent again every 5 s, up to 12 times; then it has failed, and you are alerted.';
const AT_COST = 'the bid is $0.50 for 10000, about $50.00, what it cost';

interface Row {
  name: string;
  given?: () => Promise<unknown>;
  terms?: ExitTerms;
  order: 'market' | 'limit';
  limit: string | null;
  text: string;
}

const rows: Row[] = [
  {
    name: 'HIGH offers below the bid and ends in market orders',
    order: 'limit',
    limit: '0.4900',
    text: `Offers 100 of 100 YES GAME-A at $0.49, now: ${AT_COST}. ${WALKS}, never below $0.25.`,
  },
  {
    name: 'CRITICAL sells at the market',
    terms: { quantity: null, priority: 'CRITICAL' },
    order: 'market',
    limit: '0.4000',
    text: `Sells 100 of 100 YES GAME-A with a market order at $0.40 or better, now: ${AT_COST}. What is not filled ${REPEATS}`,
  },
  {
    name: 'MEDIUM offers a part in the middle, and gives up',
    given: () => show(5_600, 5_800),
    terms: { quantity: 250, priority: 'MEDIUM' },
    order: 'limit',
    limit: '0.5700',
    text: `Offers 2.5 of 100 YES GAME-A at $0.57, now: the bid is $0.56 for 10000, about $1.40, a profit of $0.15 (+12 %). ${GIVES_UP}`,
  },
  {
    name: 'a loss is named',
    given: () => show(4_633, 4_733),
    terms: PATIENT,
    order: 'limit',
    limit: '0.4700',
    text: `Offers 100 of 100 YES GAME-A at $0.47, now: the bid is $0.4633 for 10000, about $46.33, a loss of $3.67 (−7.34 %). ${GIVES_UP}`,
  },
  {
    name: 'without a bid a limit order rests',
    given: () => show(null, 5_100),
    order: 'limit',
    limit: '0.4900',
    text: `Offers 100 of 100 YES GAME-A at $0.49, now: there is no bid. ${WALKS}, never below $0.25.`,
  },
  {
    name: 'without a bid a market order waits for one',
    given: () => show(null, 5_100),
    terms: { quantity: null, priority: 'CRITICAL' },
    order: 'market',
    limit: null,
    text: 'Sells 100 of 100 YES GAME-A with a market order, at the next bid: there is no bid. It looks for a bid every 5 s, up to 12 times; then it has failed, and you are alerted.',
  },
  {
    name: 'an old quote says so',
    given: () => rig.world.pass(20),
    order: 'limit',
    limit: '0.4900',
    text: `Offers 100 of 100 YES GAME-A at about $0.49, as soon as a fresh quote is there: 21 s ago the bid was $0.50 for 10000, about $50.00, what it cost. ${WALKS}, never below $0.25.`,
  },
  {
    name: 'while the market rests the order waits',
    given: async () => {
      rig.world.venue.list('GAME-A', { status: 'paused' });
      await rig.world.pass(31);
    },
    order: 'limit',
    limit: '0.4900',
    text: `Offers 100 of 100 YES GAME-A at $0.49: ${AT_COST}. The market does not trade now: the order goes out when it does. ${WALKS}, never below $0.25.`,
  },
];

describe('what an exit would do', () => {
  test.each(rows)('$name', async ({ given, terms = ALL, order, limit, text }) => {
    await open();
    await given?.();
    expect(await preview(terms)).toMatchObject({
      ...{ id: '1', market: 'GAME-A', side: 'yes', priority: terms.priority },
      ...{ order, limit_price: limit, possible: true, replaces: null, text },
    });
    expect(rig.world.position().exit).toBeNull();
  });

  test('in numbers, for the owner of NO', async () => {
    await open([{ side: 'no', quantity: 10_000, cost: 50_000_000, sold: 2_000 }]);
    expect(await preview({ quantity: 1_500, priority: 'LOW' })).toMatchObject({
      ...{ side: 'no', quantity: '15.00', remaining: '80.00', bid: '0.4900', ask: '0.5000' },
      ...{ mark_age_seconds: 1, worth: '7.350000', pnl: '-0.150000', limit_price: '0.5000' },
    });
  });

  test('without a bid nothing is said of its worth', async () => {
    await open();
    await show(null, 5_100);
    expect(await preview()).toMatchObject({ bid: null, mark_age_seconds: null, worth: null, pnl: null });
  });
});

describe('what runs already', () => {
  const running = (priority: ExitTerms['priority']) =>
    rig.operations.exit('1', { ...WORD, quantity: null, priority });

  test('is replaced, once its order is cancelled', async () => {
    await open();
    await running('LOW');
    await rig.world.pass(1);
    expect(await preview()).toMatchObject({
      possible: true,
      replaces: 'operator (LOW)',
      text: expect.stringMatching(/^Replaces operator \(LOW\) once its order is cancelled\. Offers 100 /),
    });
  });

  test.each(['HIGH', 'CRITICAL'] as const)('at %s it sells as much already', async (priority) => {
    await open();
    await running(priority);
    await rig.world.pass(1);
    expect(await preview()).toMatchObject({
      possible: true,
      replaces: `operator (${priority})`,
      text: expect.stringContaining('which sells as much already: that may only lose time. Offers 100 '),
    });
  });

  test('is said to have failed', async () => {
    await open();
    rig.world.venue.next.place.push({ kind: 'rejected', code: 'other', message: 'no such thing' });
    await running('LOW');
    await rig.world.pass(1);
    expect((await preview()).text).toMatch(/^Replaces operator \(LOW\), which failed\. Offers 100 /);
  });
});

describe('what can not be sold', () => {
  test('more than is left', async () => {
    await open();
    expect(await preview({ quantity: 10_001, priority: 'HIGH' })).toMatchObject({
      ...{ possible: false, order: null, limit_price: null, worth: null, pnl: null, bid: '0.5000' },
      text: "100.01 can't be sold: of YES GAME-A 100 are left.",
    });
  });

  test('what is closed', async () => {
    await open();
    await rig.operations.exit('1', { ...WORD, ...ALL });
    await rig.world.pass(1);
    const [order] = [...rig.world.venue.orders.values()];
    rig.world.venue.fill(order!.clientId, order!.quantity);
    await rig.world.pass(60);
    expect(await preview()).toMatchObject({
      ...{ possible: false, remaining: '0.00', bid: null, worth: null, order: null },
      text: 'YES GAME-A is closed: nothing is left to sell.',
    });
  });

  test('what awaits its settlement', async () => {
    await open();
    rig.world.venue.list('GAME-A', { status: 'closed' });
    await rig.world.pass(31);
    expect(await preview()).toMatchObject({
      possible: false,
      text: 'The market of YES GAME-A is closed: it is settled, not sold.',
    });
  });

  test('what is not there', async () => {
    await open();
    await expect(rig.operations.previewExit('9', ALL)).rejects.toMatchObject({ code: 'not_found' });
    await expect(preview({ quantity: 0, priority: 'HIGH' })).rejects.toMatchObject({ code: 'invalid' });
  });
});

test('a book that the position has skipped prices the preview, and the exit', async () => {
  await open();
  const { postern, clock, venue } = rig.world;
  const [bids, asks] = [[{ price: 4_900, size: 700 }], [{ price: 5_000, size: 700 }]];
  const book = { market: 'GAME-A', bids, asks, observedAt: clock.now() };
  postern.post('watch', { type: 'book', book, at: clock.now(), positionId: null });
  expect(rig.world.position().bid).toBe(5_000);
  expect(await preview()).toMatchObject({
    ...{ bid: '0.4900', limit_price: '0.4800' },
    text: expect.stringContaining('the bid is $0.49 for 7, about $49.00'),
  });
  const usedUp = { ...book, bids: [{ price: 4_900, size: 0 }] };
  postern.post('watch', { type: 'book', book: usedUp, at: clock.now(), positionId: null });
  expect((await preview()).text).toContain('the bid is $0.49, with nothing left at it, about $49.00');
  await rig.operations.exit('1', { ...WORD, ...ALL });
  await rig.world.pass(1);
  expect(venue.calls.find((call) => call.startsWith('place '))).toMatch(/ 100\.00 at 0\.4800$/);
});

/** A book that triggers nothing, in the terms of the side owned, and how long ago it came. */
const cases = fc.record({
  side: fc.constantFrom('yes' as const, 'no' as const),
  bid: fc.integer({ min: 44, max: 54 }).map((cents) => cents * 100),
  spread: fc.integer({ min: 1, max: 3 }).map((cents) => cents * 100),
  hasAsk: fc.boolean(),
  quantity: fc.option(fc.integer({ min: 1, max: 10_000 })),
  priority: fc.constantFrom(...PRIORITIES),
  runs: fc.option(fc.constantFrom(...PRIORITIES)),
  after: fc.integer({ min: 0, max: 12 }),
});

test('a real exit then sends the very order that was previewed', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ side, bid, spread, hasAsk, quantity, priority, runs, after }) => {
      rig = await LiveRig.open('log: {}\n', { positions: [{ side }] });
      const { venue } = rig.world;
      const ask = hasAsk ? bid + spread : null;
      if (side === 'yes') venue.show('GAME-A', bid, ask);
      else venue.show('GAME-A', ask === null ? null : 10_000 - ask, 10_000 - bid);
      await rig.world.pass(30 + after);
      if (runs !== null) {
        await rig.operations.exit('1', { ...WORD, quantity: null, priority: runs });
        await rig.world.pass(1);
      }
      const sent = venue.calls.filter((call) => call.startsWith('place ')).length;
      const said = await rig.operations.previewExit('1', { quantity, priority });
      await rig.operations.exit('1', { ...WORD, quantity, priority });
      await rig.world.pass(2);
      const [order] = venue.calls.filter((call) => call.startsWith('place ')).slice(sent);
      expect(order).toMatch(new RegExp(`-1 ${said.quantity} at ${said.limit_price}$`));
      expect(said.quantity).toBe(formatQuantity(quantity ?? 10_000));
      expect(said.bid).toBe(formatPrice(bid));
      expect(said.replaces).toBe(runs === null ? null : `operator (${runs})`);
      rig.close();
    }),
    { numRuns: 40 },
  );
});
