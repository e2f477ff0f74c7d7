/** Each state by a sign of its own, its name and a colour. */
export const STATE_SIGNS: Record<string, string> = {
  open: '○',
  urgent: '◔',
  exiting: '◑',
  walking: '↘',
  failed: '✕',
  closed: '●',
};

export function StateBadge({ state, held = false }: { state: string; held?: boolean }) {
  return (
    <span class={`state state-${state}`}>
      <span aria-hidden="true">{STATE_SIGNS[state] ?? '·'} </span>
      {state}
      {held && <span class="held"> held</span>}
    </span>
  );
}
