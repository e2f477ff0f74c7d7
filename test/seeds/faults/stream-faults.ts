/** What happens to messages of the stream; there is none in hours that poll. */
import type { Action } from '../../../src/exchange/exchange.ts';
import { SECOND } from '../../support/domain-builders.ts';
import type { Draw } from '../draw.ts';
import type { Hour } from '../hour.ts';
import type { Strike } from './catalogue.ts';

/** How long a message gone wrong may be felt: until the next poll beside the stream. */
const FELT_MS = 60 * SECOND;

const some = (draw: Draw) => draw.pick([1, 1, 2, 5]);

const streamed =
  (action: (draw: Draw) => Action, feltMs = FELT_MS): Strike =>
  (hour, draw) => {
    if (hour.scenario.mode !== 'stream') return null;
    hour.act(action(draw));
    return feltMs;
  };

export const STREAM_FAULTS = {
  'messages lost': streamed((draw) => ({ type: 'stream.lose', times: some(draw) })),
  'messages twice': streamed((draw) => ({ type: 'stream.duplicate', times: some(draw) })),
  'messages out of order': streamed((draw) => ({ type: 'stream.reorder', times: some(draw) })),
  'stream silent': streamed(
    (draw) => ({
      type: 'stream.stall',
      forMs: draw.between(5, 60) * SECOND,
      missed: draw.pick(['lost', 'delivered'] as const),
    }),
    2 * FELT_MS,
  ),
  'stream closed': streamed((draw) => ({ type: 'stream.close', code: draw.pick([1000, 1001, 1006, 1011]) })),
  'subscription ended': streamed((draw) => ({
    type: 'stream.error',
    channel: draw.pick(['orderbook_delta', 'fill', 'user_orders'] as const),
    code: draw.pick([10, 25] as const),
  })),
} satisfies Record<string, Strike>;

export function endStreamFaults(hour: Hour): void {
  if (hour.scenario.mode === 'stream') hour.act({ type: 'stream.clear' });
}
