import { COLUMNS, type Column } from './columns.ts';
import { STATES } from './totals.ts';

/** What of the positions is shown, and in which order. */
export interface Choice {
  text: string;
  /** Empty: all. */
  states: ReadonlySet<string>;
  sides: ReadonlySet<string>;
  column: Column;
  descending: boolean;
}

export const SIDES = ['yes', 'no'] as const;

/** What needs attention comes first. */
export const FIRST_CHOICE: Choice = {
  text: '',
  states: new Set(),
  sides: new Set(),
  column: 'state',
  descending: false,
};

export const narrows = ({ text, states, sides }: Choice): boolean =>
  text.trim() !== '' || states.size > 0 || sides.size > 0;

/** The choice as it stands in an address; what is not understood there is left out. */
export function readChoice(query: string): Choice {
  const given = new URLSearchParams(query);
  const sort = given.get('sort') ?? '';
  const column = COLUMNS.find(({ name }) => name === sort.replace(/^-/, ''))?.name;
  return {
    text: given.get('q') ?? '',
    states: wordsOf(given.get('state'), STATES),
    sides: wordsOf(given.get('side'), SIDES),
    column: column ?? FIRST_CHOICE.column,
    descending: column !== undefined && sort.startsWith('-'),
  };
}

/** The query that says a choice; empty for the first one. */
export function sayChoice({ text, states, sides, column, descending }: Choice): string {
  const said = new URLSearchParams();
  if (text.trim() !== '') said.set('q', text.trim());
  if (states.size > 0) said.set('state', [...states].join(','));
  if (sides.size > 0) said.set('side', [...sides].join(','));
  if (column !== FIRST_CHOICE.column || descending) said.set('sort', `${descending ? '-' : ''}${column}`);
  const query = said.toString().replaceAll('%2C', ',');
  return query === '' ? '' : `?${query}`;
}

const wordsOf = (list: string | null, known: readonly string[]): ReadonlySet<string> =>
  new Set((list ?? '').split(',').filter((word) => known.includes(word)));
