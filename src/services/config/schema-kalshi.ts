import type { z } from 'zod';
import { checkRoot } from '../venues/kalshi/client/http.ts';
import { bool, count, factor, refuseValue, scalar, word } from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import type { Report } from './shapes.ts';

export const ENVIRONMENTS = ['demo', 'production'] as const;

/** Where each environment of Kalshi is reached (FACTS section 1, the preferred hosts). */
export const ROOTS = {
  demo: {
    rest: 'https://external-api.demo.kalshi.co/trade-api/v2',
    stream: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
  },
  production: {
    rest: 'https://external-api.kalshi.com/trade-api/v2',
    stream: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
  },
} as const;

const root = (kind: 'http' | 'ws') => {
  const schemes = kind === 'http' ? 'https (http only to this machine)' : 'wss (ws only to this machine)';
  return scalar(
    `a URL with ${schemes}`,
    (url) => (isRoot(url, kind) ? url : null),
    (input, allowed) => `${refuseValue(input, allowed)}, without user, query or fragment`,
  );
};

function isRoot(url: string, kind: 'http' | 'ws'): boolean {
  try {
    checkRoot(url, kind);
    return true;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}

/** A text that is never repeated where it is wrong: somebody may have put the key itself here. */
const unquoted = (allowed: string, isAllowed: (text: string) => boolean) =>
  scalar(
    allowed,
    (text) => (isAllowed(text) ? text : null),
    (input) =>
      typeof input === 'string' && input !== ''
        ? `is not allowed: must be ${allowed}`
        : refuseValue(input, allowed),
  );

/** What the Kalshi venue is told beside what every venue is. */
export const kalshiShape = {
  environment: word(ENVIRONMENTS),
  rest_url: root('http').optional(),
  stream_url: root('ws').optional(),
  api_key_id: unquoted('the id of an API key (letters, digits and "-")', (id) =>
    /^[A-Za-z0-9-]{1,64}$/.test(id),
  ).optional(),
  private_key_path: unquoted(
    "a path: that of the key's file, not the key",
    (path) => /^[^\p{Cc}]{1,4096}$/u.test(path) && !path.includes('-----BEGIN'),
  ).optional(),
  subaccount: count({ min: '0', max: '63' }).optional(),
  stream: bool(),
  timeout_seconds: duration(),
  order_timeout_seconds: duration(),
  order_poll_seconds: duration(),
  order_reserve: factor({ min: '0', max: '0.9' }),
};

type KalshiBlock = z.output<z.ZodObject<typeof kalshiShape>>;

/** What the Kalshi venue needs and has no default for. */
export function checkKalshi(venue: KalshiBlock, report: Report): void {
  if (venue.api_key_id === undefined)
    report(['api_key_id'], 'is missing: set the environment variable KALSHI_API_KEY_ID');
  if (venue.private_key_path === undefined)
    report(['private_key_path'], 'is missing: set the environment variable KALSHI_PRIVATE_KEY_PATH');
}

/** The Kalshi venue's settings with the roots of its environment filled in. */
export function renameKalshi(venue: KalshiBlock) {
  const { rest, stream } = ROOTS[venue.environment];
  return {
    environment: venue.environment,
    restUrl: venue.rest_url ?? rest,
    streamUrl: venue.stream_url ?? stream,
    apiKeyId: venue.api_key_id!,
    privateKeyPath: venue.private_key_path!,
    subaccount: venue.subaccount ?? null,
    stream: venue.stream,
    timeoutMs: venue.timeout_seconds,
    orderTimeoutMs: venue.order_timeout_seconds,
    orderPollMs: venue.order_poll_seconds,
    orderReserve: venue.order_reserve,
  };
}
