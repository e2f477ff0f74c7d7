/** Deliberate bugs: what the checker must find, or it finds nothing. */
import { assign } from 'xstate';
import type { PositionFile } from '../../src/actors/ports.ts';
import { restorePosition } from '../../src/actors/watch/restore.ts';
import { placeAttempt, running } from '../../src/domain/exit-progress.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import { nextOrderOf } from '../../src/domain/position-facts.ts';
import type { Answer } from './desk-step.ts';
import type { OrderCharts } from './order-step.ts';
import type { PositionCharts } from './position-step.ts';
import { critical, high, type Scenario, unhurried } from './scenarios.ts';

export interface Patches {
  position?: (machine: PositionCharts) => PositionCharts;
  order?: (machine: OrderCharts) => OrderCharts;
  restore?: (file: PositionFile) => Position;
  /** What the desk makes of an answer before the order hears it. */
  hear?: (answer: Answer) => Answer;
  /** An order leaves before its record is durable. */
  sendsBeforeCommit?: true;
}

export interface Bug {
  name: string;
  patches: Patches;
  scenario: Scenario;
  /** What the checker says of it. */
  found: RegExp;
}

const bugs: readonly Bug[] = [
  {
    name: 'the write-ahead is dropped: an order leaves before it is recorded',
    patches: { sendsBeforeCommit: true },
    scenario: critical({}),
    found: /is sent before it is recorded/,
  },
  {
    name: 'an unknown outcome counts as a refusal',
    patches: {
      hear: (answer) => (answer.kind === 'unknown' ? { kind: 'rejected', code: 'rate_limited' } : answer),
    },
    scenario: critical({ unknowns: 1 }),
    found: /is sent while .* may still land|is booked/,
  },
  {
    name: 'a refused resend is believed at once, though the first sending may still land',
    patches: {
      order: (machine) =>
        machine.provide({ guards: { isRefusedForSure: ({ context }) => context.refusal !== null } }),
    },
    scenario: critical({ unknowns: 1, refusals: 1 }),
    found: /is sent while .* may still land|is booked/,
  },
  {
    name: 'a restart counts what its order has sold a second time',
    patches: {
      restore: (file) => {
        const restored = restorePosition(file);
        const attempt = file.position.exit?.attempt;
        return restored.exit && attempt ? { ...restored, exit: { ...restored.exit, attempt } } : restored;
      },
    },
    scenario: high({ crashes: 1 }),
    found: /more is booked than was sold|sold more than it wanted/,
  },
  {
    name: 'a walk offers the whole quantity again',
    patches: {
      position: (machine) =>
        machine.provide({
          actions: {
            placeAttempt: assign(({ context }) => {
              const order = nextOrderOf(context);
              if (order.kind !== 'order') return {};
              const placed = placeAttempt(context.position, order);
              const exit = running(placed);
              const attempt = exit.attempt && { ...exit.attempt, quantity: exit.quantity };
              return { position: { ...placed, exit: { ...exit, attempt } } };
            }),
          },
        }),
    },
    scenario: high({}),
    found: /asks for more than is left/,
  },
  {
    name: 'a cancelled order counts as sold',
    patches: {
      position: (machine) =>
        machine.provide({
          guards: {
            holdsNothing: ({ context: { position } }) =>
              remaining(position) === 0 || position.exit?.orderEnd?.status === 'cancelled',
          },
        }),
    },
    scenario: critical({}),
    found: /closed, and contracts are held/,
  },
  {
    name: 'a give-up is silent',
    patches: { position: (machine) => machine.provide({ actions: { raiseAlert: () => {} } }) },
    scenario: critical({ refusals: 1 }),
    found: /failed without an alert/,
  },
  {
    name: 'a cancel is recorded and not sent',
    patches: { position: (machine) => machine.provide({ actions: { requestCancel: () => {} } }) },
    scenario: high({}),
    found: /nothing settles|dead end|never be closed/,
  },
  {
    name: 'a wait never ends',
    patches: { position: (machine) => machine.provide({ guards: { waitIsOver: () => false } }) },
    scenario: critical({}),
    found: /nothing settles|dead end|never be closed/,
  },
];

export const BUGS = bugs.map((bug) => ({ ...bug, scenario: unhurried(bug.scenario) }));
