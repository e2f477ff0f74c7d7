/** Calendar days of an IANA time zone (SPEC 9): when the trading day begins and ends. */

export interface TradingDay {
  /** YYYY-MM-DD. */
  day: string;
  /** The day's first millisecond (ms since the epoch). */
  startsAt: number;
  /** The next day's first millisecond. */
  endsAt: number;
}

/**
 * The day that contains `at` (ms). A day begins the first time that the zone's clocks show its date, so days follow
 * each other without gaps even where clocks go back over midnight; a date that is skipped belongs to no instant.
 * Throws a RangeError on an unknown zone or a time that is none.
 */
export function tradingDay(at: number, timeZone: string): TradingDay {
  const local = at + offsetAt(at, timeZone);
  let midnight = local - modulo(local, DAY_MS);
  let startsAt = firstShown(midnight, timeZone);
  let endsAt = firstShown(midnight + DAY_MS, timeZone);
  while (at >= endsAt) {
    midnight += DAY_MS;
    startsAt = endsAt;
    endsAt = firstShown(midnight + DAY_MS, timeZone);
  }
  return { day: dateText(midnight), startsAt, endsAt };
}

/** The day called "YYYY-MM-DD" there. Throws a RangeError where no such date exists, or the zone is unknown. */
export function dayOf(text: string, timeZone: string): TradingDay {
  const midnight = /^[1-9]\d{3}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight) || dateText(midnight) !== text)
    throw new RangeError(`"${text}" is not a date (YYYY-MM-DD)`);
  const startsAt = firstShown(midnight, timeZone);
  const endsAt = firstShown(midnight + DAY_MS, timeZone);
  if (startsAt === endsAt) throw new RangeError(`${text} was skipped in ${timeZone}`);
  return { day: text, startsAt, endsAt };
}

const DAY_MS = 86_400_000;
/** Clocks are not changed twice within this and back again. */
const LOOK_MS = DAY_MS / 4;

/** When the zone's clocks first show `local` (ms, as if it were UTC) or later. */
function firstShown(local: number, timeZone: string): number {
  let from = local - DAY_MS;
  let offset = offsetAt(from, timeZone);
  while (from + offset < local) {
    const change = firstChange(from, offset, timeZone);
    if (local - offset < change) return local - offset;
    from = change;
    offset = offsetAt(from, timeZone);
  }
  return from;
}

/** The first time after `from` with another offset, or `from + LOOK_MS` if there is none before. */
function firstChange(from: number, offset: number, timeZone: string): number {
  let before = from;
  let after = from + LOOK_MS;
  if (offsetAt(after, timeZone) === offset) return after;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, timeZone) === offset) before = middle;
    else after = middle;
  }
  return after;
}

/** Local time − UTC (ms). */
function offsetAt(at: number, timeZone: string): number {
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatFor(timeZone).formatToParts(at)) shown[type] = Number(value);
  const { year, month, day, hour, minute, second } = shown;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - (at - modulo(at, 1000));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    const [digits, calendar] = ['numeric', 'iso8601'] as const;
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar,
      hourCycle: 'h23',
      year: digits,
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    });
    formats.set(timeZone, format);
  }
  return format;
}

const dateText = (midnight: number): string => new Date(midnight).toISOString().slice(0, 10);

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor;
