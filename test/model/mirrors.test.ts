/** What of the hosts the model repeats is held to the hosts themselves, by random walks through both. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mail, Placing, Post } from '../../src/actors/mail.ts';
import { createDesk } from '../../src/actors/orders/desk.ts';
import type { AttemptRecord, Venue as VenuePort } from '../../src/actors/ports.ts';
import { Monitor, type Outcome } from '../../src/actors/watch/monitor.ts';
import { PositionHost } from '../../src/actors/watch/position-host.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { aQuote } from '../support/domain-builders.ts';
import { anAttempt } from '../support/store-records.ts';
import { NOW, positionAfter, TURN } from './abstract.ts';
import { type Answer, type Call, CLOSED_DESK, type Desk, DeskStep, type Progress } from './desk-step.ts';
import { OrderSteps } from './order-step.ts';
import { type Around, mayLag, PositionSteps } from './position-step.ts';
import * as scenarios from './scenarios.ts';
import { CONTRACT, openingPosition, PRICES, type Scenario, surroundingsOf, WORDS } from './scenarios.ts';
import { reportOf, type VenueOrder } from './venue.ts';

const CALM: Around = { status: 'open', tripped: false, patientPaused: false };

/** A monitor of its own, and the model of it, told the same. */
class MonitorTwins {
  readonly #clock = new VirtualClock(NOW);
  readonly #outcomes: Outcome[] = [];
  readonly #monitor: Monitor;
  readonly #steps: PositionSteps;
  #id: number;
  error: unknown = null;

  constructor(scenario: Scenario) {
    this.#steps = new PositionSteps(scenario);
    const position = openingPosition(scenario);
    const started = this.#steps.start(position, CALM);
    this.#id = started.running;
    this.#monitor = new Monitor(
      {
        host: new PositionHost(),
        ...{ position, method: scenario.method, surroundings: surroundingsOf(CALM), instance: 'm' },
        ...{ clock: this.#clock, rowWriteMs: null, restarts: 0, observe: undefined },
        settled: (outcome) => this.#outcomes.push(outcome),
        crashed: (error) => {
          this.error = error;
        },
      },
      1,
    );
    this.#monitor.start();
    this.#compare(started.outcome);
  }

  get running() {
    return this.#steps.pool.at(this.#id);
  }
  get isOver(): boolean {
    return this.running.state === 'closed';
  }

  tell(event: PositionEvent): void {
    const step = this.#steps.send(this.#id, event);
    this.#id = step.running;
    this.#monitor.send(later(event, this.#passed));
    this.#compare(step.outcome);
  }

  fire(): void {
    const timer = this.running.timers.find(({ due }) => due <= NOW);
    if (!timer) return;
    const step = this.#steps.send(this.#id, { type: timer.event });
    this.#id = step.running;
    expect(this.#clock.fireNext(this.#clock.now()), `${timer.event} is set`).toBe(true);
    this.#compare(step.outcome);
  }

  turn(): void {
    if (this.running.position.at < NOW) return;
    this.#id = this.#steps.later(this.#id);
    this.#clock.jump(TURN);
  }

  get #passed(): number {
    return this.#clock.now() - NOW;
  }

