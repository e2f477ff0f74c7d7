import type { PositionView } from '../../src/services/operations/operations.ts';

export const STATES = ['failed', 'walking', 'exiting', 'urgent', 'open', 'closed'] as const;

export interface Totals {
  /** How many are in each state. */
  states: ReadonlyMap<string, number>;
  /** Positions that are not closed. */
  open: number;
  /** Of those, how many have no mark; the sums leave them out. */
  unmarked: number;
  /** Mark × remaining, as a decimal text; null: nothing has a mark. */
  worth: string | null;
  unrealized: string | null;
}

/** What the open positions come to, over those that have a mark. */
export function totalUp(views: Iterable<PositionView>): Totals {
  const states = new Map<string, number>();
  let [open, unmarked, worth, unrealized] = [0, 0, 0, 0];
  for (const view of views) {
    states.set(view.state, (states.get(view.state) ?? 0) + 1);
    if (view.state === 'closed') continue;
    open += 1;
    if (view.mark === null || view.unrealized_pnl === null) {
      unmarked += 1;
      continue;
    }
    worth += units(view.mark, 1e4) * units(view.remaining, 100);
    unrealized += units(view.unrealized_pnl, 1e6);
  }
  const isKnown = open > unmarked;
  return {
    states,
    open,
    unmarked,
    worth: isKnown ? decimal(worth) : null,
    unrealized: isKnown ? decimal(unrealized) : null,
  };
}

/** As whole units, so that sums stay exact. */
const units = (text: string, perOne: number): number => Math.round(Number(text) * perOne);

/** 1e-6 $ as dollars. */
const decimal = (micros: number): string => (micros / 1e6).toFixed(6);
