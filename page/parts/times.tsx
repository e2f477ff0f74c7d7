import { now } from '../live/time.ts';

/** `94` → `1 min 34 s`; `7300` → `2 h 1 min` */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
});
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** An instant (ISO 8601) as the reader's clock shows it; with its day when that is not the daemon's today. */
export function momentText(at: string): string {
  const time = new Date(at);
  const isToday = new Date(now.peek()).toDateString() === time.toDateString();
  return `${isToday ? '' : `${DAY.format(time)} `}${CLOCK.format(time)}`;
}

export function Moment({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {momentText(at)}
    </time>
  );
}

/** What is left until an instant, counting down; `due` once it has passed. */
export function Countdown({ until }: { until: string }) {
  const left = (Date.parse(until) - now.value) / 1000;
  return <span class="countdown">{left <= 0 ? 'due' : durationText(Math.ceil(left))}</span>;
}

/** How long ago an instant was. */
export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={at}>
      {durationText((now.value - Date.parse(at)) / 1000)} ago
    </time>
  );
}
