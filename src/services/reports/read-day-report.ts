import type { Store } from '../../actors/ports.ts';
import { dayOf, tradingDay } from '../../domain/trading-day.ts';
import { OperationError } from '../operations/operations.ts';
import { buildDayReport } from './day-report.ts';
import type { DayReport } from './day-report-shape.ts';

export interface DayWish {
  /** YYYY-MM-DD; null: the day of `now`. */
  day: string | null;
  timeZone: string;
  now: number;
}

/** Reads one trading day from the store. Throws an OperationError `invalid` on a day that does not exist or has not begun. */
export async function readDayReport(
  store: Pick<Store, 'period' | 'position' | 'accountDay'>,
  { day, timeZone, now }: DayWish,
): Promise<DayReport> {
  const range = day === null ? tradingDay(now, timeZone) : dayNamed(day, timeZone);
  if (range.startsAt > now) throw new OperationError('invalid', `day: ${range.day} has not begun yet`);
  const facts = await store.period(range.startsAt, range.endsAt);
  const ids = new Set([...facts.exits, ...facts.fills].map(({ positionId }) => positionId));
  const files = [];
  for (const id of ids) {
    const file = await store.position(id);
    if (!file) throw new Error(`the store has a sale of position ${id}, but not the position`);
    files.push(file);
  }
  const account = await store.accountDay(range.day);
  return buildDayReport({ day: range, timeZone, facts, files, account, now });
}

function dayNamed(day: string, timeZone: string): ReturnType<typeof dayOf> {
  try {
    return dayOf(day, timeZone);
  } catch (error) {
    throw new OperationError('invalid', `day: ${(error as Error).message}`);
  }
}
