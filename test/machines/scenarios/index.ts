import { CLOSING } from './closing.ts';
import { FAILURES } from './failures.ts';
import { LIMIT_ORDERS } from './limit-orders.ts';
import { MARKET_ORDERS } from './market-orders.ts';
import { PATIENCE } from './patience.ts';
import { PAUSES } from './pauses.ts';
import { RESTARTS } from './restarts.ts';
import type { Scenario } from './scenario.ts';
import { TAKEOVERS } from './takeovers.ts';
import { WATCHING } from './watching.ts';

/** All that is told of the position machine, by subject. */
export const SCENARIOS: Record<string, Scenario[]> = {
  watching: WATCHING,
  'market orders': MARKET_ORDERS,
  'limit orders': LIMIT_ORDERS,
  takeovers: TAKEOVERS,
  pauses: PAUSES,
  'the database breaker': PATIENCE,
  failures: FAILURES,
  'closed markets and vanished holdings': CLOSING,
  restarts: RESTARTS,
};
