import type { ScenarioEvent } from './scenario.ts';
import { crossCheck, mapping, price, quantity, seconds, word } from './scenario-values.ts';

const YEAR = '31536000';
const EVENT_KINDS = [
  'bid_vanishes',
  'ask_vanishes',
  'widen',
  'thin',
  'halt',
  'close',
  'settle',
  'hand_trade',
] as const;
const LASTING: readonly string[] = ['bid_vanishes', 'ask_vanishes', 'widen', 'thin', 'halt'];
/** What an event needs beside its kind; it takes nothing else but `for_seconds` where it lasts. */
const NEEDS: Record<string, readonly string[]> = {
  widen: ['spread'],
  thin: ['size'],
  settle: ['value'],
  hand_trade: ['action', 'side', 'quantity'],
};

/** A price an order may have: strictly between 0 and 1. */
export const tradable = () => price({ above: '0', below: '1' });
export const contracts = () => quantity({ min: '0.01', max: '10000000' });
/** How long after the start something happens (ms). */
export const moment = () => seconds({ min: '0', max: YEAR });
export const duration = () => seconds({ min: '0.001', max: YEAR });
export const outcome = () => word(['yes', 'no']);
export const deed = () => word(['buy', 'sell']);

/** One event of a market. */
export const eventSchema = crossCheck(
  mapping({
    after_seconds: moment(),
    kind: word(EVENT_KINDS),
    for_seconds: duration().optional(),
    spread: tradable().optional(),
    size: contracts().optional(),
    value: price({ min: '0', max: '1' }).optional(),
    action: deed().optional(),
    side: outcome().optional(),
    quantity: contracts().optional(),
  }),
  (event, report) => {
    const { kind } = event;
    if (typeof kind !== 'string') return;
    const needs = NEEDS[kind] ?? [];
    for (const key of ['spread', 'size', 'value', 'action', 'side', 'quantity'] as const) {
      if (needs.includes(key) && event[key] === undefined) report([key], `is missing: ${kind} needs it`);
      if (!needs.includes(key) && event[key] !== undefined)
        report([key], `${kind} has no ${key}: leave it out`);
    }
    if (!LASTING.includes(kind) && event.for_seconds !== undefined)
      report(['for_seconds'], `${kind} does not last: leave it out`);
  },
).transform(({ after_seconds: afterMs, for_seconds: forMs = null, ...rest }): ScenarioEvent => {
  const { kind } = rest;
  switch (kind) {
    case 'widen':
      return { afterMs, kind, forMs, spread: rest.spread! };
    case 'thin':
      return { afterMs, kind, forMs, size: rest.size! };
    case 'close':
      return { afterMs, kind };
    case 'settle':
      return { afterMs, kind, value: rest.value! };
    case 'hand_trade':
      return { afterMs, kind, action: rest.action!, side: rest.side!, quantity: rest.quantity! };
    default:
      return { afterMs, kind, forMs };
  }
});
