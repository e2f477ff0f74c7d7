import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LeaseLostError, type Store } from '../../src/actors/ports.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { type OpenStore, openStore } from '../../src/services/store/open-store.ts';
import { MemoryPaperStore } from '../../src/services/venues/paper/memory-paper-store.ts';
import { aPosition } from '../support/domain-builders.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import {
  aBusyPosition,
  aDecision,
  anAttempt,
  anEvaluation,
  anExit,
  storing,
} from '../support/store-records.ts';
import { emptyDatabase, rowsOf } from '../support/test-database.ts';
import { entryStoreContract } from './entry-store-contract.ts';
import { paperStoreContract } from './paper-store-contract.ts';
import { storeContract } from './store-contract.ts';

describe('memory', () => {
  let ticks = 0;
  storeContract('memory', async () => new MemoryStore({ now: () => ticks++ }));
  entryStoreContract('memory', async () => new MemoryStore({ now: () => ticks++ }));
  paperStoreContract('memory', async () => new MemoryPaperStore());

  test('hooks fail a commit before or after it is applied', async () => {
    const fail = vi.fn();
    const store = new MemoryStore({
      now: () => 0,
      beforeCommit: () => fail('before'),
      afterCommit: () => fail('after'),
    });
    const epoch = await leaseOf(store);
    fail.mockImplementationOnce(() => {
      throw new Error('before');
    });
    await expect(store.commit(epoch, [storing(aPosition())])).rejects.toThrow('before');
    expect(await store.openPositionIds()).toEqual([]);

    fail.mockImplementation((when) => {
      if (when === 'after') throw new Error('after');
    });
    await expect(store.commit(epoch, [storing(aPosition())])).rejects.toThrow('after');
    expect(await store.openPositionIds()).toEqual(['pos-1']);
  });
});

