/** The desk as functions over what it knows: as `actors/orders/desk.ts` hosts orders; desk-mirror.test.ts holds the two together. */
import type { LedgerMail, Placing } from '../../src/actors/mail.ts';
import { attemptAfter, progressMail, unseenFills } from '../../src/actors/orders/attempt-progress.ts';
import type { AttemptRecord, OrderReport } from '../../src/actors/ports.ts';
import type { OrderEvent, OrderNews, OrderTerms } from '../../src/machines/order-machine.ts';
import { NOW } from './abstract.ts';
import type { OrderState, OrderStep, OrderSteps } from './order-step.ts';

export type Progress = Extract<LedgerMail, { type: 'order.progress' }>;

/** A call to the venue as it leaves. */
export interface Call {
  call: 'place' | 'cancel' | 'find' | 'stray';
  clientId: string;
  /** Of a placing. */
  terms: OrderTerms | null;
  /** The quote behind a first sending, which may not leave once that is old; a resend leaves at any time. */
  quote: 'fresh' | 'old' | 'any';
}

interface DeskOrder {
  order: OrderState;
  attempt: AttemptRecord;
  report: OrderReport | null;
  seen: string[];
}

export interface Desk {
  open: boolean;
  orders: Record<string, DeskOrder>;
  waiting: Placing[];
  strays: string[];
  /** Ended in this life, and not yet stored as ended. */
  ended: string[];
}

export const CLOSED_DESK: Desk = { open: false, orders: {}, waiting: [], strays: [], ended: [] };

/** What the venue answers to one call. */
export type Answer =
  | { kind: 'accepted' | 'found'; order: OrderReport }
  | { kind: 'notFound'; mayLand: boolean }
  | { kind: 'rejected'; code: string }
  | { kind: 'unknown' };

export class DeskStep {
  desk: Desk;
  readonly posted: Progress[] = [];
  readonly calls: Call[] = [];
  readonly #steps: OrderSteps;

  constructor(desk: Desk, steps: OrderSteps) {
    this.desk = desk;
    this.#steps = steps;
  }

  place(placing: Placing): void {
    this.desk = { ...this.desk, waiting: [...this.desk.waiting, placing] };
    this.#sendWaiting();
  }

  openUp(): void {
    this.desk = { ...this.desk, open: true };
    this.#sendWaiting();
  }

  cancel(clientId: string): void {
    if (this.desk.orders[clientId]) return this.#tell(clientId, { type: 'cancel.requested' });
    const placing = this.desk.waiting.find(({ attempt }) => attempt.clientId === clientId);
    if (!placing) return;
    this.desk = { ...this.desk, waiting: this.desk.waiting.filter((each) => each !== placing) };
    this.#endUnsent(placing.attempt as AttemptRecord, { code: 'halted', message: 'never sent' });
  }

  adopt(attempt: AttemptRecord): void {
    const { orders, ended, waiting } = this.desk;
    const { clientId } = attempt;
    const waits = waiting.some((placing) => placing.attempt.clientId === clientId);
    if (!orders[clientId] && !ended.includes(clientId) && !waits) this.#start(attempt, 'in_doubt', true);
  }

  /** The account's open orders: those that nobody here owns are cancelled. */
  cancelStrays(clientIds: string[]): void {
    for (const clientId of clientIds) {
      const { orders, waiting, strays } = this.desk;
      if (orders[clientId] || strays.includes(clientId)) continue;
      if (waiting.some(({ attempt }) => attempt.clientId === clientId)) continue;
      this.desk = { ...this.desk, strays: [...strays, clientId] };
      this.calls.push({ call: 'stray', clientId, terms: null, quote: 'any' });
    }
  }

  hear({ call, clientId }: Pick<Call, 'call' | 'clientId'>, answer: Answer): void {
    if (call === 'stray') return this.#hearOfStray(clientId, answer);
    const known = this.desk.orders[clientId];
    if (!known) return;
    if (answer.kind === 'accepted' || answer.kind === 'found')
      return this.#deliver(answer.order, `venue.${answer.kind}`);
    if (answer.kind === 'notFound')
      return this.#tell(clientId, { type: 'venue.notFound', mayLand: answer.mayLand });
    if (answer.kind === 'rejected')
      return this.#tell(clientId, { type: 'venue.rejected', code: answer.code, message: '' });
    this.#tell(clientId, { type: 'venue.unknown', reason: '' });
  }

  /** The stream tells of an order. */
  see(report: OrderReport): void {
    this.#deliver(report, 'venue.found');
  }

