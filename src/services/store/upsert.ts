import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Session } from './database.ts';

/** What to do with a row whose key is already stored. */
export type OnConflict = 'replace' | 'keep';

/**
 * Writes any number of rows with one statement of one JSON parameter: no parameter limit, one text to parse for the
 * server, and NUMERIC arrives as the exact text its column type made of it. `key` are the column names of the key;
 * without one the rows are appended and identity columns are left to the database.
 */
export async function writeRows<T extends PgTable>(
  session: Session,
  table: T,
  rows: T['$inferInsert'][],
  key: string[] = [],
  onConflict: OnConflict = 'replace',
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    const chunk = rows.slice(from, from + ROWS_PER_STATEMENT);
    await session.client.query(insertStatement(table, key, onConflict), [encodeRows(table, chunk)]);
    session.rowsWritten += chunk.length;
  }
}

/** Encoding a chunk keeps the event loop for some 5 ms at most. */
const ROWS_PER_STATEMENT = 100;

function insertStatement(table: PgTable, key: string[], onConflict: OnConflict): string {
  const names = writtenColumns(table).map(([, column]) => column.name);
  const list = names.map(quoted).join(', ');
  const name = quoted(getTableName(table));
  const replaced = names.filter((column) => !key.includes(column));
  const resolution =
    onConflict === 'keep' || replaced.length === 0
      ? 'do nothing'
      : `do update set ${replaced.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')}`;
  const conflict = key.length === 0 ? '' : ` on conflict (${key.map(quoted).join(', ')}) ${resolution}`;
  return `insert into ${name} (${list}) select ${list} from json_populate_recordset(null::${name}, $1)${conflict}`;
}

function encodeRows<T extends PgTable>(table: T, rows: T['$inferInsert'][]): string {
  const columns = writtenColumns(table);
  const encoded = rows.map((row) => {
    const fields: Record<string, unknown> = {};
    for (const [key, column] of columns) {
      const value = (row as Record<string, unknown>)[key];
      if (value === null || value === undefined) continue;
      fields[column.name] = column.columnType === 'PgJsonb' ? value : column.mapToDriverValue(value);
    }
    return fields;
  });
  const json = JSON.stringify(encoded);
  return UNSTORABLE_ESCAPE.test(json) ? JSON.stringify(encoded, replaceUnstorable) : json;
}

const writtenColumns = (table: PgTable) =>
  Object.entries(getTableColumns(table)).filter(([, column]) => column.generatedIdentity === undefined);

const quoted = (name: string) => `"${name}"`;

// PostgreSQL stores neither NUL nor half of a surrogate pair; a venue's odd error text must not stop an exit.
const UNSTORABLE_ESCAPE = /\\u0000|\\ud[89a-f]/i;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const replaceUnstorable = (_key: string, value: unknown) =>
  typeof value === 'string' ? value.replace(UNSTORABLE, '\ufffd') : value;
