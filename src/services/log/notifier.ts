import type { AlertRecord, Notifier } from '../../actors/ports.ts';
import { adviceOf } from '../alerts/advice.ts';
import { describeDuration } from '../alerts/words.ts';
import type { Log } from './log.ts';

/** Tells the log what happens. Alerts are journaled too and are not said twice. */
export function createLogNotifier(log: Log): Notifier {
  return {
    alertRaised(alert) {
      const { severity, text, times } = alert;
      const advice = times === 1 ? adviceOf(alert) : null;
      const facts = { alert: alert.kind, severity, position: alert.positionId, times, ...advice };
      if (severity === 'critical') log.error(facts, text);
      else if (severity === 'warning') log.warn(facts, text);
      else log.info(facts, text);
    },
    alertResolved: ({ kind, positionId, raisedAt, resolvedAt, lastAt }) => {
      const lasted = describeDuration((resolvedAt ?? lastAt) - raisedAt);
      log.info(
        { alert: kind, position: positionId },
        `resolved: ${kind}${positionId ? ` of ${positionId}` : ''}, after ${lasted}`,
      );
    },
    storeFailed: ({ error, failures }) =>
      log.error({ failures }, `the database failed: ${error}; tried again`),
    storeRecovered: ({ failures }) => log.info({ failures }, 'the database answers again'),
    journaled({ kind, positionId, exitId, summary }) {
      if (kind.startsWith('alert.')) return;
      const facts = { kind, position: positionId, ...(exitId ? { exit: exitId } : {}) };
      if (kind === 'state.changed' || kind === 'order.placed' || kind === 'order.over')
        log.debug(facts, summary);
      else log.info(facts, summary);
    },
  };
}

/** Passes everything on to each of several. */
export const combineNotifiers = (notifiers: readonly Partial<Notifier>[]): Notifier => ({
  alertRaised: (alert) => each(notifiers, (n) => n.alertRaised?.(alert)),
  alertResolved: (alert) => each(notifiers, (n) => n.alertResolved?.(alert)),
  storeFailed: (fact) => each(notifiers, (n) => n.storeFailed?.(fact)),
  storeRecovered: (fact) => each(notifiers, (n) => n.storeRecovered?.(fact)),
  journaled: (decision) => each(notifiers, (n) => n.journaled?.(decision)),
  recorded: (writes) => each(notifiers, (n) => n.recorded?.(writes)),
});

const each = <T>(all: readonly T[], tell: (one: T) => void): void => {
  for (const one of all) tell(one);
};

/** The alerts that are open, kept in memory: views must not wait for a database that is slow. */
export class OpenAlerts implements Partial<Notifier> {
  readonly #alerts: Map<string, AlertRecord>;

  constructor(open: readonly AlertRecord[]) {
    this.#alerts = new Map(open.map((alert) => [alert.key, alert]));
  }

  alertRaised(alert: AlertRecord): void {
    this.#alerts.set(alert.key, alert);
  }

  alertResolved(alert: AlertRecord): void {
    this.#alerts.delete(alert.key);
  }

  list(): AlertRecord[] {
    return [...this.#alerts.values()];
  }
}
