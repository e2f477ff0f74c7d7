import type { EntryFillRecord, FillRecord } from '../../actors/ports.ts';
import type { fills } from './schema.ts';
import { type AnyFill, isBuy } from './write-batch.ts';

type FillRow = typeof fills.$inferSelect;

/** The `fills` row of a fill. What an entry bought is filed under the position that comes of it, which has its edge's id. */
export const fillRow = (fill: AnyFill): FillRow =>
  isBuy(fill)
    ? { ...fill, action: 'buy', positionId: fill.edgeId, exitId: null }
    : { ...fill, action: 'sell', edgeId: null };

/** A row of an exit's fill. Throws when it is none. */
export function saleOf({ action, edgeId: _, exitId, ...fill }: FillRow): FillRecord {
  if (action !== 'sell' || exitId === null) throw new Error(`fill ${fill.fillId} belongs to no exit`);
  return { ...fill, exitId };
}

/** A row of an entry's fill. Throws when it is none. */
export function purchaseOf({
  action,
  positionId: _p,
  exitId: _e,
  edgeId,
  ...fill
}: FillRow): EntryFillRecord {
  if (action !== 'buy' || edgeId === null) throw new Error(`fill ${fill.fillId} belongs to no entry`);
  return { ...fill, edgeId };
}

export const anyFillOf = (row: FillRow): AnyFill => (row.action === 'buy' ? purchaseOf(row) : saleOf(row));