  fire(clientId: string, timer: string): void {
    this.#tell(clientId, { type: timer } as never);
  }

  #deliver(said: OrderReport, type: 'venue.accepted' | 'venue.found'): void {
    const known = this.desk.orders[said.clientId];
    if (!known) return;
    const report = saysMore(said, known.report) ? said : known.report!;
    this.#keep(said.clientId, { ...known, report });
    this.#tell(said.clientId, { type, order: report });
  }

  #sendWaiting(): void {
    if (!this.desk.open || this.desk.strays.length > 0) return;
    const { waiting } = this.desk;
    this.desk = { ...this.desk, waiting: [] };
    for (const { attempt, sendBy } of waiting)
      if (NOW > sendBy)
        this.#endUnsent(attempt as AttemptRecord, {
          code: 'stale_price',
          message: 'never sent: its price is from an old quote',
        });
      else this.#start(attempt as AttemptRecord, 'recorded', false);
  }

  #start(attempt: AttemptRecord, from: 'recorded' | 'in_doubt', mayBeLate: boolean): void {
    const { clientId, market, side, timeInForce, limitPrice, quantity, venueOrderId, filled } = attempt;
    const step = this.#steps.start({
      terms: { clientId, market, side, action: 'sell', timeInForce, limitPrice, quantity },
      ...{ from, venueOrderId, filled, cancelAsked: attempt.cancelRequested, orderPollMs: 1_000 },
    });
    this.#keep(clientId, { order: step.after, attempt, report: null, seen: [] });
    this.#carryOut(step, mayBeLate);
  }

  #tell(clientId: string, event: OrderEvent): void {
    const known = this.desk.orders[clientId]!;
    const step = this.#steps.send(known.order, event);
    this.#keep(clientId, { ...known, order: step.after });
    this.#carryOut(step, true);
  }

  /** `resends`: only a first sending is held to the age of its quote. */
  #carryOut({ asked }: OrderStep, resends: boolean): void {
    for (const { type, params } of asked) {
      if (type === 'publish') this.#publish(params as OrderNews);
      else if (type === 'submit') {
        const { terms } = params as { terms: OrderTerms };
        this.calls.push({ call: 'place', clientId: terms.clientId, terms, quote: resends ? 'any' : 'fresh' });
      } else {
        const { clientId } = params as { clientId: string };
        this.calls.push({ call: type === 'cancel' ? 'cancel' : 'find', clientId, terms: null, quote: 'any' });
      }
    }
  }

  #publish({ clientId, status, refusal, cancelAsked }: OrderNews): void {
    const known = this.desk.orders[clientId]!;
    const { report } = known;
    const before = known.attempt;
    const attempt = attemptAfter(before, { status, report, refusal, cancelAsked, at: NOW });
    const seen = new Set(known.seen);
    const fills = unseenFills(report, seen);
    this.posted.push(progressMail({ before, after: attempt, fills, refusal, at: NOW }) as Progress);
    this.#keep(clientId, { ...known, attempt, seen: [...seen] });
    if (status !== 'over') return;
    this.#forget(clientId);
    if (report?.status === 'resting') this.cancelStrays([clientId]);
  }

  #endUnsent(before: AttemptRecord, refusal: { code: string; message: string }): void {
    const after = attemptAfter(before, {
      status: 'over',
      report: null,
      refusal,
      cancelAsked: true,
      at: NOW,
    });
    this.posted.push(progressMail({ before, after, fills: [], refusal, at: NOW }) as Progress);
    this.desk = { ...this.desk, ended: [...this.desk.ended, before.clientId] };
  }

  #hearOfStray(clientId: string, answer: Answer): void {
    const isOver =
      (answer.kind === 'notFound' && !answer.mayLand) ||
      (answer.kind === 'found' && answer.order.status !== 'resting');
    if (!isOver) {
      this.calls.push({ call: 'stray', clientId, terms: null, quote: 'any' });
      return;
    }
    this.desk = { ...this.desk, strays: this.desk.strays.filter((each) => each !== clientId) };
    this.#sendWaiting();
  }

  #keep(clientId: string, order: DeskOrder): void {
    this.desk = { ...this.desk, orders: { ...this.desk.orders, [clientId]: order } };
  }

  #forget(clientId: string): void {
    const { [clientId]: _, ...orders } = this.desk.orders;
    this.desk = { ...this.desk, orders, ended: [...this.desk.ended, clientId] };
  }
}

const saysMore = (report: OrderReport, known: OrderReport | null): boolean =>
  known === null ||
  report.filled > known.filled ||
  (report.filled === known.filled && known.status === 'resting');
