import { type ActorRefFrom, createActor } from 'xstate';
import type { Priority } from '../../domain/method.ts';
import { type OrderNews, type OrderTerms, orderMachine } from '../../machines/order-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { DeskMail, Part, Placing, Post } from '../mail.ts';
import {
  type AttemptRecord,
  type Clock,
  type EntryAttemptRecord,
  isEntry,
  type OpenOrder,
  type OrderAnswer,
  type OrderRef,
  type OrderReport,
  type PlaceAnswer,
  type Venue,
} from '../ports.ts';
import { attemptAfter, progressMail, unseenFills } from './attempt-progress.ts';
import { OrderDoubt, workOf } from './order-doubt.ts';

export interface DeskOptions {
  venue: Venue;
  clock: Clock;
  post: Post;
  /** The lease is ours at this moment; asked immediately before every send (SPEC 8.7). */
  mayTrade: () => boolean;
  /** Prefix of our instance's client ids. */
  ownPrefix: string;
  crash: (error: unknown) => void;
  observe: ActorObserver | undefined;
}

/** An order that sells for an exit, or buys for an edge. */
type Attempt = AttemptRecord | EntryAttemptRecord;

interface LiveOrder {
  actor: ActorRefFrom<typeof orderMachine>;
  attempt: Attempt;
  /** Of its exit, or of the entry. */
  priority: Priority;
  /** Until when its first sending may leave (ms); an identical resend, which burns its id, leaves at any time. */
  sendBy: number;
  /** The venue's last full report, for its fills. */
  report: OrderReport | null;
  seenFills: Set<string>;
  restarts: number;
  doubt: OrderDoubt;
}

const MOST_RESTARTS = 5;
const STRAY_RETRY_MS = 1_000;
const LONGEST_STRAY_RETRY_MS = 30_000;

const NEVER_SENT = { code: 'halted', message: 'never sent' };
const STALE_PRICE = { code: 'stale_price', message: 'never sent: its price is from an old quote' };

