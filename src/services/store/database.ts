import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

/** One session: drizzle for reads, the bare client for bulk writes. */
export interface Session {
  db: NodePgDatabase;
  client: pg.PoolClient;
  rowsWritten: number;
}

export interface DatabaseOptions {
  /** A database without autovacuum and checkpoints of its own (PGlite) gets both after this many rows. */
  vacuumAfterRows?: number;
}

/** The pool of one database, with errors as PostgreSQL gave them. */
export class Database {
  readonly #pool: pg.Pool;
  readonly #vacuumAfterRows: number;
  #rowsSinceVacuum = 0;
  #closed: Promise<void> | null = null;

  constructor(config: pg.PoolConfig, options: DatabaseOptions = {}) {
    this.#pool = new pg.Pool(config);
    // An idle connection that breaks is replaced; the next query that needs it reports.
    this.#pool.on('error', () => {});
    this.#vacuumAfterRows = options.vacuumAfterRows ?? Number.POSITIVE_INFINITY;
  }

  /** Runs `work` in one transaction; rolls back and rethrows when it throws. */
  async transaction<T>(work: (session: Session) => Promise<T>, begin = 'begin'): Promise<T> {
    const result = await this.session(async (session) => {
      await session.client.query(begin);
      try {
        const value = await work(session);
        await commit(session.client);
        this.#rowsSinceVacuum += session.rowsWritten;
        return value;
      } catch (error) {
        if (isConnectionUsable(error)) await session.client.query('rollback');
        throw error;
      }
    });
    this.#vacuumWhenDue();
    return result;
  }

  /** Runs `work` on one connection, which is thrown away when the error leaves its state in doubt. */
  async session<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let broken: Error | undefined;
    const noteBreak = (error: Error) => {
      broken = error;
    };
    client.on('error', noteBreak);
    try {
      return await work({ db: drizzle(client), client, rowsWritten: 0 });
    } catch (thrown) {
      const error = originalError(thrown);
      if (!isConnectionUsable(error)) broken ??= asError(error);
      throw error;
    } finally {
      client.off('error', noteBreak);
      client.release(broken);
    }
  }

  /** Waits for what runs and closes all connections. */
  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  #vacuumWhenDue(): void {
    if (this.#closed || this.#rowsSinceVacuum < this.#vacuumAfterRows) return;
    this.#rowsSinceVacuum = 0;
    this.session(async ({ client }) => {
      await client.query('vacuum (truncate off)');
      await client.query('checkpoint');
    }).catch(() => {
      // The next one makes up for it; a broken database is reported by the next commit.
    });
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') throw new Error(`the database answered the commit with ${command || 'nothing'}`);
}

/** drizzle wraps errors in one whose message holds every parameter; this gives back PostgreSQL's own, with its `code`. */
export const originalError = (error: unknown): unknown =>
  error instanceof DrizzleQueryError && error.cause ? error.cause : error;

/** The server answered (or the error is our own): the connection still speaks. Network errors and timeouts are neither. */
function isConnectionUsable(thrown: unknown): boolean {
  const error = originalError(thrown);
  if (error instanceof pg.DatabaseError) return error.severity !== 'FATAL' && error.severity !== 'PANIC';
  return error instanceof Error && OWN_ERRORS.has(error.name);
}

const OWN_ERRORS = new Set(['LeaseLostError', 'InvariantError', 'RangeError', 'TypeError']);

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
