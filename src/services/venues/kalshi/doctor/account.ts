import { formatMoney, type Money } from '../../../../domain/money.ts';
import type { Config } from '../../../config/schema.ts';
import type { KalshiConfig } from '../../../config/schema-venue.ts';
import { type Finding, fail, ok, warn } from '../../../doctor/finding.ts';
import { explainKeyRefusal, explainScopes, judgeExpiry, mayTrade } from '../checks.ts';
import { costOf, type EndpointCosts } from '../client/endpoint-costs.ts';
import type { Outcome } from '../client/kalshi-client.ts';
import { type Failed, reasonOf } from '../client/outcomes.ts';
import type { AccountLimits, ApiKeys } from '../wire/account.ts';
import { heldOf, type WireBalance, type WirePosition } from '../wire/portfolio.ts';
import { showKeyId } from './setup.ts';

/** Whether the exchange does not know who we are. */
export const isRefusedKey = (outcome: Outcome<unknown>): outcome is Failed =>
  outcome.kind === 'refused' && outcome.status === 401;

/** Whether the key is known, and may do what Postern does. */
export function judgeKey(answer: Outcome<ApiKeys>, venue: KalshiConfig): Finding {
  const check = 'API key';
  const { apiKeyId, environment, subaccount } = venue;
  if (answer.kind === 'refused' && (answer.status === 401 || answer.status === 403))
    return fail(
      check,
      `${explainKeyRefusal(reasonOf(answer))}. It must be a key of ${environment} with read and write::trade, its id and file must belong together, and the clock must be right`,
    );
  if (answer.kind !== 'ok') return warn(check, `what the key may do is not told: ${reasonOf(answer)}`);
  const own = answer.value.keys.find(({ keyId }) => keyId === apiKeyId);
  const shown = showKeyId(apiKeyId);
  if (own === undefined)
    return warn(check, `the exchange takes ${shown}, but does not list it: what it may do is not told`);
  if (!mayTrade(own)) return fail(check, explainScopes(own));
  if (!own.scopes.includes('read'))
    return fail(
      check,
      `the API key may not read (its scopes: ${own.scopes.join(', ')}): make a key with read and write::trade`,
    );
  if (own.subaccount !== null && own.subaccount !== (subaccount ?? 0))
    return fail(
      check,
      `the API key is bound to subaccount ${own.subaccount}: set venue.subaccount to it, or make a key for ${subaccount ?? 0}`,
    );
  const more = own.scopes.some((scope) => ['write', 'write::transfer'].includes(scope))
    ? '; it may also move money, which Postern has no need of'
    : '';
  return ok(check, `${shown} may read and trade (${own.scopes.join(', ')})${more}`);
}

/** How long the region's confirmation lasts; `now` in ms. */
export function judgeRegion(answer: Outcome<ApiKeys>, now: number): Finding {
  const check = 'region';
  if (answer.kind !== 'ok') return warn(check, `not told: ${reasonOf(answer)}`);
  const { regionExpiresAt } = answer.value;
  if (regionExpiresAt === null) return ok(check, 'the exchange names no day on which its confirmation ends');
  const expiry = judgeExpiry(regionExpiresAt, now);
  if (expiry !== null) return (expiry.severity === 'critical' ? fail : warn)(check, expiry.text);
  const days = Math.floor((regionExpiresAt - now) / 86_400_000);
  const day = new Date(regionExpiresAt).toISOString().slice(0, 10);
  return ok(check, `confirmed until ${day}, for ${days} days more`);
}

/** Calls that one comparison with the account takes: how old reads are, positions, orders. */
const RECONCILE_CALLS = 3;

/** Whether the account's limits are enough for what the configuration asks for. */
export function judgeLimits(
  limits: Outcome<AccountLimits>,
  costs: EndpointCosts,
  { monitoring, venue }: { monitoring: Config['monitoring']; venue: KalshiConfig },
): Finding {
  const check = 'rate limits';
  if (limits.kind !== 'ok')
    return warn(check, `not told, so those of the lowest tier are kept: ${reasonOf(limits)}`);
  const { tier, read, write } = limits.value;
  const watching =
    (monitoring.maxApiCallsPerMinute / 60) * costOf(costs, 'GET', '/markets/orderbooks') +
    (1_000 / monitoring.reconcileIntervalMs) * RECONCILE_CALLS * costs.defaultCost;
  const left = read.refillRate * (1 - venue.orderReserve);
  const orders = write.refillRate / costOf(costs, 'POST', '/portfolio/events/orders');
  const has = `${tier === null ? '' : `${tier}: `}${shown(read.refillRate)} tokens/s for reads, ${shown(write.refillRate)} for writes`;
  const needs = `watching takes up to ${shown(watching)} of the ${shown(left)} that orders leave it`;
  const sends = `${shown(orders)} orders/s can go out`;
  if (watching > left)
    return warn(
      check,
      `${has}; ${needs}: lower monitoring.max_api_calls_per_minute, or ask Kalshi for a higher tier`,
    );
  if (orders < 1)
    return warn(
      check,
      `${has}; only ${sends}, and exits would wait for each other: ask Kalshi for a higher tier`,
    );
  return ok(check, `${has}; ${needs}, ${sends}`);
}

const shown = (tokens: number): string => String(Math.round(tokens * 10) / 10);

/** Whether the account can be read, and what is in it. */
export function judgeAccount(
  balance: Outcome<WireBalance>,
  positions: Outcome<WirePosition[]>,
  { adopt, subaccount }: KalshiConfig,
): Finding {
  const check = 'account';
  if (positions.kind !== 'ok')
    return fail(
      check,
      `its positions can't be read: ${reasonOf(positions)}. Nothing is sold unless they can`,
    );
  const held = positions.value.filter((position) => heldOf(position) !== null).length;
  const holds = `${subaccount === null ? '' : `subaccount ${subaccount}: `}${held} ${held === 1 ? 'position' : 'positions'} (venue.adopt: ${adopt})`;
  if (balance.kind !== 'ok')
    return warn(check, `${holds}; its balance can't be read: ${reasonOf(balance)}. Exits need none`);
  return ok(check, `${holds}, balance ${dollars(balance.value.balance)}`);
}

/** Cut to whole cents. */
const dollars = (money: Money): string => `$${formatMoney(money).slice(0, -4)}`;
