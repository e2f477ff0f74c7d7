import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, type TradingDay, tradingDay } from '../../src/domain/trading-day.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const inUtc = ({ day, startsAt, endsAt }: TradingDay) => [
  day,
  new Date(startsAt).toISOString().replace(':00.000Z', 'Z'),
  new Date(endsAt).toISOString().replace(':00.000Z', 'Z'),
  (endsAt - startsAt) / HOUR,
];

describe('tradingDay', () => {
  it.each<{ name: string; zone: string; at: string; day: ReturnType<typeof inUtc> }>([
    {
      name: 'a day in New York',
      zone: 'America/New_York',
      at: '2026-10-05T03:59:59.999Z',
      day: ['2026-10-04', '2026-10-04T04:00Z', '2026-10-05T04:00Z', 24],
    },
    {
      name: 'its first millisecond',
      zone: 'America/New_York',
      at: '2026-10-05T04:00:00.000Z',
      day: ['2026-10-05', '2026-10-05T04:00Z', '2026-10-06T04:00Z', 24],
    },
    {
      name: '23 hours in spring',
      zone: 'America/New_York',
      at: '2026-03-08T12:00:00.000Z',
      day: ['2026-03-08', '2026-03-08T05:00Z', '2026-03-09T04:00Z', 23],
    },
    {
      name: '25 hours in autumn',
      zone: 'America/New_York',
      at: '2026-11-01T12:00:00.000Z',
      day: ['2026-11-01', '2026-11-01T04:00Z', '2026-11-02T05:00Z', 25],
    },
    {
      name: 'UTC',
      zone: 'UTC',
      at: '2026-01-01T00:00:00.000Z',
      day: ['2026-01-01', '2026-01-01T00:00Z', '2026-01-02T00:00Z', 24],
    },
    {
      name: 'before 1970',
      zone: 'Europe/London',
      at: '1969-07-20T20:17:40.123Z',
      day: ['1969-07-20', '1969-07-19T23:00Z', '1969-07-20T23:00Z', 24],
    },
    {
      name: 'a midnight that does not exist: the day begins at 01:00',
      zone: 'America/Sao_Paulo',
      at: '2018-11-04T12:00:00.000Z',
      day: ['2018-11-04', '2018-11-04T03:00Z', '2018-11-05T02:00Z', 23],
    },
    {
      name: 'the day before ends there',
      zone: 'America/Sao_Paulo',
      at: '2018-11-04T02:59:59.999Z',
      day: ['2018-11-03', '2018-11-03T03:00Z', '2018-11-04T03:00Z', 24],
    },
    {
      name: 'midnight goes back to 23:00: the day before has 25 hours',
      zone: 'America/Sao_Paulo',
      at: '2018-02-18T02:30:00.000Z',
      day: ['2018-02-17', '2018-02-17T02:00Z', '2018-02-18T03:00Z', 25],
    },
    {
      name: 'Cairo skips midnight too',
      zone: 'Africa/Cairo',
      at: '2024-04-26T12:00:00.000Z',
      day: ['2024-04-26', '2024-04-25T22:00Z', '2024-04-26T21:00Z', 23],
    },
    {
      name: 'Havana has two midnights: the day begins with the first',
      zone: 'America/Havana',
      at: '2024-11-03T12:00:00.000Z',
      day: ['2024-11-03', '2024-11-03T04:00Z', '2024-11-04T05:00Z', 25],
    },
    {
      name: "St. John's went back at 00:01: a day that has begun goes on",
      zone: 'America/St_Johns',
      at: '2010-11-07T02:45:00.000Z',
      day: ['2010-11-07', '2010-11-07T02:30Z', '2010-11-08T03:30Z', 25],
    },
    {
      name: 'half hours',
      zone: 'Asia/Kolkata',
      at: '2026-06-01T18:30:00.000Z',
      day: ['2026-06-02', '2026-06-01T18:30Z', '2026-06-02T18:30Z', 24],
    },
    {
      name: 'half an hour of summer time',
      zone: 'Australia/Lord_Howe',
      at: '2026-04-05T00:00:00.000Z',
      day: ['2026-04-05', '2026-04-04T13:00Z', '2026-04-05T13:30Z', 24.5],
    },
    {
      name: 'Apia before it skipped a day',
      zone: 'Pacific/Apia',
      at: '2011-12-30T09:59:59.999Z',
      day: ['2011-12-29', '2011-12-29T10:00Z', '2011-12-30T10:00Z', 24],
    },
    {
      name: 'Apia after it',
      zone: 'Pacific/Apia',
      at: '2011-12-30T10:00:00.000Z',
      day: ['2011-12-31', '2011-12-30T10:00Z', '2011-12-31T10:00Z', 24],
    },
    {
      name: 'the farthest east',
      zone: 'Pacific/Kiritimati',
      at: '2026-01-01T10:00:00.000Z',
      day: ['2026-01-02', '2026-01-01T10:00Z', '2026-01-02T10:00Z', 24],
    },
  ])('$name', ({ zone, at, day }) => {
    expect(inUtc(tradingDay(Date.parse(at), zone))).toEqual(day);
  });

  it.each([
    { name: 'an unknown zone', at: 0, zone: 'Mars/Olympus', message: 'Mars/Olympus' },
    { name: 'no time', at: Number.NaN, zone: 'UTC', message: 'Invalid time value' },
  ])('throws on $name', ({ at, zone, message }) => {
    expect(() => tradingDay(at, zone)).toThrow(RangeError);
    expect(() => tradingDay(at, zone)).toThrow(message);
  });
});

