import type { AnyStateMachine } from 'xstate';
import { entryMachine } from '../../machines/entry-machine.ts';
import { errorBreakerMachine } from '../../machines/error-breaker-machine.ts';
import { lossBreakerMachine } from '../../machines/loss-breaker-machine.ts';
import { orderMachine } from '../../machines/order-machine.ts';
import { positionMachine } from '../../machines/position-machine.ts';
import { systemMachine } from '../../machines/system-machine.ts';
import { type Chart, chartOf } from './chart.ts';

/** Every machine of `machines/`. */
export const MACHINES: readonly AnyStateMachine[] = [
  positionMachine,
  orderMachine,
  entryMachine,
  lossBreakerMachine,
  errorBreakerMachine,
  systemMachine,
];

let charts: readonly Chart[] | null = null;

/** Every machine's chart; made once, since definitions don't change. */
export function listCharts(): Chart[] {
  charts ??= MACHINES.map(chartOf);
  return [...charts];
}
