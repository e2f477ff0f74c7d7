import './mark-age.css';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { heardAt, status } from '../live/account.ts';
import { now } from '../live/time.ts';

/** From when on a mark is called old (s): no stream is silent for so long, and polling comes by every 30 s. */
const OLD_AFTER = { stream: 15, poll: 45 };

/** When a position's mark was quoted (ms of the daemon's clock); null without a mark. */
export const quotedAt = (view: PositionView): number | null =>
  view.mark_age_seconds === null ? null : heardAt(view) - view.mark_age_seconds * 1000;

/** `93` → `93 s`, `720` → `12 min`: short enough for a column. */
function ageText(seconds: number): string {
  if (seconds < 100) return `${Math.floor(seconds)} s`;
  if (seconds < 6_000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 360_000) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How old a position's mark is, counting; a warning once it is old. */
export function MarkAge({ view }: { view: PositionView }) {
  const quoted = quotedAt(view);
  if (quoted === null) return <span class="mark-age mark-age-none">no mark</span>;
  const age = Math.max(0, (now.value - quoted) / 1000);
  const isOld = age > OLD_AFTER[status.value?.mode ?? 'stream'];
  return (
    <span class={isOld ? 'mark-age mark-age-old' : 'mark-age'}>
      {isOld && <span aria-hidden="true">⚠ </span>}
      {ageText(age)} {isOld && <span class="visually-hidden">old</span>}
    </span>
  );
}
