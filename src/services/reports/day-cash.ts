import type { PeriodFacts } from '../../actors/ports.ts';
import { amount, checked, type Money, sum } from '../../domain/money.ts';
import { costOfRemaining } from '../../domain/pnl.ts';

/** What the fills and settlements of a period moved (1e-6 $). */
export interface PeriodCash {
  sold: Money;
  exitFees: Money;
  settled: Money;
  bought: Money;
  entryFees: Money;
}

export const cashOf = ({ fills, entryFills, closed }: PeriodFacts): PeriodCash => ({
  sold: sum(fills.map(({ price, quantity }) => amount(price, quantity))),
  exitFees: sum(fills.map(({ fee }) => fee)),
  settled: sum(closed.map(({ settled }) => settled)),
  bought: sum(entryFills.map(({ price, quantity }) => amount(price, quantity))),
  entryFees: sum(entryFills.map(({ fee }) => fee)),
});

/** What the account's cash gained (1e-6 $). */
export const netOf = ({ sold, exitFees, settled, bought, entryFees }: PeriodCash): Money =>
  checked(sold - exitFees + settled - bought - entryFees);

/**
 * Fills and settlements of the period after fees, less what was paid for what they gave away (1e-6 $). `pnl`: what each
 * sale realized, by its fill.
 */
export function realizedOf(
  { fills, closed }: PeriodFacts,
  pnl: ReadonlyMap<string, Money>,
  entryFees: Money,
): Money {
  const settled = closed.map((position) => position.settled - costOfRemaining(position));
  return checked(sum(fills.map(({ fillId }) => pnl.get(fillId)!)) + sum(settled) - entryFees);
}
