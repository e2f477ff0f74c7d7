/** What calls cost in tokens (FACTS section 11). */
export interface EndpointCosts {
  defaultCost: number;
  /** Exceptions; `path` may begin with the API's root and hold placeholders like `{order_id}` or `:order_id`. */
  endpoints: readonly { method: string; path: string; cost: number }[];
}

/** What holds until the exchange was asked: 10 tokens a call, 2 for a cancel. */
export const USUAL_COSTS: EndpointCosts = {
  defaultCost: 10,
  endpoints: [{ method: 'DELETE', path: '/portfolio/events/orders/{order_id}', cost: 2 }],
};

/** Tokens for one call; `path` is the real one, without the API's root. An exact entry outranks one with placeholders. */
export function costOf(costs: EndpointCosts, method: string, path: string): number {
  const asked = segmentsOf(path);
  let fewest = Number.POSITIVE_INFINITY;
  let cost = costs.defaultCost;
  for (const endpoint of costs.endpoints) {
    if (endpoint.method.toUpperCase() !== method.toUpperCase()) continue;
    const placeholders = countPlaceholders(segmentsOf(endpoint.path), asked);
    if (placeholders === null || placeholders >= fewest) continue;
    fewest = placeholders;
    cost = endpoint.cost;
  }
  return cost;
}

/** How many placeholders it takes to match; null when the path is another one. */
function countPlaceholders(pattern: string[], asked: string[]): number | null {
  if (pattern.length !== asked.length) return null;
  let count = 0;
  for (const [i, segment] of pattern.entries()) {
    if (segment === asked[i]) continue;
    if (!/^(\{.*\}|:.+|<.*>|\*)$/.test(segment)) return null;
    count += 1;
  }
  return count;
}

const segmentsOf = (path: string): string[] =>
  path
    .replace(/^\/?trade-api\/v\d+(?=\/)/, '')
    .split('/')
    .filter((segment) => segment !== '');
