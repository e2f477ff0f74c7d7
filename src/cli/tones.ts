import type { Tone } from './paint.ts';

const STATE_TONES: Readonly<Record<string, Tone>> = {
  urgent: 'warn',
  exiting: 'warn',
  walking: 'warn',
  failed: 'bad',
  closed: 'dim',
};

/** How a position's state looks. */
export const stateTone = (state: string): Tone => STATE_TONES[state] ?? 'plain';

/** How an amount or a P&L looks. */
export const moneyTone = (amount: string | null): Tone =>
  amount === null || Number(amount) === 0 ? 'plain' : amount.startsWith('-') ? 'bad' : 'good';

/** How an alert looks. */
export const severityTone = (severity: string): Tone =>
  severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'plain';
