/** One order's statechart as a function; the waits between its questions have no length here. */
import type { OrderContext, OrderInput } from '../../src/machines/order-machine.ts';
import { type OrderEvent, orderMachine } from '../../src/machines/order-machine.ts';
import { type Asked, PureMachine, sortOut } from './pure-machine.ts';

export type OrderCharts = typeof orderMachine;

/** How an order stands in its machine. */
export interface OrderState {
  state: string;
  value: unknown;
  context: OrderContext & { from: OrderInput['from'] };
  timers: string[];
}

export interface OrderStep {
  after: OrderState;
  asked: Pick<Asked, 'type' | 'params'>[];
}

export class OrderSteps {
  readonly machine: PureMachine<OrderCharts>;
  readonly #steps = new Map<string, OrderStep>();

  constructor(patch: (machine: OrderCharts) => OrderCharts = (machine) => machine) {
    this.machine = new PureMachine(patch(orderMachine), SAMPLE);
  }

  start(input: OrderInput): OrderStep {
    const [snapshot, asked] = this.machine.start(input);
    return settled([], snapshot, asked);
  }

  send(order: OrderState, event: OrderEvent | { type: string }): OrderStep {
    const key = JSON.stringify([order, event]);
    const known = this.#steps.get(key);
    if (known) return known;
    const [snapshot, asked] = this.machine.step(order, event);
    const step = settled(
      order.timers.filter((timer) => timer !== event.type),
      snapshot,
      asked,
    );
    this.#steps.set(key, step);
    return step;
  }
}

function settled(
  standing: string[],
  snapshot: ReturnType<PureMachine<OrderCharts>['start']>[0],
  asked: Asked[],
): OrderStep {
  const [timers, actions] = sortOut(
    standing.map((event) => ({ event, delay: 0 })),
    asked,
  );
  const { value } = snapshot;
  const { context } = snapshot;
  return {
    after: {
      state: typeof value === 'string' ? value : Object.entries(value)[0]!.join('.'),
      value,
      // It spaces the next question and nothing else.
      context: { ...context, tries: Math.min(1, context.tries) },
      timers: timers.map(({ event }) => event),
    },
    asked: actions.map(({ type, params }) => ({ type, params })),
  };
}

const SAMPLE: OrderInput = {
  terms: {
    ...{ clientId: 'pm-ax1-1', market: 'GAME-A', side: 'yes', action: 'sell', timeInForce: 'gtc' },
    limitPrice: 5_000,
    quantity: 100,
  } as OrderInput['terms'],
  from: 'recorded',
  venueOrderId: null,
  filled: 0,
  cancelAsked: false,
  orderPollMs: 1_000,
};
