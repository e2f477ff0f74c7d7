import { countOf, showAge } from './format.ts';

/** A piece of long work. */
export interface Work {
  /** As in `replaying books.csv`. */
  name: string;
  /** What is counted, as in `row`. */
  unit: string;
  /** How many there will be; null where nobody knows. */
  total: number | null;
  /** How long it takes whatever is counted (ms); null for as long as it needs. */
  lastsMs: number | null;
}

/** What has been done of it. */
export interface Passed {
  count: number;
  elapsedMs: number;
  /** How much of its own time the work has been through (ms), where it has one: its pace is told by that. */
  ownMs?: number;
  /** What else there is to say, as in `last at 12:00:00 UTC`. */
  detail?: string;
}

/** From 0 to 1; null where the end is not known. */
export function share({ total, lastsMs }: Work, { count, elapsedMs }: Passed): number | null {
  if (total !== null) return total === 0 ? 1 : Math.min(1, count / total);
  return lastsMs === null ? null : Math.min(1, elapsedMs / lastsMs);
}

/** A line of at most `width` characters, with a bar where it has room; null is a line for a file, of any length. */
export function describeProgress(work: Work, passed: Passed, width: number | null): string {
  const { count, elapsedMs, detail } = passed;
  const done = share(work, passed);
  const facts = [
    done === null ? null : `${Math.floor(done * 100)} %`,
    work.total === null
      ? counted(count, work.unit)
      : `${grouped(count)} of ${counted(work.total, work.unit)}`,
    elapsedMs < MEASURABLE_MS ? null : showPace(passed, work.unit),
    detail ?? null,
    showLeft(done, elapsedMs),
  ].filter((fact) => fact !== null);
  if (width === null) return `${work.name}: ${facts.join(', ')}`;
  return fitLine(work.name, done, facts, width);
}

/** Before that a rate says little. */
const MEASURABLE_MS = 1_000;

const showPace = ({ count, elapsedMs, ownMs }: Passed, unit: string): string =>
  ownMs === undefined
    ? `${showNumber((count / elapsedMs) * 1_000)} ${unit}s/s`
    : `${showNumber(ownMs / elapsedMs)} × real time`;

const showLeft = (done: number | null, elapsedMs: number): string | null =>
  done === null || done === 0 || elapsedMs < MEASURABLE_MS
    ? null
    : `${showAge(Math.ceil((elapsedMs * (1 - done)) / done / 1_000))} left`;

const SHORTEST_BAR = 8;
const LONGEST_BAR = 30;
const NAMED_FROM = 100;
const GAP = '  ';

/** The bar takes the room that the words leave; beside it, only a wide terminal shows the name. */
function fitLine(name: string, done: number | null, facts: readonly string[], width: number): string {
  const named = done === null || width >= NAMED_FROM ? [name] : [];
  const words = facts.join(GAP);
  const room = Math.min(LONGEST_BAR, width - [...named, '', words].join(GAP).length);
  const bar = done === null || room < SHORTEST_BAR ? [] : [drawBar(done, room)];
  const line = [...named, ...bar, words].join(GAP);
  return line.length <= width ? line : words.slice(0, width);
}

function drawBar(done: number, length: number): string {
  const full = Math.floor(done * length);
  return '█'.repeat(full) + '░'.repeat(length - full);
}

const grouped = (count: number): string => count.toLocaleString('en-US');

const counted = (count: number, unit: string): string => countOf(count, unit).replace(/^\d+/, grouped(count));

const showNumber = (value: number): string => (value < 10 ? value.toFixed(1) : grouped(Math.round(value)));
