/** Deliberate bugs: what the checker must find, or it finds nothing. */
import { assign } from 'xstate';
import type { PositionFile } from '../../src/actors/ports.ts';
import { restorePosition } from '../../src/actors/watch/restore.ts';
import { placeAttempt, running, updateExit } from '../../src/domain/exit-progress.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import { beginTriggeredExit, nextOrderOf } from '../../src/domain/position-facts.ts';
import type { Answer } from './desk-step.ts';
import type { OrderCharts } from './order-step.ts';
import type { PositionCharts } from './position-step.ts';
import { critical, high, stages, unhurried } from './scenarios.ts';
import { CONTRACT, type Scenario } from './setting.ts';

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
    name: 'the order of before a crash is forgotten',
    patches: {
      restore: (file) => {
        const restored = restorePosition(file);
        return { ...restored, exit: restored.exit && { ...restored.exit, attempt: null } };
      },
    },
    scenario: high({ crashes: 1 }),
    found: /is sent while .* (stands|may still land)/,
  },
  {
    name: 'an order that is not found counts as never sent',
    patches: {
      order: (machine) =>
        machine.provide({ guards: { isRefusedForSure: ({ event }) => event.type === 'venue.notFound' } }),
    },
    scenario: critical({ unknowns: 1 }),
    found: /is sent while .* may still land|is booked/,
  },
  {
    name: 'every stage is the first one again',
    patches: {
      position: (machine) =>
        machine.provide({
          actions: {
            beginTriggeredExit: assign(({ context }) => {
              const stage = { index: 0, quantity: CONTRACT };
              const { evaluation } = context;
              const again = evaluation?.stage ? { ...evaluation, stage } : evaluation;
              return { position: beginTriggeredExit({ ...context, evaluation: again }) };
            }),
          },
        }),
    },
    scenario: stages({}),
    found: /stage 1 is sold twice/,
  },
  {
    name: 'a stop loss that sold nothing ends without a word',
    patches: {
      position: (machine) =>
        machine.provide({
          guards: {
            isCalledOff: ({ context }) => running(context.position).orderEnd?.status === 'cancelled',
          },
        }),
    },
    scenario: critical({}),
    found: /CRITICAL exit ends unfilled/,
  },
  {
    name: 'repeats are not counted, and nothing ever fails',
    patches: {
      position: (machine) =>
        machine.provide({
          actions: {
            endWait: assign(({ context }) => ({
              position: updateExit(context.position, { waitUntil: null, orderEnd: null, due: false }),
            })),
          },
        }),
    },
    scenario: critical({}),
    found: /nothing settles/,
  },
  {
    name: 'a wait never ends',
    patches: { position: (machine) => machine.provide({ guards: { waitIsOver: () => false } }) },
    scenario: critical({}),
    found: /nothing settles|dead end|never be closed/,
  },
];

export const BUGS = bugs.map((bug) => ({ ...bug, scenario: unhurried(bug.scenario) }));
