import { type Finding, fail, ok, warn } from '../../../doctor/finding.ts';
import { describeSkew, explainSkew, isSkewed } from '../checks.ts';
import type { Outcome } from '../client/kalshi-client.ts';
import { reasonOf } from '../client/outcomes.ts';
import type { ExchangeStatus } from '../wire/account.ts';
import type { MaintenanceWindow } from '../wire/schedule.ts';

/** Whether the exchange answers at all. */
export function judgeReach(status: Outcome<unknown>, root: URL): Finding {
  const check = 'exchange';
  if (status.kind === 'ok')
    return ok(check, `${root.host} answers within ${status.receivedAt - status.startedAt} ms`);
  const reason = `${root.host}: ${reasonOf(status)}`;
  if (status.kind === 'rate_limited') return warn(check, `${reason}. Something else uses up its limits`);
  if (status.kind === 'failed') return fail(check, `${reason}. Look at the network, and at venue.rest_url`);
  return fail(check, `${reason}. venue.rest_url must be the root of its API, …/trade-api/v2`);
}

/** Whether it trades at the moment, on which of its shards. */
export function judgeTrading(status: Outcome<ExchangeStatus>): Finding {
  const check = 'trading';
  if (status.kind !== 'ok') return warn(check, `not told: ${reasonOf(status)}`);
  const { exchangeActive, tradingActive, resumesAt, shards } = status.value;
  const until = resumesAt === null ? '' : `, until ${timeText(resumesAt)} as it expects`;
  if (!exchangeActive) return warn(check, `the exchange is paused${until}. Exits keep their step and wait`);
  if (!tradingActive) return warn(check, `trading is paused${until}. Exits keep their step and wait`);
  const halted = [...shards].filter(([, shard]) => !(shard.exchangeActive && shard.tradingActive));
  if (halted.length === 0) return ok(check, 'the exchange trades');
  const names = halted.map(([index]) => index).join(', ');
  return warn(check, `the exchange trades, but not on shard ${names}. Exits there keep their step and wait`);
}

/** When maintenance comes next; `now` in ms. */
export function judgeMaintenance(schedule: Outcome<MaintenanceWindow[]>, now: number): Finding {
  const check = 'maintenance';
  if (schedule.kind !== 'ok') return warn(check, `the schedule is not told: ${reasonOf(schedule)}`);
  const next = schedule.value.find(({ until }) => until > now);
  if (next === undefined)
    return ok(check, 'none is announced; it usually is on Thursdays, 03:00 to 05:00 in New York');
  const span = `${timeText(next.from)} to ${timeText(next.until)}`;
  if (next.from <= now) return warn(check, `runs now, from ${span}. Exits keep their step and wait`);
  return ok(check, `next from ${span}, in ${duration(next.from - now)}; exits wait meanwhile`);
}

/** By how much the clocks differ (ms, exchange − ours); the Date header counts whole seconds. */
export function judgeClock(skewMs: number | null): Finding {
  const check = 'clock';
  if (skewMs === null) return warn(check, 'not checked: the answers of the exchange carry no time');
  if (isSkewed(skewMs)) return warn(check, explainSkew(skewMs));
  return ok(
    check,
    Math.abs(skewMs) <= 1_000
      ? "this machine's clock and the exchange's agree within 1 s"
      : `${describeSkew(skewMs)}, give or take 1 s: still good, but let NTP look after it`,
  );
}

const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function duration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours >= 1 ? `${hours} h` : `${Math.floor(ms / 60_000)} min`;
}
