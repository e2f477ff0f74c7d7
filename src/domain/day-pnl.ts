/** Today's P&L, as the daily-loss breaker sees it (SPEC 9). */
import { amount, checked, type Money, type Price } from './money.ts';
import { costOfWrittenOff, realizedPnl, unrealizedPnl } from './pnl.ts';
import type { Position } from './position.ts';

/**
 * What a position had brought when the day began, or when it was adopted, and its mark of then (null: it counts from what
 * was paid). Contracts that vanish without a fill of ours, sold by hand, keep that mark: nobody knows what they brought,
 * so they are neither a loss nor a profit of the day.
 */
export interface Baseline {
  realized: Money;
  unrealized: Money;
  mark: Price | null;
}

/** By position id. Null: not known yet, no mark was seen. */
export interface DayBaselines {
  readonly [positionId: string]: Baseline | null;
}

export interface Valued {
  position: Position;
  /** The last one known; null: none yet. */
  mark: Price | null;
  /** The mark is from a fresh quote. */
  fresh: boolean;
}

/** `pnl` is exactly `realized` + `unrealizedChange` (1e-6 $). */
export interface DayPnl {
  pnl: Money;
  realized: Money;
  unrealizedChange: Money;
  /** Ids of positions that are valued by an old mark or by none, or count as 0 without a baseline. */
  flagged: string[];
}

/** Realized + unrealized P&L of a lot so far at `mark` (1e-6 $); only realized once closed or without a mark. */
export function totalPnl(position: Position, mark: Price | null): Money {
  const { realized, unrealized } = valueAt(position, mark);
  return checked(realized + unrealized);
}

/**
 * Today's P&L over `valued`, the positions that are open and those closed since the day began: each one's realized and
 * unrealized P&L less its baseline. One without a baseline counts as 0. While an open one has no mark, its unrealized
 * P&L counts as unchanged. Throws a RangeError outside the exact range.
 */
export function measureDay(baselines: DayBaselines, valued: readonly Valued[]): DayPnl {
  const flagged: string[] = [];
  let realized = 0;
  let unrealizedChange = 0;
  for (const { position, mark, fresh } of valued) {
    const baseline = baselines[position.id] ?? null;
    const isOpen = position.phase !== 'closed';
    if (baseline === null || (isOpen && (mark === null || !fresh))) flagged.push(position.id);
    if (baseline === null) continue;
    const now = valueAt(position, mark);
    realized = checked(realized + now.realized - baseline.realized);
    if (isOpen && mark === null) continue;
    const vanished = worthOfVanished(position, baseline.mark);
    unrealizedChange = checked(unrealizedChange + now.unrealized + vanished - baseline.unrealized);
  }
  return { pnl: checked(realized + unrealizedChange), realized, unrealizedChange, flagged };
}

/**
 * The baselines with one for each position that had none. One that an entry of ours bought was worth what was paid: it
 * counts from nothing, or after a night without a mark from what it had realized. Any other begins with its first mark,
 * so that nothing it had lost before counts, and is null until then; one that has closed already begins as the whole lot
 * at the mark given. The same object when nothing changed.
 */
export function addBaselines(
  baselines: DayBaselines,
  valued: readonly Valued[],
  boughtByUs: (position: Position) => boolean,
): DayBaselines {
  const added: Record<string, Baseline | null> = {};
  for (const { position, mark } of valued) {
    const known = baselines[position.id];
    if (known) continue;
    const isNew = known === undefined;
    const first = boughtByUs(position) ? asPaid(position, isNew) : atMark(asAdopted(position), mark);
    if (first !== null || isNew) added[position.id] = first;
  }
  return Object.keys(added).length === 0 ? baselines : { ...baselines, ...added };
}

/** The baselines of a new day: what each open position has brought at its last mark; null without one. */
export const beginDay = (valued: readonly Valued[]): DayBaselines =>
  Object.fromEntries(
    valued
      .filter(({ position }) => position.phase !== 'closed')
      .map(({ position, mark }) => [position.id, atMark(position, mark)]),
  );

const asPaid = (position: Position, isNew: boolean): Baseline => ({
  realized: isNew ? 0 : realizedPnl(position),
  unrealized: 0,
  mark: null,
});

/** A lot that was sold before it was measured, as it was when nothing of it was. */
const asAdopted = (position: Position): Position =>
  position.phase === 'closed'
    ? { ...position, phase: 'open', sold: 0, proceeds: 0, fees: 0, settled: 0, writtenOff: 0 }
    : position;

function atMark(position: Position, mark: Price | null): Baseline | null {
  if (mark === null) return null;
  const { realized, unrealized } = valueAt(position, mark);
  return { realized, unrealized: checked(unrealized + worthOfVanished(position, mark)), mark };
}

/** What the contracts that were written off would have brought at `mark`, less their cost (1e-6 $). */
const worthOfVanished = (position: Position, mark: Price | null): Money =>
  mark === null ? 0 : checked(amount(mark, position.writtenOff) - costOfWrittenOff(position));

const valueAt = (position: Position, mark: Price | null): { realized: Money; unrealized: Money } => ({
  realized: realizedPnl(position),
  unrealized: mark === null ? 0 : unrealizedPnl(position, mark),
});
