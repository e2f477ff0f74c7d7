import { closest, distance } from 'fastest-levenshtein';

const EDGE_REVERSAL = 'there is no edge_reversal: stop_loss, early_exit and edge_disappeared cover it';

/** The known word that takes the fewest edits, or null where none is known. */
export function findNearest(word: string, known: readonly string[]): string | null {
  return known.length === 0 ? null : closest(word.slice(0, 100), known);
}

/** The nearest known word if it takes at most half of the word's letters to get there: worth suggesting as a typing error. */
export function findLikelyTypo(word: string, known: readonly string[]): string | null {
  const nearest = findNearest(word, known);
  return nearest !== null && distance(word.slice(0, 100), nearest) <= word.length / 2 ? nearest : null;
}

/** What to say about a key that is not one. */
export function refuseKey(key: string, known: readonly string[]): string {
  if (key === 'edge_reversal') return EDGE_REVERSAL;
  const nearest = findNearest(key, known);
  return nearest === null
    ? 'unknown key; this block takes none'
    : `unknown key; the nearest known key is "${nearest}"`;
}

/** What to say about a word that is not among the allowed ones. */
export function refuseWord(word: string, allowed: readonly string[]): string {
  if (word === 'edge_reversal') return EDGE_REVERSAL;
  const typo = findLikelyTypo(word, allowed);
  const hint = typo === null ? '' : ` (did you mean ${typo}?)`;
  return `${JSON.stringify(word.slice(0, 80))} is not allowed${hint}: must be ${listWords(allowed)}`;
}

/** `a, b or c` */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
