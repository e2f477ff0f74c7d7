import './alert-strip.css';
import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AlertView } from '../../src/services/http/records.ts';
import { alerts } from '../live/account.ts';
import { Prose } from '../parts/prose.tsx';
import { Ago, Moment } from '../parts/times.tsx';
import { countText, inWords } from '../parts/words.ts';
import { positionAddress } from '../route.ts';

const SEVERITIES = ['critical', 'warning', 'info'];
const SIGNS: Record<string, string> = { critical: '✕', warning: '⚠', info: 'ℹ' };

/** More than so many open alerts are folded into the most severe one. */
const MOST_UNFOLDED = 2;

/** The most severe first, and of those the newest. */
const bySeverity = (a: AlertView, b: AlertView): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  Date.parse(b.raised_at) - Date.parse(a.raised_at);

/** What is wrong now. Its first line is always there, so that an alert that comes moves nothing above it. */
export function AlertStrip() {
  const [isUnfolded, unfold] = useState<boolean | null>(null);
  const strip = useRef<HTMLElement>(null);
  const open = [...alerts.value.values()].sort(bySeverity);
  const [worst] = open;
  if (worst === undefined)
    return (
      <section class="open-alerts open-alerts-none" aria-label="Alerts" ref={strip}>
        <p>
          <span aria-hidden="true">✓ </span>No open alerts
        </p>
      </section>
    );
  const isFolded = open.length > 1 && !(isUnfolded ?? open.length <= MOST_UNFOLDED);
  return (
    <section class={`open-alerts open-alerts-${worst.severity}`} aria-label="Alerts" ref={strip}>
      <ul id="alerts">
        {(isFolded ? [worst] : open).map((alert) => (
          <Alert key={alert.key} alert={alert} />
        ))}
      </ul>
      {open.length > 1 && (
        <button
          type="button"
          aria-expanded={!isFolded}
          aria-controls="alerts"
          onClick={() => unfold(isFolded)}
        >
          {isFolded ? `All ${tally(open)}` : 'Only the most severe'}
        </button>
      )}
      <p class="visually-hidden" role="alert">
        {worst.severity === 'critical' && worst.text}
      </p>
      <Reminder strip={strip} critical={open.filter(({ severity }) => severity === 'critical').length} />
    </section>
  );
}

/** Critical ones are not out of mind while they are out of sight. */
function Reminder({ strip, critical }: { strip: RefObject<HTMLElement | null>; critical: number }) {
  const [isSeen, see] = useState(true);
  useEffect(() => {
    const watched = new IntersectionObserver(([entry]) => see(entry?.isIntersecting ?? true));
    if (strip.current) watched.observe(strip.current);
    return () => watched.disconnect();
  }, []);
  if (isSeen || critical === 0) return null;
  return (
    <button type="button" class="reminder" onClick={() => scrollTo(0, 0)}>
      <span aria-hidden="true">✕ </span>
      {countText(critical, 'critical alert')} <span aria-hidden="true">↑</span>
    </button>
  );
}

function tally(open: readonly AlertView[]): string {
  const critical = open.filter(({ severity }) => severity === 'critical').length;
  return `${countText(open.length, 'alert')}${critical > 0 ? `, ${critical} critical` : ''}`;
}

function Alert({ alert }: { alert: AlertView }) {
  const { severity, kind, position, text, raised_at, last_at, times, advice } = alert;
  return (
    <li class={`open-alert open-alert-${severity}`}>
      <p class="open-alert-what">
        <b class="open-alert-kind">
          <span aria-hidden="true">{SIGNS[severity]} </span>
          {severity}: {inWords(kind)}
        </b>{' '}
        {text} {position !== null && <a href={positionAddress(position)}>{position}</a>}
      </p>
      <p class="open-alert-advice">
        {advice && (
          <>
            <span>
              <b>Next</b> <Prose text={advice.next} />
            </span>{' '}
            <span>
              <b>You</b> <Prose text={advice.you} />
            </span>
          </>
        )}
      </p>
      <p class="open-alert-since">
        since <Moment at={raised_at} />, <Ago at={raised_at} />
        {times > 1 && (
          <>
            ; {times} times, last <Ago at={last_at} />
          </>
        )}
      </p>
    </li>
  );
}
