/** XState's own events in words, everything else as it is: `xstate.after.stepLeft.position.exiting` → `after stepLeft`. */
export function eventWords(type: string): string {
  if (type === '') return 'always';
  if (type === '*') return 'anything else';
  if (type === 'xstate.init') return 'start';
  if (type === 'xstate.stop') return 'stop';
  const [, kind, rest] = /^xstate\.(after|done\.state|done\.actor|error\.actor)\.(.+)$/.exec(type) ?? [];
  if (kind === undefined || rest === undefined) return type;
  if (kind === 'after') return `after ${delayOf(rest)}`;
  if (kind === 'done.state') return `${rest} is over`;
  return kind === 'done.actor' ? `${rest} ends` : `${rest} throws`;
}

/** A delay by name, or in ms. */
function delayOf(rest: string): string {
  const [delay = ''] = rest.split('.', 1);
  return /^\d+$/.test(delay) ? `${delay} ms` : delay;
}
