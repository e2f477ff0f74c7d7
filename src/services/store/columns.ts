import { type SQL, sql } from 'drizzle-orm';
import { type CheckBuilder, check, customType, type PgColumn } from 'drizzle-orm/pg-core';
import {
  formatFraction,
  formatMoney,
  formatPrice,
  formatQuantity,
  parseFraction,
  parseMoney,
  parsePrice,
  parseQuantity,
} from '../../domain/money.ts';

const scaledNumeric = (type: string, format: (value: number) => string, parse: (text: string) => number) =>
  customType<{ data: number; driverData: string }>({
    dataType: () => type,
    toDriver: format,
    fromDriver: parse,
  });

/** A Price (1e-4 $) as NUMERIC. */
export const price = scaledNumeric('numeric(10, 4)', formatPrice, parsePrice);
/** A Quantity (0.01 contracts) as NUMERIC. */
export const quantity = scaledNumeric('numeric(18, 2)', formatQuantity, parseQuantity);
/** Money (1e-6 $) as NUMERIC. */
export const money = scaledNumeric('numeric(20, 6)', formatMoney, parseMoney);
/** A Fraction (1e-6) as NUMERIC. */
export const fraction = scaledNumeric('numeric(20, 6)', formatFraction, parseFraction);

/** Milliseconds since the epoch as timestamptz. */
export const instant = customType<{ data: number; driverData: string }>({
  dataType: () => 'timestamp(3) with time zone',
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: parseInstant,
});

/** "2026-01-31 12:00:00.123+00" → ms since the epoch. Throws a RangeError on anything else. */
export function parseInstant(text: string): number {
  const ms = new Date(text).getTime();
  if (Number.isNaN(ms)) throw new RangeError(`"${text}" is not a time`);
  return ms;
}

/** NUMERIC accepts NaN; this check keeps it out of the given columns. */
export function refuseNaN(table: string, columns: PgColumn[]): CheckBuilder {
  const list: SQL = sql.join(
    columns.map((column) => sql.raw(`"${column.name}"`)),
    sql`, `,
  );
  return check(`${table}_no_nan`, sql`'NaN'::numeric <> all (array[${list}]::numeric[])`);
}

/** PostgreSQL has times that no program can count to (infinity, 44 BC); this check keeps them out of the given columns. */
export function withinCalendar(table: string, columns: PgColumn[]): CheckBuilder {
  const within = columns.map((column) => sql.raw(`"${column.name}" between ${EARLIEST} and ${LATEST}`));
  return check(`${table}_times`, sql.join(within, sql` and `));
}

const EARLIEST = "'1970-01-01 00:00:00+00'::timestamptz";
const LATEST = "'9999-12-31 00:00:00+00'::timestamptz";
