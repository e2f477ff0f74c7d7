import type { AlertView } from '../services/http/records.ts';
import { countOf, plainText, showTime } from './format.ts';
import type { Paint } from './paint.ts';
import { severityTone } from './tones.ts';

/** Each open incident with what follows from it. */
export function renderAlerts(alerts: readonly AlertView[], paint: Paint): string[] {
  if (alerts.length === 0) return ['no open alerts'];
  return alerts.flatMap(({ severity, kind, raised_at, times, text, advice }) => {
    const often = times > 1 ? `, raised ${countOf(times, 'time')}` : '';
    const since = paint(`since ${showTime(raised_at, { date: true })} UTC${often}`, 'dim');
    return [
      `${paint(severity.toUpperCase(), severityTone(severity))}  ${plainText(kind).replaceAll('_', ' ')}  ${since}`,
      `  ${plainText(text)}`,
      ...(advice ? [`  Next: ${plainText(advice.next)}`, `  You: ${plainText(advice.you)}`] : []),
    ];
  });
}
