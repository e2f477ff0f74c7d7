import type { PositionView } from '../../src/services/operations/operations.ts';

export type Column =
  | 'market'
  | 'side'
  | 'quantity'
  | 'entry'
  | 'mark'
  | 'pnl'
  | 'pnl_pct'
  | 'state'
  | 'nearest'
  | 'exit';

interface ColumnRule {
  name: Column;
  title: string;
  isNumber: boolean;
  /** What it is sorted by; null, whatever is missing, comes last either way. */
  rank: (view: PositionView) => number | string | null;
}

const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

const orNull = (text: string | null): number | null => (text === null ? null : Number(text));

/**
 * The smaller, the more it needs a look: failed, walking, exiting by priority, urgent and open by the distance to the
 * nearest threshold, one without a mark before all other open ones, and closed ones last, the newest first.
 */
export function attentionRank(view: PositionView): number {
  const { state, exit, nearest, mark } = view;
  const byPriority = exit === null ? 9 : PRIORITIES.indexOf(exit.priority);
  const byDistance = nearest === null ? 9 : Number(nearest.distance);
  if (state === 'failed') return byPriority;
  if (state === 'walking') return 10 + byPriority;
  if (state === 'exiting') return 20 + byPriority;
  if (state === 'urgent') return 30 + byDistance;
  if (state === 'closed') return 80 - Date.parse(view.updated_at) / 1e13;
  if (view.awaiting_settlement) return 60;
  return mark === null ? 40 : 50 + byDistance;
}

export const resultOf = (view: PositionView): string | null =>
  view.state === 'closed' ? view.realized_pnl : view.unrealized_pnl;

export const COLUMNS: readonly ColumnRule[] = [
  { name: 'market', title: 'Market', isNumber: false, rank: ({ market }) => market },
  { name: 'side', title: 'Side', isNumber: false, rank: ({ side }) => side },
  { name: 'quantity', title: 'Quantity', isNumber: true, rank: ({ remaining }) => Number(remaining) },
  { name: 'entry', title: 'Entry', isNumber: true, rank: (view) => Number(view.entry_price) },
  { name: 'mark', title: 'Mark', isNumber: true, rank: ({ mark }) => orNull(mark) },
  { name: 'pnl', title: 'P&L', isNumber: true, rank: (view) => orNull(resultOf(view)) },
  { name: 'pnl_pct', title: 'P&L %', isNumber: true, rank: (view) => orNull(view.pnl_pct) },
  { name: 'state', title: 'State', isNumber: false, rank: attentionRank },
  {
    name: 'nearest',
    title: 'Nearest threshold',
    isNumber: false,
    rank: ({ nearest }) => orNull(nearest?.distance ?? null),
  },
  {
    name: 'exit',
    title: 'Exit at work, and what comes next',
    isNumber: false,
    rank: ({ exit }) => exit && (exit.deadline === null ? Infinity : Date.parse(exit.deadline)),
  },
];
