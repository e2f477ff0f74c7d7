/** The exchange keeps New York time: UTC−5, and UTC−4 from the second Sunday of March to the first of November. */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const THURSDAY = 4;

export function easternOffsetMs(at: number): number {
  const year = new Date(at).getUTCFullYear();
  const from = sundayOf(year, 2, 2) + 7 * HOUR_MS;
  const until = sundayOf(year, 10, 1) + 6 * HOUR_MS;
  return (at >= from && at < until ? -4 : -5) * HOUR_MS;
}

function sundayOf(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((7 - new Date(first).getUTCDay()) % 7) + 7 * (nth - 1)) * DAY_MS;
}

/** The weekly maintenance that runs at `at` or comes next: Thursday 03:00 to 05:00 in New York (ms). */
export function weeklyPauseAt(at: number): { from: number; until: number } {
  const today = Math.floor((at + easternOffsetMs(at)) / DAY_MS);
  for (let day = today; ; day++) {
    if ((day + THURSDAY) % 7 !== THURSDAY) continue;
    const [from, until] = [utcOf(day, 3), utcOf(day, 5)];
    if (at < until) return { from, until };
  }
}

function utcOf(day: number, hour: number): number {
  const local = day * DAY_MS + hour * HOUR_MS;
  return local - easternOffsetMs(local + 5 * HOUR_MS);
}

/** "2026-11-26T03:00:00" as a clock in New York shows it. */
export const easternText = (at: number): string =>
  new Date(at + easternOffsetMs(at)).toISOString().slice(0, 19);
