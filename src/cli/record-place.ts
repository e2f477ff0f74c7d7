import { loadConfig } from '../services/config/load-config.ts';
import { type ENVIRONMENTS, ROOTS } from '../services/config/schema-kalshi.ts';
import { checkRoot } from '../services/venues/kalshi/client/http.ts';
import { UsageError } from './failure.ts';

export interface PlaceChoices {
  config?: string;
  restUrl?: string;
  environment?: (typeof ENVIRONMENTS)[number];
}

const TIMEOUT_MS = 10_000;

/** Where public books are, and how long an answer may take (ms). Throws a UsageError or a ConfigError. */
export function readPlace({ config: file, environment, restUrl }: PlaceChoices): {
  root: URL;
  timeoutMs: number;
} {
  const config = file === undefined ? null : loadConfig({ file, env: withSomeKey(process.env) });
  const venue = config?.venue.kind === 'kalshi' ? config.venue : null;
  const chosen = environment === undefined ? venue?.restUrl : ROOTS[environment].rest;
  const url = restUrl ?? chosen ?? ROOTS.production.rest;
  try {
    return { root: checkRoot(url, 'http'), timeoutMs: venue?.timeoutMs ?? TIMEOUT_MS };
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--rest-url ${error.message}`);
    throw error;
  }
}

/** Public books need no key: a configuration that lacks one is good enough. */
const withSomeKey = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  KALSHI_API_KEY_ID: env.KALSHI_API_KEY_ID || 'none',
  KALSHI_PRIVATE_KEY_PATH: env.KALSHI_PRIVATE_KEY_PATH || 'none',
});
