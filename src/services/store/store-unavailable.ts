import pg from 'pg';

/** The store can't be opened; the message says why in one sentence for the operator, without credentials. */
export class StoreUnavailableError extends Error {
  override name = 'StoreUnavailableError';
}

/** A server as messages may name it. */
export interface Server {
  name: string;
  user: string;
  database: string;
}

/** Names the server of a URL. Throws a StoreUnavailableError when it is none. */
export function nameServer(url: string): Server {
  try {
    const { protocol } = new URL(url);
    if (protocol !== 'postgres:' && protocol !== 'postgresql:') throw new Error('not PostgreSQL');
    const { host, port, database, user } = new pg.Client({ connectionString: url });
    const name = `${host}:${port}/${database ?? ''}`;
    return { name, user: user ?? '', database: database ?? '' };
  } catch {
    throw new StoreUnavailableError(
      'the database URL is not of the form postgresql://user:password@host:port/database',
    );
  }
}

/** Says in one sentence what kept a server's database from opening. */
export function explainServerError(error: unknown, { name, user, database }: Server): StoreUnavailableError {
  const code = (error as { code?: unknown } | null)?.code;
  const because = (text: string) => new StoreUnavailableError(text, { cause: error });
  if (code === '28P01' || code === '28000') {
    return because(
      `the database at ${name} refuses user "${user}": wrong user or password, or not allowed to connect`,
    );
  }
  if (code === '3D000') return because(`the database "${database}" does not exist at ${name}`);
  if (code === '42501')
    return because(`user "${user}" may not do this in the database at ${name}: ${messageOf(error)}`);
  if (error instanceof pg.DatabaseError)
    return because(`the database at ${name} answers: ${messageOf(error)}`);
  return because(
    `the database at ${name} can't be reached: ${typeof code === 'string' ? code : messageOf(error)}`,
  );
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
