import type { ExchangeAction } from '../actions.ts';
import { nextNumber } from '../ids.ts';
import type { FeeChange } from '../records.ts';
import type { World } from '../world.ts';

type SetFees = Extract<ExchangeAction, { type: 'exchange.setFees' }>;

/** Announces a change of fees, and applies it when it is due already. */
export function changeFees(world: World, action: SetFees, at: number): void {
  const { series = null, event = null, feeType, feeMultiplier } = action;
  const known = series === null ? event !== null && world.events[event] : world.series[series];
  if (!known) throw new RangeError(`there is no series or event ${series ?? event}`);
  const change: FeeChange = {
    id: `fee-change-${nextNumber(world, 'feeChange')}`,
    series,
    event,
    feeType,
    feeMultiplier,
    at: Math.max(at, action.effectiveAt ?? at),
  };
  world.feeChanges.push(change);
  if (change.at <= at) applyFees(world, change, at);
  else world.tasks.push({ kind: 'changeFees', at: change.at, changeId: change.id });
}

export function applyFees(world: World, change: FeeChange, at: number): void {
  const { series, event, feeType, feeMultiplier } = change;
  if (series !== null) Object.assign(world.series[series]!, { feeType, feeMultiplier });
  if (event === null) return;
  Object.assign(world.events[event]!, { feeTypeOverride: feeType, feeMultiplierOverride: feeMultiplier });
  world.happenings.push({ kind: 'fees', at, change });
}