  /** The same state, the same row, the same requests. */
  #compare(model: ReturnType<PositionSteps['send']>['outcome']): void {
    expect(this.error).toBeNull();
    const { watched } = this.#monitor;
    expect(positionAfter(watched.position, this.#passed, mayLag(this.running))).toEqual(
      this.running.position,
    );
    const outcome = this.#outcomes.splice(0).at(-1);
    const row = outcome?.writes.find((write) => write.kind === 'position');
    expect({
      isSaved: row !== undefined,
      attempts: outcome?.writes.flatMap((w) => (w.kind === 'attempt' ? [w.attempt.clientId] : [])) ?? [],
      placed:
        outcome?.after.place.map(({ attempt, sendBy }) => [attempt.clientId, sendBy - this.#passed]) ?? [],
      cancelled: outcome?.after.cancel ?? [],
    }).toEqual({
      isSaved: model.row !== null,
      attempts: model.attempts.map(({ clientId }) => clientId),
      placed: model.place.map(({ attempt, sendBy }) => [attempt.clientId, sendBy]),
      cancelled: model.cancel,
    });
  }
}

const later = (event: PositionEvent, passed: number): PositionEvent => {
  const at = NOW + passed;
  if (event.type === 'quote') return { ...event, quote: { ...event.quote, observedAt: at }, at };
  return { ...event, at } as PositionEvent;
};

const factOf = (
  { position }: MonitorTwins['running'],
  { more, end, code }: { more: boolean; end: boolean; code: string | null },
): PositionEvent | null => {
  const attempt = position.exit?.attempt;
  if (!attempt) return null;
  const filled = Math.min(attempt.quantity, attempt.filled + (more ? CONTRACT : 0));
  const totals = {
    clientId: attempt.clientId,
    filledTotal: filled,
    proceedsTotal: filled,
    feesTotal: 0,
    at: NOW,
  };
  if (!end) return { type: 'order.filled', ...totals };
  const isFull = filled === attempt.quantity;
  const isRefused = code !== null && filled === 0;
  const status = isFull ? 'filled' : isRefused ? 'rejected' : 'cancelled';
  return { type: 'order.over', ...totals, status, code: isRefused ? code : null };
};

const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('quote' as const), bid: fc.nat(2) }) },
  { weight: 3, arbitrary: fc.constantFrom({ do: 'turn' } as const, { do: 'fire' } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('word' as const), word: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fact' as const),
      more: fc.boolean(),
      end: fc.boolean(),
      code: fc.constantFrom(null, null, 'rate_limited', 'bad_price', 'not_held', 'other'),
    }),
  },
);

describe('the model of a monitor', () => {
  it('decides, stores and asks for the same as a monitor', () => {
    const made = fc.constantFrom(scenarios.critical, scenarios.medium, scenarios.stages, scenarios.calledOff);
    let steps = 0;
    fc.assert(
      fc.property(made, fc.array(happening, { maxLength: 80, size: 'max' }), (make, walk) => {
        const scenario = { ...make({}), readsAccount: true };
        const twins = new MonitorTwins(scenario);
        for (const step of walk) {
          if (twins.isOver) return;
          steps += 1;
          if (step.do === 'turn') twins.turn();
          else if (step.do === 'fire') twins.fire();
          else if (step.do === 'tick') twins.tell({ type: 'cadence.due', at: NOW });
          else if (step.do === 'quote') {
            const bid = scenario.bids[step.bid % scenario.bids.length]!;
            const quote = { ...aQuote(bid), ask: bid === null ? PRICES.profit : null, observedAt: NOW };
            twins.tell({ type: 'quote', quote, at: NOW });
          } else if (step.do === 'word') {
            const words = [WORDS.retry, WORDS.resume, WORDS.holdAndCancel, WORDS.release] as const;
            twins.tell(words[step.word]!);
          } else {
            const fact = factOf(twins.running, step);
            if (fact) twins.tell(fact);
          }
        }
      }),
      { numRuns: 150 },
    );
    process.stdout.write(`twin monitors: ${steps} steps\n`);
    expect(steps).toBeGreaterThan(1000);
  });
});

/** A call that the real desk has made and nobody has answered. */
interface OpenCall {
  call: 'place' | 'cancel' | 'find';
  clientId: string;
  answer: (answer: never) => void;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A desk of its own, and the model of it, told the same. */
class DeskTwins {
  readonly #clock = new VirtualClock(NOW);
  readonly #steps = new OrderSteps();
  readonly #posted: Progress[] = [];
  readonly #desk;
  #model: Desk = CLOSED_DESK;
  #modelCalls: Call[] = [];
  #realCalls: OpenCall[] = [];

  constructor() {
    const call =
      (name: OpenCall['call']) =>
      ({ clientId }: { clientId: string }) =>
        new Promise((answer) => this.#realCalls.push({ call: name, clientId, answer: answer as never }));
    const venue = {
      capabilities: { orderPollMs: 100_000 },
      ...{ place: call('place'), cancel: call('cancel'), findOrder: call('find') },
    } as unknown as VenuePort;
    const post: Post = (_, mail) => {
      if ((mail as Mail['ledger']).type === 'order.progress') this.#posted.push(mail as Progress);
    };
    this.#desk = createDesk({
      ...{ venue, clock: this.#clock, post, ownPrefix: 'pm-', mayTrade: () => true, observe: undefined },
      crash: (error) => {
        throw error;
      },
    });
  }

