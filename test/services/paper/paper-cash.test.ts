import { beforeEach, describe, expect, it } from 'vitest';
import { plainMarket } from '../../../src/services/venues/paper/book-source.ts';
import { orderRef } from '../../support/domain-builders.ts';
import { CASH, PaperExchange, START } from './paper-exchange.ts';

let exchange: PaperExchange;
beforeEach(async () => {
  exchange = await PaperExchange.open();
  await exchange.show([[4_800, 1_000]], [[5_000, 1_000]]);
});

const settled = (settlementValue: number | null) =>
  ({ ...plainMarket('A'), status: 'settled', settlementValue }) as const;
const settle = (value: number | null) =>
  exchange.venue.advance({ at: START + 2_000, books: [], markets: [settled(value)] });

describe('cash', () => {
  it('is what the account began with, until something is traded; holdings that are given cost nothing', async () => {
    await exchange.venue.credit('B', 'yes', 1_000, 4_000_000);
    expect(await exchange.balance()).toBe(CASH);
    await exchange.venue.credit('B', 'yes', -400, 0);
    expect(await exchange.balance()).toBe(CASH);
  });

  it('survives a restart, whatever the configuration says by then', async () => {
    await exchange.placed({ action: 'buy', timeInForce: 'ioc', limitPrice: 5_000, quantity: 100 });
    const left = CASH - 500_000 - 17_500;
    expect(await exchange.balance()).toBe(left);
    await exchange.restart({ cash: 7 });
    expect(await exchange.balance()).toBe(left);
  });

  it('of an account from before cash was kept is what the configuration says', async () => {
    await exchange.store.inner.save({ cash: null });
    await exchange.restart({ cash: 250_000_000 });
    expect(await exchange.balance()).toBe(250_000_000);
    await exchange.restart({ cash: 7 });
    expect(await exchange.balance()).toBe(250_000_000);
  });

  it.each([
    ['yes', 10_000, 1_000_000],
    ['yes', 0, 0],
    ['yes', 3_700, 370_000],
    ['no', 3_700, 630_000],
    ['no', 0, 1_000_000],
  ] as const)('a settlement pays one %s contract at %s', async (side, value, paid) => {
    await exchange.venue.credit('A', side, 100, 1);
    await settle(value);
    expect(await exchange.balance()).toBe(CASH + paid);
    await settle(value);
    expect([await exchange.balance(), await exchange.holdings()]).toEqual([CASH + paid, []]);
  });

  it('a settlement without its value pays once that is said', async () => {
    await exchange.venue.credit('A', 'yes', 100, 1);
    await settle(null);
    expect(await exchange.holdings()).toHaveLength(1);
    await settle(10_000);
    expect([await exchange.balance(), await exchange.holdings()]).toEqual([CASH + 1_000_000, []]);
  });

  it('a market that ends cancels what rests and frees what that bound', async () => {
    await exchange.placed({ action: 'buy', limitPrice: 4_900, quantity: 1_000 });
    expect(await exchange.balance()).toBe(CASH - 4_900_000);
    await settle(0);
    expect(await exchange.balance()).toBe(CASH);
  });
});

describe('a purchase', () => {
  it('is paid to the last $0.0001, and refused for one contract more', async () => {
    const rich = await PaperExchange.open({ cash: 5_000_000 + 175_000 });
    await rich.show([], [[5_000, 2_000]]);
    const order = { action: 'buy', timeInForce: 'ioc', limitPrice: 5_100 } as const;
    expect(await rich.place({ ...order, quantity: 1_001 })).toEqual({
      kind: 'rejected',
      code: 'other',
      message: 'not enough cash: 10.01 YES of A takes $5.180200 with its fees, $5.175000 is free',
    });
    await rich.placed({ ...order, quantity: 1_000 });
    expect(await rich.balance()).toBe(0);
  });

  it('that takes some at once and rests for the others must pay for both', async () => {
    const cash = 5_000 * 1_000 + 175_000 + 5_100 * 500;
    const exact = await PaperExchange.open({ cash });
    await exact.show([], [[5_000, 1_000]]);
    const order = { action: 'buy', limitPrice: 5_100 } as const;
    expect(await exact.place({ ...order, quantity: 1_501 })).toMatchObject({ code: 'other' });
    expect(await exact.placed({ ...order, quantity: 1_500 })).toMatchObject({ filled: 1_000 });
    expect(await exact.balance()).toBe(0);
    await exact.venue.cancel(orderRef('c2'));
    expect(await exact.balance()).toBe(5_100 * 500);
  });

  it.each(['yes', 'no'] as const)(
    'of the other side of a holding of %s would close it, and is refused',
    async (side) => {
      await exchange.venue.credit('A', side, 100, 1);
      const other = side === 'yes' ? 'no' : 'yes';
      expect(await exchange.place({ action: 'buy', side: other })).toEqual({
        kind: 'rejected',
        code: 'other',
        message: `${side.toUpperCase()} of A is held, and ${other.toUpperCase()} would close it: sell what is held instead`,
      });
      expect(await exchange.place({ action: 'buy', side })).toMatchObject({ kind: 'accepted' });
    },
  );

  it('that could not be saved has taken no cash', async () => {
    exchange.store.failure = 'nothing written';
    const order = { action: 'buy', timeInForce: 'ioc', limitPrice: 5_000, quantity: 100 } as const;
    expect(await exchange.place(order)).toMatchObject({ kind: 'unknown' });
    expect((await exchange.venue.balance()).kind).toBe('ok');
    exchange.store.failure = 'none';
    expect(await exchange.balance()).toBe(CASH);
    exchange.store.failure = 'written';
    expect(await exchange.place(order)).toMatchObject({ kind: 'unknown' });
    exchange.store.failure = 'none';
    expect(await exchange.balance()).toBe(CASH - 517_500);
  });
});
