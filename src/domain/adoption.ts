import type { Method } from './method.ts';
import { checked } from './money.ts';
import type { Position } from './position.ts';

/** What is known of a lot when Postern begins to watch it, in the words of its row. */
export interface Adoption
  extends Pick<
    Position,
    | 'id'
    | 'market'
    | 'side'
    | 'quantity'
    | 'cost'
    | 'entryFees'
    | 'openedAt'
    | 'confidence'
    | 'modelProbability'
    | 'modelAt'
    | 'at'
  > {
  method: Pick<Method, 'name' | 'version'>;
}

/**
 * A lot as it is when Postern begins to watch it: nothing sold, nothing seen yet. Throws on a quantity or cost ≤ 0, and
 * on entry fees that are no exact amount.
 */
export function adoptPosition(adoption: Adoption): Position {
  const { id, market, side, quantity, cost, entryFees, openedAt, confidence } = adoption;
  const { modelProbability, modelAt, method, at } = adoption;
  if (quantity <= 0 || cost <= 0)
    throw new RangeError(`position ${id} must have a quantity and a cost above 0`);
  checked(entryFees);
  return {
    schemaVersion: 2,
    id,
    market,
    side,
    quantity,
    cost,
    entryFees,
    entrySpread: null,
    openedAt,
    method: method.name,
    methodVersion: method.version,
    confidence,
    modelProbability,
    modelAt,
    sold: 0,
    proceeds: 0,
    fees: 0,
    writtenOff: 0,
    settled: 0,
    phase: 'open',
    mark: null,
    bid: null,
    ask: null,
    quotedAt: null,
    peak: null,
    trailingStop: null,
    sawLiquidBook: false,
    confirmations: {},
    stages: [],
    rests: {},
    held: false,
    awaitingSettlement: false,
    exit: null,
    lastOrderEndedAt: null,
    exits: 0,
    closedAt: null,
    closeReason: null,
    at,
  };
}
