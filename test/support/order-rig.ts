/** One order's statechart in virtual time: the venue's answers go in, requests and news come out as lines. */
import { type ActorRefFrom, createActor, type InspectionEvent } from 'xstate';
import {
  type OrderEvent,
  type OrderInput,
  type OrderTerms,
  type OrderView,
  orderMachine,
} from '../../src/machines/order-machine.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { NOON, SECOND } from './domain-builders.ts';

export const TERMS: OrderTerms = {
  clientId: 'ptest-1x1-1',
  market: 'GAME-A',
  side: 'yes',
  action: 'sell',
  timeInForce: 'gtc',
  limitPrice: 5000,
  quantity: 10_000,
};

export class OrderRig {
  readonly clock = new VirtualClock(NOON);
  readonly #actor: ActorRefFrom<typeof orderMachine>;
  #log: string[] = [];

  constructor(input: Partial<OrderInput> = {}, inspect?: (event: InspectionEvent) => void) {
    const say = (line: string) => this.#log.push(line);
    const machine = orderMachine.provide({
      actions: {
        submit: (_, { terms }) =>
          say(`submit ${terms.clientId === TERMS.clientId ? terms.quantity : terms.clientId}`),
        cancel: (_, { venueOrderId }) => say(`cancel ${venueOrderId ?? 'by client id'}`),
        query: (_, { venueOrderId }) => say(`query ${venueOrderId ?? 'by client id'}`),
        publish: ({ context }, { status, refusal }) =>
          say(`${status}: sold ${context.view?.filled ?? 0}${refusal ? `, ${refusal.code}` : ''}`),
      },
    });
    this.#actor = createActor(machine, {
      clock: this.clock as never,
      input: {
        terms: TERMS,
        from: 'recorded',
        venueOrderId: null,
        filled: 0,
        cancelAsked: false,
        orderPollMs: 10_000,
        ...input,
      },
      ...(inspect ? { inspect } : {}),
    });
    this.#actor.subscribe({ error: () => {} });
    this.#actor.start();
  }

  get state(): string {
    const { value } = this.#actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }
  take(): string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }
  send(event: OrderEvent): this {
    this.#actor.send(event);
    return this;
  }
  accepted(view: Partial<OrderView> = {}): this {
    return this.send({ type: 'venue.accepted', order: viewOf(view) });
  }
  found(view: Partial<OrderView> = {}): this {
    return this.send({ type: 'venue.found', order: viewOf(view) });
  }
  notFound(mayLand = false): this {
    return this.send({ type: 'venue.notFound', mayLand });
  }
  rejected(code: string): this {
    return this.send({ type: 'venue.rejected', code, message: 'no' });
  }
  unknown(): this {
    return this.send({ type: 'venue.unknown', reason: 'timeout' });
  }
  cancel(): this {
    return this.send({ type: 'cancel.requested' });
  }
  pass(seconds: number): this {
    const until = this.clock.now() + seconds * SECOND;
    while (this.clock.fireNext(until));
    this.clock.moveTo(until);
    return this;
  }
}

const viewOf = (view: Partial<OrderView>): OrderView => {
  const { clientId: _, timeInForce: __, ...terms } = TERMS;
  return { ...terms, venueOrderId: 'v1', status: 'resting', filled: 0, ...view };
};
