const MANY = 3;

/** `position.exiting.working` → `exiting › working` */
export const shortState = (id: string): string => id.split('.').slice(1).join(' › ');

/** Of active states the innermost. */
export const innermostOf = (states: readonly string[]): string[] =>
  states.filter((id) => !states.some((other) => other.startsWith(`${id}.`)));

/** Where an actor stands; of one that stands in many states at once, how many of each name. */
export function statesText(states: readonly string[]): string {
  const innermost = innermostOf(states);
  if (innermost.length <= MANY) return innermost.map(shortState).join(', ');
  const counts = new Map<string, number>();
  for (const id of innermost) {
    const key = id.slice(id.lastIndexOf('.') + 1);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${count} ${key}`)).join(', ');
}

/** `position.open, position.urgent` in a list → `open, urgent`; nothing → a dash. */
export const listText = (list: string | null): string =>
  (list ?? '')
    .split(', ')
    .filter((id) => id !== '')
    .map(shortState)
    .join(', ') || '–';
