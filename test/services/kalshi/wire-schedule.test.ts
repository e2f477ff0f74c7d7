import { describe, expect, test } from 'vitest';
import { maintenanceAnswer } from '../../../src/services/venues/kalshi/wire/schedule.ts';

const windowOf = (start: string, end: string) =>
  maintenanceAnswer.safeParse({
    schedule: { standard_hours: [], maintenance_windows: [{ start_datetime: start, end_datetime: end }] },
  });

describe('announced maintenance', () => {
  test.each<[string, string, string, number, number]>([
    [
      'names its zone',
      '2026-11-26T08:00:00Z',
      '2026-11-26T05:00:00-05:00',
      Date.UTC(2026, 10, 26, 8),
      Date.UTC(2026, 10, 26, 10),
    ],
    [
      "is New York's in winter",
      '2026-11-26T03:00:00',
      '2026-11-26T05:00:00',
      Date.UTC(2026, 10, 26, 8),
      Date.UTC(2026, 10, 26, 10),
    ],
    [
      "is New York's in summer",
      '2026-07-02T03:00:00',
      '2026-07-02T05:00:00',
      Date.UTC(2026, 6, 2, 7),
      Date.UTC(2026, 6, 2, 9),
    ],
    [
      'spans the change to summer time',
      '2026-03-08T01:00:00',
      '2026-03-08T05:00:00',
      Date.UTC(2026, 2, 8, 6),
      Date.UTC(2026, 2, 8, 9),
    ],
    [
      'spans the change to winter time',
      '2026-11-01T00:30:00',
      '2026-11-01T05:00:00',
      Date.UTC(2026, 10, 1, 4, 30),
      Date.UTC(2026, 10, 1, 10),
    ],
  ])('%s', (_, start, end, from, until) => expect(windowOf(start, end).data).toEqual([{ from, until }]));

  test('comes earliest first, or not at all', () => {
    const window = (day: number) => ({
      start_datetime: `2026-12-0${day}T08:00:00Z`,
      end_datetime: `2026-12-0${day}T10:00:00Z`,
    });
    const windows = maintenanceAnswer.parse({ schedule: { maintenance_windows: [window(9), window(3)] } });
    expect(windows.map(({ from }) => new Date(from).getUTCDate())).toEqual([3, 9]);
    expect(maintenanceAnswer.parse({ schedule: { maintenance_windows: null } })).toEqual([]);
  });

  test('is refused when it is no time', () =>
    expect(windowOf('Thursday', '2026-11-26T05:00:00').error?.issues[0]?.path.join('.')).toBe(
      'schedule.maintenance_windows.0.start_datetime',
    ));
});
