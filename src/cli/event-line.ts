import type { DecisionRecord } from '../actors/ports.ts';
import { plainText, showTime } from './format.ts';
import type { Tone } from './paint.ts';

type Entry = Pick<DecisionRecord, 'kind' | 'summary' | 'data'>;

/** What became of a position, as a line says it: alerts in capitals, everything else as the journal words it. */
export function describeEvent({ kind, summary, data }: Entry, lot: string | null): string {
  const words = plainText(summary);
  if (isAlert(kind)) return `ALERT ${String(data.severity ?? '')} ${kind.slice('alert.'.length)}: ${words}`;
  const said = kind.startsWith('exit.') || kind.startsWith('order.') ? words : `${kind}: ${words}`;
  return lot === null ? said : `${lot}  ${said}`;
}

/** A line with its time (UTC): with the date in a log, without it on a screen. */
export const stampEvent = (at: number, text: string, { date = false } = {}): string =>
  `${showTime(new Date(at).toISOString(), { date })}  ${text}`;

/** How an event looks. */
export function eventTone({ kind, data }: Omit<Entry, 'summary'>): Tone {
  if (isAlert(kind)) return data.severity === 'critical' ? 'bad' : 'warn';
  if (kind === 'exit.triggered') return 'strong';
  return kind.startsWith('monitor.') || kind.startsWith('part.') ? 'warn' : 'plain';
}

/** The entry says that its position is over. */
export const isClosing = ({ kind, summary }: Omit<Entry, 'data'>): boolean =>
  kind === 'state.changed' && / → closed\b/.test(summary);

const isAlert = (kind: string): boolean => kind.startsWith('alert.');
