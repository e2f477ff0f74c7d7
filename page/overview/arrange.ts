import type { PositionView } from '../../src/services/operations/operations.ts';
import type { Choice } from './choice.ts';
import { COLUMNS } from './columns.ts';

/** Whether a choice shows a position. Each word of its text has to stand in the market, the id or the method. */
export function shows({ text, states, sides }: Choice): (view: PositionView) => boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return (view) => {
    if (states.size > 0 && !states.has(view.state)) return false;
    if (sides.size > 0 && !sides.has(view.side)) return false;
    if (words.length === 0) return true;
    const said = `${view.market} ${view.id} ${view.method}`.toLowerCase();
    return words.every((word) => said.includes(word));
  };
}

/** The ids of what a choice shows, in its order. */
export function arrange(views: Iterable<PositionView>, choice: Choice): string[] {
  const { rank } = COLUMNS.find(({ name }) => name === choice.column)!;
  const shown = [...views].filter(shows(choice)).map((view) => ({ view, rank: rank(view) }));
  const turn = choice.descending ? -1 : 1;
  shown.sort((a, b) => {
    if (a.rank === null || b.rank === null) return compareMissing(a.rank, b.rank) || byName(a.view, b.view);
    return turn * compare(a.rank, b.rank) || byName(a.view, b.view);
  });
  return shown.map(({ view }) => view.id);
}

const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const compareMissing = (a: unknown, b: unknown): number => Number(a === null) - Number(b === null);

const byName = (a: PositionView, b: PositionView): number =>
  compare(a.market, b.market) || compare(a.opened_at, b.opened_at) || compare(a.id, b.id);
