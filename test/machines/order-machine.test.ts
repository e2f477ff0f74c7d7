import { describe, it } from 'vitest';
import { OrderRig } from '../support/order-rig.ts';
import { ORDER_SCENARIOS } from './scenarios/order-scenarios.ts';

describe('the order machine', () => {
  for (const { name, given, play } of ORDER_SCENARIOS) it(name, () => play(new OrderRig(given)));
});
