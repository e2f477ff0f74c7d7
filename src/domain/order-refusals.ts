/** What an order that ended without doing its work means: tried again, held back, or given up. */
import { endsInMarket, running } from './exit-progress.ts';
import type { OrderEnd, Position, RunningExit } from './position.ts';
import type { Watched } from './position-facts.ts';

/** In a pause the venue swept a resting order away, or never took it: neither our doing nor the order's time. */
export function isSwept(
  position: Position,
  fact: { clientId: string; status: string; code: string | null },
): boolean {
  const { attempt, step } = running(position);
  if (attempt?.clientId !== fact.clientId || attempt.cancelRequested || step === 'market') return false;
  return fact.status === 'cancelled' || fact.code === 'halted';
}

/**
 * The grid is asked for once; the account has to be read twice until a lot of which less is held shrinks; reads that fail, or
 * lag behind what was just sold, do so for seconds as a rule.
 */
const LOOKS: Record<string, { times: number; waitMs: number }> = {
  bad_price: { times: 1, waitMs: 1000 },
  not_held: { times: 3, waitMs: 3000 },
  unseen: { times: 5, waitMs: 1000 },
};

/** A market order sells no more than is held, whatever that is: an exit that ends in one needs to know less. */
const mayTurnToMarket = ({ step, execution }: RunningExit): boolean =>
  step !== 'market' && endsInMarket(execution);

/** How long after a refused price the grid is asked for, or after a refused rate or an old price comes the next order (ms). */
const SHORT_RETRY_MS = 1000;

/**
 * Refusals that cost nothing and are tried again, and after how long (ms); null for the others (SPEC 10). `closed`
 * ends the exit as soon as the market's own word confirms it.
 */
export function retryDelayMs({ position, method }: Watched): number | null {
  const exit = running(position);
  const end = exit.orderEnd;
  if (end === null || end.status !== 'rejected') return null;
  if (end.code === 'halted' || end.code === 'closed') return method.numbers.recheckMs;
  if (end.code === 'rate_limited' || end.code === 'stale_price') return SHORT_RETRY_MS;
  const looks = LOOKS[end.code ?? ''];
  if (looks === undefined) return null;
  if (end.code === 'not_held' && mayTurnToMarket(exit)) return null;
  const isPatient = end.code === 'unseen' && !mayTurnToMarket(exit);
  return isPatient || exit.looks < looks.times ? looks.waitMs : null;
}

/** A limit order would rest for more than the account is known to have, and looking again did not mend that. */
export function isHeldBack(watched: Watched): boolean {
  const { orderEnd, step } = running(watched.position);
  const isRefused = orderEnd?.status === 'rejected' && ['not_held', 'unseen'].includes(orderEnd.code ?? '');
  return isRefused && step !== 'market' && retryDelayMs(watched) === null;
}

/** An order that was held back ends in market orders, by its strategy. */
export const isHeldBackFromMarket = (watched: Watched): boolean =>
  isHeldBack(watched) && endsInMarket(running(watched.position).execution);

/** A price off a grid that has changed, or a quantity that the account no longer holds or shows: the next look may know better. */
export const isCuredByLooking = (end: OrderEnd | null): boolean =>
  end?.status === 'rejected' && LOOKS[end.code ?? ''] !== undefined;

/** A refusal that retrying can't cure. */
export const isRefusedForGood = (watched: Watched): boolean =>
  running(watched.position).orderEnd?.status === 'rejected' &&
  retryDelayMs(watched) === null &&
  !isHeldBack(watched);
