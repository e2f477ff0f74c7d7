import { REST_ROOT } from '../messages.ts';
import { CANCEL_COST, DEFAULT_COST } from './buckets.ts';
import { type Answer, keyRoute, ok, type PrivateCall } from './route.ts';

export const accountRoutes = [
  keyRoute('GET', '/account/limits', 'read', getLimits),
  keyRoute('GET', '/account/endpoint_costs', 'read', getEndpointCosts),
  keyRoute('GET', '/api_keys', 'read', getKeys),
];

function getLimits({ world, caller }: PrivateCall): Answer {
  const { tier, limits } = world.accounts[caller.account]!;
  const shown = (kind: 'read' | 'write') => {
    const { refillRate, capacity } = limits[kind];
    return { refill_rate: refillRate, bucket_capacity: capacity };
  };
  return ok({ usage_tier: tier, read: shown('read'), write: shown('write'), grants: [] });
}

function getEndpointCosts(): Answer {
  const cheap = ['/portfolio/events/orders/{order_id}', '/portfolio/events/orders/batched'];
  return ok({
    default_cost: DEFAULT_COST,
    endpoint_costs: cheap.map((path) => ({ method: 'DELETE', path: REST_ROOT + path, cost: CANCEL_COST })),
  });
}

function getKeys({ world, caller }: PrivateCall): Answer {
  const { keys, regionExpiresAt } = world.accounts[caller.account]!;
  return ok({
    api_keys: keys.map((key) => ({
      api_key_id: key.keyId,
      name: key.name ?? key.keyId,
      scopes: key.scopes ?? ['read', 'write::trade'],
      ...(key.subaccount === undefined ? {} : { subaccount: key.subaccount }),
    })),
    ...(regionExpiresAt === null ? {} : { api_key_region_expiration_ts: Math.floor(regionExpiresAt / 1000) }),
  });
}
