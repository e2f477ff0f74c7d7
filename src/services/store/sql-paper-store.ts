import { byCreation, byMarket, byMarketAndSide } from '../venues/paper/paper-listing.ts';
import type { PaperChange, PaperStore, PaperWorld } from '../venues/paper/paper-store.ts';
import type { Database, Session } from './database.ts';
import { paperHoldings, paperMarkets, paperOrders, paperWorld } from './paper-schema.ts';
import { assertLease } from './sql-lease.ts';
import { writeRows } from './upsert.ts';

/** The paper exchange's world in its `paper_*` tables. */
export class SqlPaperStore implements PaperStore {
  readonly #database: Database;
  readonly #epoch: number | null;

  constructor(database: Database, epoch: number | null = null) {
    this.#database = database;
    this.#epoch = epoch;
  }

  /** The same world for who holds the lease: a save throws a LeaseLostError once `epoch` is not the lease's any more. */
  underLease(epoch: number): PaperStore {
    return new SqlPaperStore(this.#database, epoch);
  }

  load(): Promise<PaperWorld> {
    return this.#database.transaction(async ({ db }) => {
      const orders = await db.select().from(paperOrders);
      const holdings = await db.select().from(paperHoldings);
      const markets = await db.select().from(paperMarkets);
      const [world] = await db.select().from(paperWorld);
      return {
        orders: orders.sort(byCreation),
        holdings: holdings.sort(byMarketAndSide),
        markets: markets.sort(byMarket),
        at: world?.at ?? null,
        nextId: world?.nextId ?? 1,
        cash: world?.cash ?? null,
      };
    }, 'begin isolation level repeatable read, read only');
  }

  save(change: PaperChange): Promise<void> {
    const orders = lastOf(change.orders, (order) => order.clientId);
    const holdings = lastOf(change.holdings, ({ market, side }) => `${side} ${market}`);
    const markets = lastOf(change.markets, ({ market }) => market);
    return this.#database.transaction(async (session) => {
      if (this.#epoch !== null) await assertLease(session, this.#epoch);
      await writeRows(session, paperOrders, orders, ['client_order_id']);
      await writeRows(session, paperHoldings, holdings, ['market', 'side']);
      await writeRows(session, paperMarkets, markets, ['market']);
      await saveWorld(session, change);
    });
  }
}

async function saveWorld({ db }: Session, { at, nextId, cash }: PaperChange): Promise<void> {
  if (at === undefined && nextId === undefined && cash === undefined) return;
  const given = {
    ...(at !== undefined && { at }),
    ...(nextId !== undefined && { nextId }),
    ...(cash !== undefined && { cash }),
  };
  await db
    .insert(paperWorld)
    .values({ nextId: 1, ...given })
    .onConflictDoUpdate({ target: paperWorld.only, set: given });
}

const lastOf = <T>(records: readonly T[] = [], key: (record: T) => string): T[] => [
  ...new Map(records.map((record) => [key(record), record])).values(),
];
