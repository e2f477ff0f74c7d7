import { type AlertRecord, SEVERITIES, type Severity } from '../../actors/ports.ts';

export type AlertEvent = 'raised' | 'repeated' | 'resolved';

/** What is to be told of one incident. */
export interface AlertNews {
  event: AlertEvent;
  alert: AlertRecord;
  /** Of its position; null: it concerns none. */
  market: string | null;
  /** When (ms), in the time of the positions. */
  at: number;
}

/** What goes to a receiver at once: of one incident, of several, or for practice. */
export interface Message {
  news: readonly AlertNews[];
  isTest: boolean;
  /** So many were dropped before it, because the receiver could not be reached or there were too many. */
  lost: number;
  /** Of the database; null where it is not known. */
  instance: string | null;
  /** Real time (ms). */
  sentAt: number;
}

/** 0 info, 1 warning, 2 critical. */
export const rankOf = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The severest of some; info without any. */
export const severest = (news: readonly AlertNews[]): Severity =>
  news.reduce<Severity>(
    (worst, { alert }) => (rankOf(alert.severity) > rankOf(worst) ? alert.severity : worst),
    'info',
  );
