import { beforeEach, describe, expect, test } from 'vitest';
import type { PaperMarket, PaperOrder, PaperStore } from '../../src/services/venues/paper/paper-store.ts';
import { NOON } from '../support/domain-builders.ts';

const anOrder = (overrides: Partial<PaperOrder> = {}): PaperOrder => ({
  clientId: 'p1-e1-1',
  venueOrderId: 'paper-1',
  market: 'GAME-A',
  side: 'no',
  action: 'sell',
  limitPrice: 4900,
  quantity: 9963,
  status: 'resting',
  filled: 37,
  fills: [{ fillId: 'paper-f1', price: 4901, quantity: 37, fee: 12_345, maker: true, at: NOON }],
  at: NOON + 1,
  timeInForce: 'gtc',
  createdAt: NOON,
  ...overrides,
});

const aMarket = (overrides: Partial<PaperMarket> = {}): PaperMarket => ({
  market: 'GAME-A',
  bids: [{ price: 4900, size: 1 }],
  asks: [],
  observedAt: NOON,
  status: 'open',
  settlementValue: null,
  ...overrides,
});

/** What every PaperStore does; `fresh` gives an empty one. */
export function paperStoreContract(name: string, fresh: () => Promise<PaperStore>): void {
  describe(`paper store contract: ${name}`, () => {
    let paper: PaperStore;
    beforeEach(async () => {
      paper = await fresh();
    });

    test('a new world is empty', async () => {
      expect(await paper.load()).toEqual({
        ...{ orders: [], holdings: [], markets: [] },
        ...{ at: null, nextId: 1, cash: null },
      });
    });

    test('a world comes back whole', async () => {
      const world = {
        orders: [
          anOrder(),
          anOrder({ clientId: 'p1-e1-2', limitPrice: null, fills: [], createdAt: NOON + 5 }),
        ],
        holdings: [
          { market: 'GAME-A', side: 'no' as const, quantity: 1, cost: 1 },
          { market: 'GAME-A', side: 'yes' as const, quantity: 2 ** 53 - 1, cost: 2 ** 53 - 1 },
        ],
        markets: [aMarket(), aMarket({ market: 'GAME-B', status: 'settled', settlementValue: 10_000 })],
        at: NOON + 7,
        nextId: 42,
        cash: 2 ** 53 - 1,
      };
      await paper.save(world);
      expect(await paper.load()).toEqual(world);
    });

    test('a change replaces what it names and leaves the rest', async () => {
      await paper.save({ orders: [anOrder()], markets: [aMarket()], at: NOON, nextId: 5 });
      await paper.save({ orders: [anOrder({ status: 'filled' })], at: NOON + 1 });
      await paper.save({ cash: -1 });
      await paper.save({ nextId: 6 });
      expect(await paper.load()).toEqual({
        orders: [anOrder({ status: 'filled' })],
        holdings: [],
        markets: [aMarket()],
        at: NOON + 1,
        nextId: 6,
        cash: -1,
      });
    });

    test('callers cannot change what is stored', async () => {
      const order = anOrder();
      await paper.save({ orders: [order] });
      order.fills.pop();
      (await paper.load()).orders[0]!.filled = 0;
      expect((await paper.load()).orders).toEqual([anOrder()]);
    });
  });
}
