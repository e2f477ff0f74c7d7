import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Health, Readiness } from '../../src/services/http/status.ts';
import { status } from '../live/account.ts';
import { now, speed } from '../live/time.ts';
import { durationText, Moment } from '../parts/times.tsx';
import { readVerdict } from './health.ts';

const ASK_EVERY_MS = 5_000;

/** What the daemon says of itself. */
export function DaemonFacts() {
  const alive = useVerdict<Health>('/healthz');
  const ready = useVerdict<Readiness>('/readyz');
  const said = status.value;
  const reasons = [...(alive?.reasons ?? []), ...(ready?.reasons ?? [])];
  return (
    <section class="panel daemon" aria-label="Daemon">
      <dl>
        <Fact name="Health">
          <Verdict holds={alive?.alive} yes="alive" no="can't decide" />
        </Fact>
        <Fact name="Readiness">
          <Verdict holds={ready?.ready} yes="ready" no="not ready" />
        </Fact>
        <Fact name="Instance">{said ? <code>{said.instance}</code> : '–'}</Fact>
        <Fact name="Venue">{said ? `${said.venue}, ${said.mode}` : '–'}</Fact>
        <Fact name="Up for">{said ? durationText(said.uptime_seconds) : '–'}</Fact>
        <Fact name="Lease">
          {said ? `${said.lease.valid ? 'held' : 'not ours'}, epoch ${said.lease.epoch}` : '–'}
        </Fact>
        <Fact name="Clock">
          {said ? <Clock /> : '–'}
          {speed.value !== 1 && ` ×${speed.value}`}
        </Fact>
        <Fact name="Market-data calls">
          {said ? `${said.budget.used} of ${said.budget.limit} a minute` : '–'}
        </Fact>
        <Fact name="For programs">
          <a href="/metrics" target="_blank" rel="noreferrer">
            metrics
          </a>
          {', '}
          <a href="/api/openapi.json" target="_blank" rel="noreferrer">
            OpenAPI
          </a>
        </Fact>
      </dl>
      {reasons.length > 0 && (
        <ul class="reasons">
          {reasons.map((reason) => (
            <li key={reason}>✕ {reason}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const Clock = () => <Moment key={Math.floor(now.value / 1000)} at={new Date(now.value).toISOString()} />;

function Verdict({ holds, yes, no }: { holds: boolean | undefined; yes: string; no: string }) {
  if (holds === undefined) return <>–</>;
  return holds ? <span class="gain">✓ {yes}</span> : <strong class="loss">✕ {no}</strong>;
}

/** What an address says of the daemon, asked anew now and then; null: it does not answer. */
function useVerdict<T>(path: string): T | null {
  const [verdict, setVerdict] = useState<T | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const ask = () =>
      void readVerdict<T>(path, ending.signal).then((said) => !ending.signal.aborted && setVerdict(said));
    ask();
    const timer = setInterval(() => !document.hidden && ask(), ASK_EVERY_MS);
    return () => {
      ending.abort();
      clearInterval(timer);
    };
  }, [path]);
  return verdict;
}