  get calls(): readonly Call[] {
    return this.#modelCalls;
  }
  get orders(): Desk['orders'] {
    return this.#model.orders;
  }
  get isIdle(): boolean {
    const { orders, waiting, strays } = this.#model;
    return Object.keys(orders).length + waiting.length + strays.length === 0;
  }

  async tell(mail: Mail['desk'], act: (step: DeskStep) => void): Promise<void> {
    this.#desk.receive(mail);
    await this.#compare(act);
  }

  async answer(index: number, answer: Answer): Promise<void> {
    const call = this.#modelCalls[index]!;
    const kind = call.call === 'stray' ? 'cancel' : call.call;
    const open = this.#realCalls.findIndex((each) => each.call === kind && each.clientId === call.clientId);
    const [real] = this.#realCalls.splice(open, 1);
    this.#modelCalls.splice(index, 1);
    const now = this.#clock.now();
    const said =
      answer.kind === 'notFound'
        ? { kind: 'not_found', at: now, mayLandUntil: answer.mayLand ? now + 1 : null }
        : answer.kind === 'rejected'
          ? { ...answer, message: '' }
          : answer.kind === 'unknown'
            ? { ...answer, reason: '' }
            : answer;
    real!.answer(said as never);
    await settled();
    await this.#compare((step) => step.hear(call, answer));
  }

