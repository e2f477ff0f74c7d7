import { ONE_DOLLAR, type Price, type Quantity } from '../../../domain/money.ts';

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d+))?$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** A price of a book in (0, 1) exact to 0.0001, or what is allowed instead. */
export function readBookPrice(text: string): Price | string {
  const match = DECIMAL.exec(text);
  if (!match) return 'must be a decimal number like 0.35';
  const [, sign, whole, decimals = ''] = match;
  if (/[1-9]/.test(decimals.slice(4))) return 'must be exact to 0.0001';
  const price = Number(whole) * ONE_DOLLAR + Number(decimals.slice(0, 4).padEnd(4, '0'));
  return sign === '' && price > 0 && price < ONE_DOLLAR ? price : 'must lie between 0 and 1, both excluded';
}

/** A size above 0, cut to 0.01 contracts (0 for less than that), or what is allowed instead. */
export function readBookSize(text: string): Quantity | string {
  const match = DECIMAL.exec(text);
  if (!match) return 'must be a decimal number like 4394.0';
  const [, sign, whole, decimals = ''] = match;
  if (sign !== '' || !/[1-9]/.test(text)) return 'must be above 0';
  return Number(whole) * 100 + Number(decimals.slice(0, 2).padEnd(2, '0'));
}

/** Reads an ISO 8601 time as ms since the epoch, finer digits cut off; without a zone it is UTC. Null when it is none. */
export type TimeReader = (text: string) => number | null;

/** A time reader that keeps the last date it saw: the rows of one day follow each other. */
export function createTimeReader(): TimeReader {
  let last: { date: string; at: number | null } = { date: '', at: null };
  return (text) => {
    const match = TIME.exec(text);
    if (!match) return null;
    const [, date, hour, minute, second, fraction = '', zone = 'Z'] = match;
    if (date !== last.date) last = { date: date!, at: readDay(date!) };
    const offset = readOffset(zone);
    if (last.at === null || offset === null) return null;
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
    const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second);
    return last.at + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset;
  };
}

/** Midnight UTC of a date, null when the calendar has none such. */
function readDay(date: string): number | null {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? at : null;
}

/** East of UTC in ms. */
function readOffset(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