describe('PostgreSQL', () => {
  let server: PostgresServer;
  let url: string;
  let opened: OpenStore;
  const open = (options: { url: string; migrate?: boolean }) =>
    openStore({ dataDir: '/nowhere', migrate: true, ...options });
  const fresh = async () => {
    await emptyDatabase({ connectionString: url });
    return opened;
  };
  const query = (sql: string, values: unknown[] = []) => rowsOf({ connectionString: url }, sql, values);

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    opened = await open({ url });
  });
  afterAll(async () => {
    await opened?.close();
    await server?.stop();
  });

  storeContract('PostgreSQL', async () => (await fresh()).store);
  entryStoreContract('PostgreSQL', async () => (await fresh()).store);
  paperStoreContract('PostgreSQL', async () => (await fresh()).paper);

  test('the columns of a position can be read by people and queries', async () => {
    const { store } = await fresh();
    await store.commit(await leaseOf(store), [storing(aBusyPosition({ mark: 5301 }), anEvaluation())]);
    const rows =
      await query(`select current_price::text, unrealized_pnl::text, unrealized_pnl_pct::text, peak_price::text,
      trailing_stop_active, trailing_stop_price::text, exit_reason, exit_priority, state, remaining::text, method_version,
      step_deadline, rest_times->>'profit_target' as rest, held, schema_version, evaluation->>'mark' as mark from positions`);
    expect(rows).toEqual([
      {
        current_price: '0.5301',
        unrealized_pnl: '2.998863',
        unrealized_pnl_pct: '0.060200',
        peak_price: '0.5600',
        trailing_stop_active: true,
        trailing_stop_price: '0.5320',
        exit_reason: 'trailing_stop',
        exit_priority: 'HIGH',
        state: 'walking',
        remaining: '99.63',
        method_version: 1,
        step_deadline: new Date('2026-01-01T12:00:10.001Z'),
        rest: '1767269100000',
        held: true,
        schema_version: 2,
        mark: '5000',
      },
    ]);
  });

  test('the average price of fills is a column of exits and attempts', async () => {
    const { store } = await fresh();
    const attempt = anAttempt({ filled: 300, proceeds: 10_000, status: 'partial' });
    await store.commit(await leaseOf(store), [
      storing(aPosition()),
      { kind: 'exit', exit: anExit() },
      { kind: 'attempt', attempt },
    ]);
    const averages =
      'select exit_price::text, filled_price::text from position_exits join exit_attempts using (exit_id)';
    expect(await query(averages)).toEqual([{ exit_price: '4.900000', filled_price: '0.003333' }]);
  });

  test('NUMERIC columns refuse NaN', async () => {
    const { store } = await fresh();
    await store.commit(await leaseOf(store), [storing(aPosition())]);
    for (const column of ['cost', 'current_price', 'peak_price']) {
      await expect(query(`update positions set ${column} = 'NaN'`)).rejects.toMatchObject({ code: '23514' });
    }
  });

  test('text that PostgreSQL cannot store does not stop a commit', async () => {
    const { store } = await fresh();
    const odd = {
      kind: 'decision',
      decision: aDecision({ summary: 'a\0b', data: { half: '\ud83c', whole: '🏁\\u0000' } }),
    };
    await store.commit(await leaseOf(store), [odd as never]);
    expect(await store.decisions({ limit: 1 })).toMatchObject([
      { summary: 'a\ufffdb', data: { half: '\ufffd', whole: '🏁\\u0000' } },
    ]);
  });

  test("errors keep PostgreSQL's code", async () => {
    const { store } = await fresh();
    const epoch = await leaseOf(store);
    await query('alter table decisions rename to gone');
    const missing = { code: '42P01' };
    await expect(store.commit(epoch, [{ kind: 'decision', decision: aDecision() }])).rejects.toMatchObject(
      missing,
    );
    await expect(store.decisions({ limit: 1 })).rejects.toMatchObject(missing);
    await query('alter table gone rename to decisions');
  });

  test('a commit that waits behind the taking of the lease is fenced off', async () => {
    const { store } = await fresh();
    const epoch = await leaseOf(store);
    const taker = new pg.Client({ connectionString: url });
    await taker.connect();
    await taker.query('begin');
    await taker.query(`update leases set owner = 'taker', epoch = epoch + 1`);
    const outcome = store.commit(epoch, [storing(aPosition())]).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await query(WAITING)).length === 1);
    await taker.query('commit');
    expect(await outcome).toBeInstanceOf(LeaseLostError);
    expect(await store.openPositionIds()).toEqual([]);
    await taker.end();
  });

  test('a stamped commit that waits behind the taking of the lease is fenced off, and its stamp is free', async () => {
    const { store } = await fresh();
    const epoch = await leaseOf(store);
    const taker = new pg.Client({ connectionString: url });
    await taker.connect();
    await taker.query('begin');
    await taker.query(`update leases set owner = 'taker', epoch = epoch + 1`);
    const stamp = { epoch, sequence: 1 };
    const outcome = store.commit(epoch, [storing(aPosition())], stamp).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await query(WAITING)).length === 1);
    await taker.query('commit');
    expect(await outcome).toBeInstanceOf(LeaseLostError);
    expect(await store.lastStamp()).toBeNull();
    await store.commit(epoch + 1, [storing(aPosition())], stamp);
    expect(await store.openPositionIds()).toEqual(['pos-1']);
    await taker.end();
  });

  test('a connection lost in mid-commit fails that commit only', async () => {
    const { store } = await fresh();
    const epoch = await leaseOf(store);
    const blocker = new pg.Client({ connectionString: url });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('lock table decisions');
    const writes = [storing(aPosition()), { kind: 'decision', decision: aDecision() } as const];
    const outcome = store.commit(epoch, writes).catch((error: unknown) => error);
    await vi.waitUntil(async () => (await query(WAITING)).length === 1);
    await query(`select pg_terminate_backend(pid) from (${WAITING}) as waiting`);
    expect(await outcome).toMatchObject({ code: '57P01' });
    await blocker.query('rollback');
    expect(await store.openPositionIds()).toEqual([]);
    await store.commit(epoch, writes);
    expect(await store.openPositionIds()).toEqual(['pos-1']);
    await blocker.end();
  });

  test('three processes may migrate at once', async () => {
    const shared = await server.createDatabase();
    await expect(open({ url: shared, migrate: false })).rejects.toThrow('run "postern migrate"');
    const stores = await Promise.all([1, 2, 3].map(() => open({ url: shared })));
    const ids = await Promise.all(stores.map(({ store }) => store.instance()));
    expect(new Set(ids).size).toBe(1);
    await Promise.all(stores.map((each) => each.close()));

    await rowsOf(
      { connectionString: shared },
      `insert into drizzle.__drizzle_migrations (hash, created_at)
      values ('future', 9999999999999)`,
    );
    await expect(open({ url: shared })).rejects.toThrow('migrated by a newer version');
  });

  test.each([
    [
      'a wrong password',
      (to: URL) => Object.assign(to, { password: 'hunter2' }),
      /^the database at .* refuses user/,
    ],
    [
      'no such database',
      (to: URL) => Object.assign(to, { pathname: '/nosuch' }),
      /^the database "nosuch" does not exist/,
    ],
    [
      'nobody there',
      (to: URL) => Object.assign(to, { port: '1' }),
      /^the database at .*:1\/.* can't be reached: ECONNREFUSED$/,
    ],
    ['no URL', () => 'postgres://me:hunter2@@:x', /^the database URL is not of the form/],
  ])('says what is wrong without the password: %s', async (_, spoil, message) => {
    const error = await open({ url: String(spoil(new URL(url))) }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StoreUnavailableError', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toMatch(/hunter2|postgres:postgres/);
  });
});

const WAITING = `select pid from pg_stat_activity
  where wait_event_type = 'Lock' and application_name = 'postern' and datname = current_database()`;

async function leaseOf(store: Store): Promise<number> {
  const lease = await store.acquireLease('tests', 60_000);
  if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
  return lease.epoch;
}
