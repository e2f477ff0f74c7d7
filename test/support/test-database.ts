import pg from 'pg';

/** Runs one statement on a connection of its own. */
export async function rowsOf(connection: pg.ClientConfig, sql: string, values: unknown[] = []) {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Removes all rows from all tables. */
export async function emptyDatabase(connection: pg.ClientConfig): Promise<void> {
  const [tables] = await rowsOf(
    connection,
    `select string_agg(quote_ident(tablename), ', ') as list from pg_tables where schemaname = 'public'`,
  );
  await rowsOf(connection, `truncate ${tables?.list} restart identity`);
}
