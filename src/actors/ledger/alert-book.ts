import type { AlertMail } from '../mail.ts';
import type { AlertRecord, DecisionRecord, Notifier, StoreWrite } from '../ports.ts';

/** Which incidents are open. Each change is said at once, even where no database can take it, and gives what to write. */
export class AlertBook {
  readonly #open: Map<string, AlertRecord>;
  readonly #notifier: Notifier;

  constructor(open: readonly AlertRecord[], notifier: Notifier) {
    this.#open = new Map(open.map((alert) => [alert.key, alert]));
    this.#notifier = notifier;
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  /** What an alert mail writes; nothing where it resolves what was never raised. */
  take(mail: AlertMail): StoreWrite[] {
    return mail.type === 'alert.raise' ? this.#raise(mail) : this.#resolve(mail.key, mail.at);
  }

  /** Nobody watches a closed position any more: what was raised about it, by an earlier life too, is history. */
  takeClosed(writes: readonly StoreWrite[]): StoreWrite[] {
    const closed = writes.flatMap((w) =>
      w.kind === 'position' && w.position.phase === 'closed' ? [w.position] : [],
    );
    return closed.flatMap(({ id, at }) =>
      [...this.#open.values()]
        .filter((alert) => alert.positionId === id)
        .flatMap(({ key }) => this.#resolve(key, at)),
    );
  }

  #raise(mail: Extract<AlertMail, { type: 'alert.raise' }>): StoreWrite[] {
    const { key, kind, severity, positionId, text, at } = mail;
    const known = this.#open.get(key);
    const alert: AlertRecord = known
      ? { ...known, severity, text, lastAt: at, times: known.times + 1 }
      : { key, kind, severity, positionId, text, raisedAt: at, lastAt: at, times: 1, resolvedAt: null };
    this.#open.set(key, alert);
    this.#notifier.alertRaised(alert);
    const decision: DecisionRecord = {
      positionId,
      exitId: null,
      at,
      kind: `alert.${kind}`,
      summary: text,
      data: { severity, times: alert.times },
    };
    return [
      { kind: 'alert', alert },
      { kind: 'decision', decision },
    ];
  }

  #resolve(key: string, at: number): StoreWrite[] {
    const known = this.#open.get(key);
    if (!known) return [];
    this.#open.delete(key);
    const alert = { ...known, resolvedAt: at };
    this.#notifier.alertResolved(alert);
    return [{ kind: 'alert', alert }];
  }
}
