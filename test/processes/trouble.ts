/** What goes wrong between the daemon and the exchange while both live. */
import type { Action } from '../../src/exchange/exchange.ts';
import type { seeded } from '../simulation/random.ts';

export const CREATE = { method: 'POST', path: '/portfolio/events/orders$' };
const CANCEL = { method: 'DELETE', path: '/portfolio/events/orders/' };
const READ = { method: 'GET', path: '/portfolio/' };

/** From the start every order waits this long for its answer. */
export const SLOW_ANSWERS: Action = {
  type: 'fault.delay',
  match: { ...CREATE, times: 'always' },
  delayMs: 150,
};

const KINDS = [
  'answer late',
  'answer lost',
  'request lost',
  'carried out late',
  'sent twice',
  'cancel lost',
  'read late',
  'stream lost',
] as const;

/** Something, or nothing most of the time. */
export function mishap({ next, below, pick }: ReturnType<typeof seeded>): Action[] {
  if (next() > 0.3) return [];
  switch (pick(KINDS)) {
    case 'answer late':
      return [{ type: 'fault.delay', match: CREATE, delayMs: 20 + below(200) }];
    case 'answer lost':
      return [{ type: 'fault.dropAnswer', match: CREATE }];
    case 'request lost':
      return [{ type: 'fault.dropRequest', match: CREATE }];
    case 'carried out late':
      return [{ type: 'fault.carryOutLate', match: CREATE, afterMs: 50 + below(1_500) }];
    case 'sent twice':
      return [{ type: 'fault.repeat', match: CREATE }];
    case 'cancel lost':
      return [{ type: 'fault.dropAnswer', match: CANCEL }];
    case 'read late':
      return [{ type: 'fault.delay', match: READ, delayMs: 50 + below(400) }];
    case 'stream lost':
      return [{ type: 'stream.close', code: 1006 }];
  }
}
