/** What of the desk the model repeats is held to the desk itself, by random walks through both. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mail, Placing, Post } from '../../src/actors/mail.ts';
import { createDesk } from '../../src/actors/orders/desk.ts';
import type { AttemptRecord, Venue as VenuePort } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { anAttempt } from '../support/store-records.ts';
import { NOW } from './abstract.ts';
import { type Answer, type Call, CLOSED_DESK, type Desk, DeskStep, type Progress } from './desk-step.ts';
import { OrderSteps } from './order-step.ts';
import { CONTRACT } from './setting.ts';
import { reportOf, type VenueOrder } from './venue.ts';

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
    const isIt = (each: OpenCall): boolean => each.call === kind && each.clientId === call.clientId;
    // A stray's cancel is younger than any that its order asked for while it lived.
    const open =
      call.call === 'stray' ? this.#realCalls.findLastIndex(isIt) : this.#realCalls.findIndex(isIt);
    const [real] = this.#realCalls.splice(open, 1);
    this.#modelCalls.splice(index, 1);
    const now = this.#clock.now();
    const said =
      answer.kind === 'notFound'
        ? { kind: 'not_found', at: now, mayLand: answer.mayLand }
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
    if (!timer) return;
    const before = this.#realCalls.length;
    while (this.#realCalls.length === before) {
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
    const stray = step.calls.find(({ call }) => call === 'stray');
    while (stray && this.#realCalls.length < this.#modelCalls.length) {
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
  { weight: 1, arbitrary: fc.record({ do: fc.constant('seen' as const), answer: answerArbitrary }) },
);

type Step = typeof deskStep extends fc.Arbitrary<infer T> ? T : never;

/** The stream shows the order resting before the answer refuses it: it ends, and is cancelled as nobody's. */
const refusedAfterItWasSeen: Step[] = [
  { do: 'order', adopted: false, ioc: false, old: false },
  { do: 'open' },
  { do: 'seen', answer: { kind: 'order', filled: 0, isOver: false, mayLand: false, code: 'other' } },
  {
    do: 'answer',
    index: 0,
    answer: { kind: 'rejected', filled: 0, isOver: false, mayLand: false, code: 'rate_limited' },
  },
];

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
          else if (step.do === 'seen') {
            const attempt = twins.orders[last]?.attempt;
            if (!attempt) continue;
            const report = reportOf(grow(known, attempt, step.answer));
            await twins.tell({ type: 'order.seen', report }, (desk) => desk.see(report));
          } else if (step.do === 'stray') {
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
      { numRuns: 1_000, examples: [[refusedAfterItWasSeen]] },
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
