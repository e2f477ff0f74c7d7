import { z } from 'zod';
import { decoded, list, parseInstant } from './numbers.ts';

/** A time (ms) that is New York's where it names no zone. */
function parseExchangeTime(text: string): number {
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) return parseInstant(text);
  const asUtc = parseInstant(`${text}Z`);
  const guess = asUtc - newYorkOffset(asUtc);
  return asUtc - newYorkOffset(guess);
}

const NEW_YORK = new Intl.DateTimeFormat('en', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

/** East of UTC in ms. */
function newYorkOffset(at: number): number {
  const name = NEW_YORK.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT([+-])(\d\d):(\d\d)$/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}

const exchangeTime = decoded(parseExchangeTime);

export interface MaintenanceWindow {
  /** ms */
  from: number;
  until: number;
}

/** The announced maintenance in GET /exchange/schedule, earliest first. */
export const maintenanceAnswer: z.ZodType<MaintenanceWindow[]> = z
  .object({
    schedule: z.object({
      maintenance_windows: list(z.object({ start_datetime: exchangeTime, end_datetime: exchangeTime })),
    }),
  })
  .transform(({ schedule }) =>
    schedule.maintenance_windows
      .map((window) => ({ from: window.start_datetime, until: window.end_datetime }))
      .sort((a, b) => a.from - b.from),
  );
