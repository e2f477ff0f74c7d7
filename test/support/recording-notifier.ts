import type { DecisionRecord, Notifier } from '../../src/actors/ports.ts';

/** Writes down what people would hear: alerts as "raised critical exit_failed 1", "resolved exit_failed 1". */
export const recordingNotifier = (alerts: string[], journal: DecisionRecord[]): Notifier => ({
  alertRaised: ({ severity, kind, positionId }) =>
    void alerts.push(`raised ${severity} ${kind}${positionId ? ` ${positionId}` : ''}`),
  alertResolved: ({ kind, positionId }) =>
    void alerts.push(`resolved ${kind}${positionId ? ` ${positionId}` : ''}`),
  storeFailed: ({ error }) => void alerts.push(`store failed: ${error}`),
  storeRecovered: () => void alerts.push('store recovered'),
  journaled: (decision) => void journal.push(decision),
});
