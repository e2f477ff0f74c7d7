import { outranks } from '../../domain/exit-priority.ts';
import { amount, formatMoney, formatPrice, formatQuantity } from '../../domain/money.ts';
import { type Position, remaining } from '../../domain/position.ts';
import type { FlattenedPosition, FlattenWish } from '../operations/account-operations.ts';
import { type ExitWish, OperationError } from '../operations/operations.ts';
import type { LiveTree } from './live-tree.ts';

/** What flatten would sell, at the last bid. */
export const previewFlatten = (live: LiveTree): FlattenedPosition[] =>
  openPositions(live).map((position) => {
    const over = whyOver(live, position);
    return over === null
      ? { ...describe(position), result: 'would_sell', detail: runningExit(position) ?? '' }
      : { ...describe(position), result: 'left', detail: over };
  });

/** Exits every open position, all at once; none that can't be told keeps the others. */
export function sellAll(
  live: LiveTree,
  exit: (id: string, wish: ExitWish) => Promise<unknown>,
  wish: FlattenWish,
): Promise<FlattenedPosition[]> {
  return Promise.all(openPositions(live).map((position) => sell(live, exit, wish, position)));
}

async function sell(
  live: LiveTree,
  exit: (id: string, wish: ExitWish) => Promise<unknown>,
  { by, reason, priority }: FlattenWish,
  position: Position,
): Promise<FlattenedPosition> {
  const what = describe(position);
  const over = whyOver(live, position);
  if (over !== null) return { ...what, result: 'left', detail: over };
  if (sellsAllAlready(position, priority))
    return { ...what, result: 'selling', detail: runningExit(position)! };
  try {
    await exit(position.id, { by, reason: reason ?? 'flatten', priority, quantity: null });
    return { ...what, result: 'selling', detail: `operator (${priority})` };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { ...what, result: 'not_sold', detail: error.message };
  }
}

const openPositions = (live: LiveTree): Position[] =>
  live.options.tree
    .watch()
    .positions()
    .filter(({ phase }) => phase !== 'closed')
    .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));

/** Its market trades no more: it is settled, not sold. */
function whyOver(live: LiveTree, { id }: Position): string | null {
  const status = live.options.tree.watch().view(id)?.market?.status;
  return status === 'closed' || status === 'settled'
    ? `its market is ${status}: it awaits its settlement`
    : null;
}

/** An exit of all that is left works at this priority or a higher one: replacing it would only lose time. */
function sellsAllAlready(position: Position, priority: FlattenWish['priority']): boolean {
  const { exit, phase } = position;
  if (exit === null || phase === 'failed' || exit.ending !== null) return false;
  const next = exit.takenOverBy;
  if (next !== null)
    return next.stage === null && next.quantity >= remaining(position) && !outranks(priority, next.priority);
  return exit.quantity - exit.filled >= remaining(position) && !outranks(priority, exit.priority);
}

function runningExit({ exit }: Position): string | null {
  if (exit === null) return null;
  const { reason, priority } = exit.takenOverBy ?? exit;
  return `${reason} (${priority}) works already`;
}

function describe(position: Position): Omit<FlattenedPosition, 'result' | 'detail'> {
  const { id, market, side, bid } = position;
  const quantity = remaining(position);
  return {
    id,
    market,
    side,
    quantity: formatQuantity(quantity),
    bid: bid === null ? null : formatPrice(bid),
    worth: bid === null ? null : formatMoney(amount(bid, quantity)),
  };
}
