import type { AlertView } from '../../src/services/http/records.ts';
import { alerts } from '../live/account.ts';
import { Moment } from '../parts/times.tsx';

const SIGNS: Record<string, string> = { critical: '✕', warning: '▲', info: 'i' };

/** The open alerts of this position, each with what Postern does next and what a person should do. */
export function PositionAlerts({ id }: { id: string }) {
  const own = [...alerts.value.values()].filter(({ position }) => position === id);
  if (own.length === 0) return null;
  return (
    <section class="position-alerts" aria-label="Alerts of this position">
      {own.map((alert) => (
        <Alert key={alert.key} alert={alert} />
      ))}
    </section>
  );
}

function Alert({ alert: { severity, text, advice, raised_at, times } }: { alert: AlertView }) {
  return (
    <article class={`incident incident-${severity}`}>
      <p>
        <strong>
          <span aria-hidden="true">{SIGNS[severity] ?? '·'} </span>
          {severity}
        </strong>{' '}
        {text}{' '}
        <span class="muted">
          since <Moment at={raised_at} />
          {times > 1 && `, ${times} times`}
        </span>
      </p>
      {advice && (
        <p class="advice">
          <strong>Next:</strong> <Commands text={advice.next} /> <strong>You:</strong>{' '}
          <Commands text={advice.you} />
        </p>
      )}
    </article>
  );
}

/** What stands between backticks is a command. */
function Commands({ text }: { text: string }) {
  return (
    <>
      {text
        .split('`')
        .map((part, index) => (index % 2 === 1 ? <code key={String(index)}>{part}</code> : part))}
    </>
  );
}