  /** The order's timer fires: it asks something. */
  async fire(clientId: string): Promise<void> {
    const [timer] = this.#model.orders[clientId]?.order.timers ?? [];
    if (!timer || this.#modelCalls.length > 0) return;
    while (this.#realCalls.length === 0) {
      expect(this.#clock.fireNext(Number.POSITIVE_INFINITY), `${timer} is set`).toBe(true);
      await settled();
    }
    await this.#compare((step) => step.fire(clientId, timer));
  }

  async #compare(act: (step: DeskStep) => void): Promise<void> {
    await settled();
    const step = new DeskStep(this.#model, this.#steps);
    act(step);
    this.#model = step.desk;
    this.#modelCalls.push(...step.calls);
    // The model cancels a stray again at once, the desk after a while.
    while (step.calls.some(({ call }) => call === 'stray') && this.#realCalls.length === 0) {
      expect(this.#clock.fireNext(Number.POSITIVE_INFINITY), 'the stray is cancelled again').toBe(true);
      await settled();
    }
    expect(this.#posted.splice(0).map(bare)).toEqual(step.posted.map(bare));
    const name = ({ call, clientId }: { call: string; clientId: string }): string =>
      `${call === 'stray' ? 'cancel' : call} ${clientId}`;
    expect(this.#realCalls.map(name).sort()).toEqual(this.#modelCalls.map(name).sort());
  }

  stop(): void {
    this.#desk.stop();
  }
}

/** Without the times, of which the model has one. */
const bare = ({ attempt, fills, fact }: Progress) => ({
  attempt: { ...attempt, filledAt: null, cancelledAt: null, endedAt: attempt.endedAt !== null },
  fills: fills.map(({ fillId }) => fillId),
  fact: fact && { ...fact, at: 0 },
});

const attemptOf = (number: number, ioc: boolean): AttemptRecord => ({
  ...anAttempt(),
  ...{
    clientId: `pm-ax1-${number}`,
    attemptId: `pm-ax1-${number}`,
    number,
    positionId: 'a',
    exitId: 'pm-ax1',
  },
  ...{ market: 'GAME-A', side: 'yes', limitPrice: 5_000, quantity: 2 * CONTRACT, status: 'recorded' },
  ...{ timeInForce: ioc ? 'ioc' : 'gtc', placedAt: NOW, venueOrderId: null },
  ...{ filled: 0, proceeds: 0, fees: 0, cancelRequested: false, endedAt: null, error: null },
  ...{ filledAt: null, cancelledAt: null },
});

const answerArbitrary = fc.record({
  kind: fc.constantFrom('order', 'order', 'order', 'notFound', 'rejected', 'unknown'),
  filled: fc.nat(2),
  isOver: fc.boolean(),
  mayLand: fc.boolean(),
  code: fc.constantFrom('already_exists', 'rate_limited', 'other'),
});

const deskStep = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      adopted: fc.boolean(),
      ioc: fc.boolean(),
      old: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      { do: 'open' } as const,
      { do: 'cancel' } as const,
      { do: 'stray' } as const,
      { do: 'fire' } as const,
      { do: 'fire' } as const,
    ),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      index: fc.nat(3),
      answer: answerArbitrary,
    }),
  },
);

describe('the model of the desk', () => {
  it('calls and tells the same as the desk', async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deskStep, { maxLength: 60, size: 'max' }), async (walk) => {
        const twins = new DeskTwins();
        const known = new Map<string, VenueOrder>();
        let number = 0;
        for (const step of walk) {
          steps += 1;
          const last = `pm-ax1-${number}`;
          if (step.do === 'open') await twins.tell({ type: 'desk.open' }, (desk) => desk.openUp());
          else if (step.do === 'fire') await twins.fire(last);
          else if (step.do === 'cancel')
            await twins.tell({ type: 'order.cancel', clientId: last }, (desk) => desk.cancel(last));
          else if (step.do === 'stray') {
            if (!twins.isIdle) continue;
            const clientId = 'pm-ax9-9';
            const report = { ...reportOf(orderOf(attemptOf(1, false))), clientId };
            await twins.tell({ type: 'orders.open', reports: [report] } as never, (desk) =>
              desk.cancelStrays([clientId]),
            );
          } else if (step.do === 'answer') {
            const call = twins.calls[step.index % Math.max(1, twins.calls.length)];
            if (!call) continue;
            const order = grow(
              known,
              twins.orders[call.clientId]?.attempt ?? attemptOf(9, false),
              step.answer,
            );
            await twins.answer(twins.calls.indexOf(call), answerOf(step.answer, call, order));
          } else {
            if (!twins.isIdle) continue;
            number += 1;
            const attempt = attemptOf(number, step.ioc);
            if (step.adopted) {
              const mail = { type: 'order.adopt', attempt, priority: 'HIGH' } as const;
              await twins.tell(mail, (desk) => desk.adopt(attempt));
            } else {
              const placing: Placing = { attempt, priority: 'HIGH', sendBy: step.old ? NOW - 1 : 1e15 };
              await twins.tell({ type: 'order.place', ...placing }, (desk) => desk.place(placing));
            }
          }
        }
        twins.stop();
      }),
      { numRuns: 150 },
    );
    process.stdout.write(`twin desks: ${steps} steps\n`);
    expect(steps).toBeGreaterThan(1000);
  });
});

const orderOf = ({
  clientId,
  market,
  side,
  limitPrice,
  quantity,
  timeInForce,
}: AttemptRecord): VenueOrder => ({
  terms: { clientId, market, side, action: 'sell', limitPrice, quantity, timeInForce },
  ...{ filled: 0, isOver: false },
});

/** The exchange never takes back what it said. */
function grow(
  known: Map<string, VenueOrder>,
  attempt: AttemptRecord,
  { filled, isOver }: { filled: number; isOver: boolean },
): VenueOrder {
  const before = known.get(attempt.clientId) ?? orderOf(attempt);
  const sold = before.isOver ? before.filled : Math.max(before.filled, filled * CONTRACT);
  const after = { ...before, filled: sold, isOver: before.isOver || isOver || sold >= attempt.quantity };
  known.set(attempt.clientId, after);
  return after;
}

function answerOf(
  { kind, mayLand, code }: { kind: string; mayLand: boolean; code: string },
  { call }: Call,
  order: VenueOrder,
): Answer {
  if (kind === 'order') return { kind: call === 'place' ? 'accepted' : 'found', order: reportOf(order) };
  if (kind === 'notFound' && call !== 'place') return { kind: 'notFound', mayLand };
  if (kind === 'rejected') return { kind: 'rejected', code };
  return { kind: 'unknown' };
}