describe('dayOf', () => {
  it('is the day of that name', () => {
    expect(dayOf('2026-11-01', 'America/New_York')).toEqual(
      tradingDay(Date.parse('2026-11-01T12:00:00Z'), 'America/New_York'),
    );
  });

  it.each([
    { text: '2011-12-30', zone: 'Pacific/Apia', message: '2011-12-30 was skipped in Pacific/Apia' },
    { text: '2026-02-29', zone: 'UTC', message: '"2026-02-29" is not a date (YYYY-MM-DD)' },
    { text: '2026-13-01', zone: 'UTC', message: '"2026-13-01" is not a date (YYYY-MM-DD)' },
    { text: '2026-1-1', zone: 'UTC', message: '"2026-1-1" is not a date (YYYY-MM-DD)' },
    { text: 'today', zone: 'UTC', message: '"today" is not a date (YYYY-MM-DD)' },
    { text: '2026-01-01T00:00', zone: 'UTC', message: '"2026-01-01T00:00" is not a date (YYYY-MM-DD)' },
  ])('$text in $zone does not exist', ({ text, zone, message }) => {
    expect(() => dayOf(text, zone)).toThrow(new RangeError(message));
  });
});

/** The days around `at`, by looking at the zone's calendar every minute: each begins when its date is first seen. */
function daysAround(at: number, zone: string): TradingDay[] {
  const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
  const starts: [day: string, startsAt: number][] = [];
  let latest = calendar.format(at - 40 * HOUR);
  for (let minute = at - 40 * HOUR; minute <= at + 40 * HOUR; minute += MINUTE) {
    const day = calendar.format(minute);
    if (day <= latest) continue;
    starts.push([day, minute]);
    latest = day;
  }
  return starts.slice(0, -1).map(([day, startsAt], i) => ({ day, startsAt, endsAt: starts[i + 1]![1] }));
}

/** Times near which clocks were changed, or a day skipped. */
const CHANGES: [zone: string, at: string][] = [
  ['America/New_York', '2026-03-08T07:00Z'],
  ['America/New_York', '2026-11-01T06:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00Z'],
  ['America/Havana', '2024-03-10T05:00Z'],
  ['America/Havana', '2024-11-03T05:00Z'],
  ['America/St_Johns', '2010-03-14T03:31Z'],
  ['America/St_Johns', '2010-11-07T02:31Z'],
  ['America/Nuuk', '2024-10-27T01:00Z'],
  ['America/Asuncion', '2024-10-06T04:00Z'],
  ['Africa/Cairo', '2024-04-25T22:00Z'],
  ['Africa/Cairo', '2024-10-31T21:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00Z'],
  ['Asia/Beirut', '2026-03-28T22:00Z'],
  ['Asia/Pyongyang', '2018-05-04T15:00Z'],
  ['Asia/Kathmandu', '1985-12-31T18:30Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00Z'],
  ['Europe/London', '2026-03-29T01:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00Z'],
  ['Pacific/Kwajalein', '1993-08-21T12:00Z'],
  ['Pacific/Chatham', '2026-04-04T14:00Z'],
];

describe('against a calendar looked at every minute', () => {
  it.each(CHANGES)('%s around %s', (zone, text) => {
    const days = daysAround(Date.parse(text), zone);
    expect(days.length).toBeGreaterThanOrEqual(2);
    for (const day of days) {
      for (const at of [day.startsAt, day.startsAt + 90 * MINUTE, day.endsAt - HOUR, day.endsAt - 1])
        expect(tradingDay(at, zone)).toEqual(day);
      expect(dayOf(day.day, zone)).toEqual(day);
    }
  });

  it('any time in any zone', () => {
    const [from, to] = [Date.UTC(1975, 0, 1), Date.UTC(2037, 0, 1)];
    const anyMinute = fc.integer({ min: from / MINUTE, max: to / MINUTE });
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        anyMinute,
        fc.integer({ min: 0, max: MINUTE - 1 }),
        (zone, minute, odd) => {
          const at = minute * MINUTE + odd;
          const day = tradingDay(at, zone);
          expect(daysAround(minute * MINUTE, zone)).toContainEqual(day);
          expect(day.startsAt <= at && at < day.endsAt).toBe(true);
        },
      ),
    );
  });

  it('days follow each other without gaps', () => {
    for (const zone of ['America/St_Johns', 'America/Sao_Paulo', 'Pacific/Apia', 'Africa/Cairo']) {
      let day = dayOf('2010-01-01', zone);
      while (day.day < '2012-02-01') {
        const next = tradingDay(day.endsAt, zone);
        expect(next.startsAt).toBe(day.endsAt);
        expect(tradingDay(next.startsAt - 1, zone)).toEqual(day);
        expect(next.day > day.day).toBe(true);
        day = next;
      }
    }
  });
});
