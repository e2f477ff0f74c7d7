import { Counter, Histogram, type Registry } from 'prom-client';
import type {
  AttemptRecord,
  Clock,
  EntryAttemptRecord,
  ExitRecord,
  OrderRecord,
  StoreWrite,
} from '../../actors/ports.ts';
import type { Priority } from '../../domain/method.ts';

const DECISION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const TO_ORDER_SECONDS = [...DECISION_SECONDS, 30, 60];
/** The floors of the design are 10, 20, 40 and 90 s. */
const TO_FILLED_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 90, 180, 300, 600];

interface WorkingExit {
  priority: Priority;
  triggeredAt: number;
  /** Its first order was handed to the venue. */
  isOrdered: boolean;
}

interface LiveOrder {
  /** Null: it buys. */
  exitId: string | null;
  isSent: boolean;
}

/** Exits and their orders, as they become durable and as they leave. Remembers what is under way, and no more. */
export class ExitMetrics {
  readonly #clock: Clock;
  readonly #retried: (what: 'attempt' | 'resend') => void;
  readonly #triggered: Counter<'reason' | 'priority'>;
  readonly #ended: Counter<'priority' | 'result'>;
  readonly #decision: Histogram<'priority'>;
  readonly #toOrder: Histogram<'priority'>;
  readonly #toFilled: Histogram<'priority'>;
  readonly #orders: Counter<'action' | 'type'>;
  readonly #ordersEnded: Counter<'action' | 'result'>;
  readonly #closed: Counter<'reason'>;
  readonly #exits = new Map<string, WorkingExit>();
  readonly #live = new Map<string, LiveOrder>();

  constructor(registry: Registry, clock: Clock, retried: (what: 'attempt' | 'resend') => void) {
    this.#clock = clock;
    this.#retried = retried;
    const registers = [registry];
    this.#triggered = new Counter({
      name: 'postern_exits_triggered_total',
      help: 'Exits decided, by the condition or operator that decided and by priority',
      labelNames: ['reason', 'priority'],
      registers,
    });
    this.#ended = new Counter({
      name: 'postern_exits_ended_total',
      help: 'Exits that ended, by priority and by how',
      labelNames: ['priority', 'result'],
      registers,
    });
    this.#decision = new Histogram({
      name: 'postern_decision_duration_seconds',
      help: "Seconds in the daemon's clock from the quote or timer that decided an exit until the decision was durable; nothing is sent before",
      labelNames: ['priority'],
      buckets: DECISION_SECONDS,
      registers,
    });
    this.#toOrder = new Histogram({
      name: 'postern_trigger_to_order_seconds',
      help: "Seconds in the daemon's clock from an exit's trigger until its first order was handed to the venue",
      labelNames: ['priority'],
      buckets: TO_ORDER_SECONDS,
      registers,
    });
    this.#toFilled = new Histogram({
      name: 'postern_trigger_to_filled_seconds',
      help: "Seconds in the daemon's clock from an exit's trigger until its last fill, of exits that sold all they were to",
      labelNames: ['priority'],
      buckets: TO_FILLED_SECONDS,
      registers,
    });
    this.#orders = new Counter({
      name: 'postern_orders_total',
      help: 'Orders recorded to be sent, by what they do (sell or buy) and type (limit or market)',
      labelNames: ['action', 'type'],
      registers,
    });
    this.#ordersEnded = new Counter({
      name: 'postern_orders_ended_total',
      help: 'Orders that are over, by what they did (sell or buy) and how they ended',
      labelNames: ['action', 'result'],
      registers,
    });
    this.#closed = new Counter({
      name: 'postern_positions_closed_total',
      help: 'Positions closed, by the evidence: sold, settled or holdings_gone',
      labelNames: ['reason'],
      registers,
    });
  }

  recorded(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'exit') this.#noteExit(write.exit, writes);
      else if (write.kind === 'attempt') this.#noteAttempt(write.attempt);
      else if (write.kind === 'entry_attempt') this.#noteEntryAttempt(write.attempt);
      else if (write.kind === 'position' && write.position.phase === 'closed')
        this.#closed.inc({ reason: (write.position.closeReason ?? 'unknown').replaceAll(' ', '_') });
    }
  }

  /** An order is handed to the venue: for the first time, or once more because nobody answered. */
  sent(clientId: string): void {
    const order = this.#live.get(clientId);
    if (order === undefined || order.isSent) return this.#retried('resend');
    order.isSent = true;
    const exit = order.exitId === null ? undefined : this.#exits.get(order.exitId);
    if (exit === undefined || exit.isOrdered) return;
    exit.isOrdered = true;
    this.#toOrder.observe({ priority: exit.priority }, secondsBetween(exit.triggeredAt, this.#clock.now()));
  }

  /** How much is remembered: exits at work and live orders. */
  remembered(): { exits: number; orders: number } {
    return { exits: this.#exits.size, orders: this.#live.size };
  }

  #noteExit(exit: ExitRecord, writes: readonly StoreWrite[]): void {
    const { exitId, priority, reason, triggeredAt, executedAt, status, endedAt } = exit;
    const trigger = triggerOf(exitId, writes);
    if (trigger !== null) {
      this.#exits.set(exitId, { priority, triggeredAt, isOrdered: false });
      this.#triggered.inc({ reason, priority });
      this.#decision.observe({ priority }, secondsBetween(trigger, this.#clock.now()));
    }
    if (endedAt === null) return;
    this.#exits.delete(exitId);
    this.#ended.inc({ priority, result: status });
    if (status === 'filled' && executedAt !== null)
      this.#toFilled.observe({ priority }, secondsBetween(triggeredAt, executedAt));
  }

  #noteAttempt(attempt: AttemptRecord): void {
    const { exitId, orderType, number, status } = attempt;
    if (status === 'recorded') {
      this.#orders.inc({ action: 'sell', type: orderType });
      if (number > 1) this.#retried('attempt');
    }
    this.#noteOrder(attempt, exitId, 'sell');
  }

  #noteEntryAttempt(attempt: EntryAttemptRecord): void {
    if (attempt.status === 'recorded') this.#orders.inc({ action: 'buy', type: 'limit' });
    this.#noteOrder(attempt, null, 'buy');
  }

  #noteOrder(order: OrderRecord, exitId: string | null, action: 'sell' | 'buy'): void {
    const { clientId, status, endedAt } = order;
    if (status === 'recorded') this.#live.set(clientId, { exitId, isSent: false });
    if (endedAt === null) return;
    this.#live.delete(clientId);
    this.#ordersEnded.inc({ action, result: status });
  }
}

/** When an exit was decided, if these writes decide it (ms). */
function triggerOf(exitId: string, writes: readonly StoreWrite[]): number | null {
  for (const write of writes)
    if (
      write.kind === 'decision' &&
      write.decision.kind === 'exit.triggered' &&
      write.decision.exitId === exitId
    )
      return write.decision.at;
  return null;
}

/** A venue's clock may be a moment behind ours. */
const secondsBetween = (from: number, to: number): number => Math.max(0, to - from) / 1000;
