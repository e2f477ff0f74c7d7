import { Counter, Gauge, type Registry } from 'prom-client';
import type { OutboxCounts } from '../alerts/outbox.ts';

/** What became of the messages to each receiver, as it is now. */
export type MessageCounts = () => readonly OutboxCounts[];

/** Messages about alerts, looked at when somebody scrapes. */
export function gaugeMessages(registry: Registry, counts: MessageCounts): void {
  const registers = [registry];
  new Counter({
    name: 'postern_alert_messages_total',
    help: 'Messages about alerts by receiver: sent, failed (each attempt that came to nothing) or lost (told to nobody)',
    labelNames: ['receiver', 'result'],
    registers,
    collect() {
      this.reset();
      for (const { sink: receiver, sent, failed, lost } of counts())
        for (const [result, count] of Object.entries({ sent, failed, lost }))
          this.inc({ receiver, result }, count);
    },
  });
  new Gauge({
    name: 'postern_alert_messages_waiting',
    help: 'Messages about alerts that are still to be told, by receiver',
    labelNames: ['receiver'],
    registers,
    collect() {
      this.reset();
      for (const { sink: receiver, waiting } of counts()) this.inc({ receiver }, waiting);
    },
  });
}