/** Hosts one order actor per live order and is the only way to the venue's write calls. */
export function createDesk(options: DeskOptions): Part<DeskMail> {
  const { venue, clock, post, mayTrade, ownPrefix, crash, observe } = options;
  const live = new Map<string, LiveOrder>();
  const waiting: Placing[] = [];
  /** Orders of ours that nobody owns, until the venue confirms their end; with their markets. */
  const strays = new Map<string, string>();
  /** Orders that ended in this life: what is stored of them may still be on its way. */
  const ended = new Set<string>();
  let open = false;
  let stopping = false;
  let stopped = false;

  const machine: typeof orderMachine = orderMachine.provide({
    actions: {
      submit: (_, params) => void submit(params.terms),
      cancel: (_, params) => void ask(params, (ref) => venue.cancel(ref)),
      query: (_, params) => void ask(params, (ref) => venue.findOrder(ref)),
      publish: (_, news) => publish(news),
    },
  });

  function place(placing: Placing): void {
    if (stopping) endUnsent(placing.attempt, NEVER_SENT);
    else {
      waiting.push(placing);
      sendWaiting();
    }
  }

  /** What waited for the account to be read, or for a stray order in its market to end. */
  function sendWaiting(): void {
    if (!open) return;
    const blocked = new Set(strays.values());
    for (const placing of waiting.splice(0)) {
      if (blocked.has(placing.attempt.market)) waiting.push(placing);
      else send(placing);
    }
  }

  /** Its commit may have taken long, or the desk was not open yet: an old price does not leave any more. */
  function send({ attempt, priority, sendBy }: Placing): void {
    if (clock.now() > sendBy) endUnsent(attempt, STALE_PRICE);
    else start({ attempt, priority, sendBy }, 'recorded');
  }

  function start({ attempt, priority, sendBy }: Placing, from: 'recorded' | 'in_doubt', restarts = 0): void {
    const terms: OrderTerms = {
      clientId: attempt.clientId,
      market: attempt.market,
      side: attempt.side,
      action: actionOf(attempt),
      timeInForce: attempt.timeInForce,
      limitPrice: attempt.limitPrice,
      quantity: attempt.quantity,
    };
    const { clientId } = attempt;
    const actor = createActor(machine, {
      id: `order:${clientId}`,
      clock: clock as never,
      input: {
        terms,
        from,
        venueOrderId: attempt.venueOrderId,
        filled: attempt.filled,
        cancelAsked: attempt.cancelRequested,
        orderPollMs: venue.capabilities.orderPollMs,
      },
    });
    const position = isEntry(attempt) ? null : attempt.positionId;
    observe?.(actor, { name: `order ${clientId}`, host: 'desk', position, restarts });
    const doubt = new OrderDoubt({ attempt, clock, post });
    const order: LiveOrder = {
      ...{ actor, attempt, priority, sendBy, restarts, doubt },
      report: null,
      seenFills: new Set(),
    };
    if (attempt.cancelRequested) doubt.begin('its cancel is not confirmed');
    live.set(clientId, order);
    actor.subscribe({ error: (error) => restart(order, error) });
    actor.start();
  }

  /** Nobody knows whether it was sent: if so, or if it must be sent to burn its id, then at its own price. */
  function adopt(attempt: Attempt, priority: Priority, restarts = 0): void {
    start({ attempt, priority, sendBy: Number.POSITIVE_INFINITY }, 'in_doubt', restarts);
  }

  /** An order actor that throws starts again in doubt: the venue says how the order stands. */
  function restart(order: LiveOrder, error: unknown): void {
    const { attempt, priority, restarts } = order;
    order.doubt.drop();
    if (restarts >= MOST_RESTARTS) return crash(error);
    const text = error instanceof Error ? error.message : String(error);
    journal(
      attempt,
      'order.restarted',
      `the order actor threw: ${text}; the venue is asked how the order stands`,
    );
    clock.setTimeout(() => {
      if (!stopped)
        adopt({ ...attempt, cancelRequested: order.attempt.cancelRequested }, priority, restarts + 1);
    }, 0);
  }

  async function submit(terms: OrderTerms): Promise<void> {
    if (!mayTrade()) return crash(new Error('the lease is not ours any more: nothing is sent'));
    const order = live.get(terms.clientId);
    if (!order) return;
    const { priority, sendBy } = order;
    order.sendBy = Number.POSITIVE_INFINITY;
    const answer = await settle<PlaceAnswer>(() => venue.place(terms, { priority, sendBy }));
    if (stopped || live.get(terms.clientId) !== order) return;
    if (answer.kind === 'accepted') deliver(answer.order, 'venue.accepted');
    else if (answer.kind === 'rejected')
      order.actor.send({ type: 'venue.rejected', code: answer.code, message: answer.message });
    else {
      order.doubt.hear(answer.reason);
      order.actor.send({ type: 'venue.unknown', reason: answer.reason });
    }
  }

  async function ask(
    { clientId, venueOrderId }: { clientId: string; venueOrderId: string | null },
    call: (ref: OrderRef) => Promise<OrderAnswer>,
  ): Promise<void> {
    const order = live.get(clientId);
    if (!order) return;
    if (!mayTrade()) return crash(new Error('the lease is not ours any more: nothing is sent'));
    const { market, side, placedAt, quantity, filled } = order.attempt;
    const action = actionOf(order.attempt);
    const { priority } = order;
    const remaining = quantity - filled;
    const answer = await settle(() =>
      call({ clientId, venueOrderId, market, side, action, remaining, priority, placedAt }),
    );
    if (stopped || live.get(clientId) !== order) return;
    if (answer.kind === 'unknown') order.doubt.hear(answer.reason);
    if (answer.kind === 'rejected') order.doubt.hear(`${answer.code}: ${answer.message}`);
    if (answer.kind === 'found') deliver(answer.order, 'venue.found');
    else if (answer.kind === 'not_found')
      order.actor.send({ type: 'venue.notFound', mayLand: answer.mayLand });
    else if (answer.kind === 'rejected')
      order.actor.send({ type: 'venue.rejected', code: answer.code, message: answer.message });
    else order.actor.send({ type: 'venue.unknown', reason: answer.reason });
  }

  /** A report older than what we know takes nothing back: the stream may be ahead of an answer. */
  function deliver(report: OrderReport, type: 'venue.accepted' | 'venue.found'): void {
    const order = live.get(report.clientId);
    if (!order) return;
    if (saysMore(report, order.report)) order.report = report;
    order.actor.send({ type, order: order.report! });
  }

  function publish({ clientId, status, refusal, cancelAsked }: OrderNews): void {
    const order = live.get(clientId)!;
    const at = clock.now();
    const attempt = attemptAfter(order.attempt, { status, report: order.report, refusal, cancelAsked, at });
    const fills = unseenFills(order.report, order.seenFills);
    post('ledger', progressMail({ before: order.attempt, after: attempt, fills, refusal, at }));
    order.attempt = attempt;
    if (status === 'unknown') order.doubt.begin('nobody knows how it stands');
    else if (status === 'over' || !cancelAsked) order.doubt.end();
    if (status !== 'over') return;
    ended.add(clientId);
    live.delete(clientId);
    // Another order under our id: nobody works for it, and nobody would ask for it any more.
    if (order.report?.status === 'resting') cancelStrays([order.report]);
    if (stopping) settleStop();
  }

  /** SPEC 8.5: an order of ours that no open exit or entry owns is cancelled and journaled. */
  function cancelStrays(reports: OpenOrder[]): void {
    for (const report of reports) {
      const { clientId } = report;
      if (!clientId.startsWith(ownPrefix) || live.has(clientId) || waits(clientId) || strays.has(clientId))
        continue;
      strays.set(clientId, report.market);
      journalStray(report);
      void endStray(report);
    }
  }

  /** Asks until the venue says that the stray is over; nothing new is sent in its market before. */
  async function endStray(stray: OpenOrder, tries = 0): Promise<void> {
    const { clientId, venueOrderId, market, side, action, quantity, filled } = stray;
    if (!mayTrade()) return crash(new Error('the lease is not ours any more: nothing is sent'));
    const ref: OrderRef = {
      ...{ clientId, venueOrderId, market, side, action, remaining: quantity - filled },
      ...{ priority: 'CRITICAL', placedAt: 0 },
    };
    const answer = await settle(() => venue.cancel(ref));
    if (stopped) return;
    const isOver =
      (answer.kind === 'not_found' && !answer.mayLand) ||
      (answer.kind === 'found' && answer.order.status !== 'resting');
    if (!isOver) {
      const wait = Math.min(LONGEST_STRAY_RETRY_MS, STRAY_RETRY_MS * 2 ** tries);
      clock.setTimeout(() => (stopped ? undefined : void endStray(stray, tries + 1)), wait);
      return;
    }
    strays.delete(clientId);
    sendWaiting();
  }

  function journalStray({ clientId, venueOrderId, market }: OpenOrder): void {
    post('ledger', {
      type: 'journal',
      decision: {
        positionId: null,
        exitId: null,
        at: clock.now(),
        kind: 'order.stray',
        summary: `order ${clientId} of ours has no exit or entry: cancelled`,
        data: { clientId, venueOrderId, market },
      },
    });
  }

  function stop(cancelResting: boolean): void {
    stopping = true;
    for (const { attempt } of waiting.splice(0)) endUnsent(attempt, NEVER_SENT);
    for (const { actor } of [...live.values()]) {
      if (cancelResting) actor.send({ type: 'cancel.requested' });
      else if (actor.getSnapshot().matches('working')) forget(actor);
    }
    settleStop();
  }

  function settleStop(): void {
    if (live.size === 0)
      post('ledger', { type: 'flush', done: () => post('system', { type: 'orders.settled' }) });
  }

  function forget(actor: LiveOrder['actor']): void {
    for (const [clientId, order] of live) {
      if (order.actor !== actor) continue;
      order.doubt.drop();
      live.delete(clientId);
    }
    actor.stop();
  }

  function journal(attempt: Attempt, kind: string, summary: string): void {
    const { clientId } = attempt;
    const about = { positionId: workOf(attempt), exitId: isEntry(attempt) ? null : attempt.exitId };
    post('ledger', {
      type: 'journal',
      decision: { ...about, at: clock.now(), kind, summary, data: { clientId } },
    });
  }

  /** A venue call that throws is an answer nobody heard. */
  async function settle<T>(call: () => Promise<T>): Promise<T | { kind: 'unknown'; reason: string }> {
    try {
      return await call();
    } catch (error) {
      return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    receive(mail) {
      switch (mail.type) {
        case 'order.place':
          return place(mail);
        case 'order.cancel':
          return cancel(mail.clientId);
        case 'order.adopt':
          return isKnown(mail.attempt.clientId) ? undefined : adopt(mail.attempt, mail.priority);
        case 'order.seen':
          return deliver(mail.report, 'venue.found');
        case 'orders.open':
          return cancelStrays(mail.reports);
        case 'desk.open':
          open = true;
          return sendWaiting();
        case 'desk.stop':
          return stop(mail.cancelResting);
      }
    },
    stop() {
      stopped = true;
      for (const { actor, doubt } of live.values()) {
        actor.stop();
        doubt.drop();
      }
      live.clear();
    },
  };

  function cancel(clientId: string): void {
    const order = live.get(clientId);
    if (!order) return cancelWaiting(clientId);
    order.doubt.begin('its cancel is not confirmed');
    order.actor.send({ type: 'cancel.requested' });
  }

  function cancelWaiting(clientId: string): void {
    const index = waiting.findIndex(({ attempt }) => attempt.clientId === clientId);
    if (index !== -1) endUnsent(waiting.splice(index, 1)[0]!.attempt, NEVER_SENT);
  }

  function isKnown(clientId: string): boolean {
    return live.has(clientId) || waits(clientId) || ended.has(clientId);
  }

  /** Waits for the desk to open. */
  function waits(clientId: string): boolean {
    return waiting.some(({ attempt }) => attempt.clientId === clientId);
  }

  /** An order that never left ends as one that the venue never saw. */
  function endUnsent(before: Attempt, refusal: { code: string; message: string }): void {
    const at = clock.now();
    const after = attemptAfter(before, { status: 'over', report: null, refusal, cancelAsked: true, at });
    ended.add(before.clientId);
    post('ledger', progressMail({ before, after, fills: [], refusal, at }));
  }
}

const actionOf = (attempt: Attempt): OrderTerms['action'] => (isEntry(attempt) ? 'buy' : 'sell');

const saysMore = (report: OrderReport, known: OrderReport | null): boolean =>
  known === null ||
  report.filled > known.filled ||
  (report.filled === known.filled && known.status === 'resting');
