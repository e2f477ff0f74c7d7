import type { KalshiConfig } from '../../../config/schema-venue.ts';
import { type Finding, fail, ok } from '../../../doctor/finding.ts';
import { type Credentials, CredentialsError, loadCredentials } from '../client/credentials.ts';

/** As much of a key's id as may be shown. */
export const showKeyId = (keyId: string): string => (keyId.length > 8 ? `${keyId.slice(0, 8)}…` : keyId);

/** Whether the URLs are the environment's: a demo that trades on production would cost money. */
export function judgeEnvironment({ environment, restUrl, streamUrl, stream }: KalshiConfig): Finding {
  const check = 'environment';
  const urls = stream ? [restUrl, streamUrl] : [restUrl];
  const hosts = [...new Set(urls.map((url) => new URL(url).host))];
  const shown = `${environment}${environment === 'production' ? ', with real money' : ''}: ${hosts.join(' and ')}`;
  const odd = hosts.find((host) => (environmentOf(host) ?? environment) !== environment);
  if (odd === undefined) return ok(check, shown);
  const other = environmentOf(odd);
  return fail(
    check,
    `venue.environment is ${environment}, but ${odd} is Kalshi's ${other}: set environment: ${other}, or leave rest_url and stream_url out`,
  );
}

/** Which environment a host of Kalshi's belongs to; null for another's host. */
function environmentOf(host: string): KalshiConfig['environment'] | null {
  if (/(^|\.)kalshi\.co(:|$)/.test(host)) return 'demo';
  return /(^|\.)kalshi\.com(:|$)/.test(host) ? 'production' : null;
}

/** The key, when its file can be used, and what is to be said of it. */
export function readKey({ apiKeyId: keyId, privateKeyPath }: KalshiConfig): {
  credentials: Credentials | null;
  finding: Finding;
} {
  const check = 'key file';
  try {
    const credentials = loadCredentials({ keyId, privateKeyPath });
    const bits = credentials.privateKey.asymmetricKeyDetails?.modulusLength;
    const text = `${privateKeyPath}: an RSA key of ${bits} bits that only its owner can read`;
    return { credentials, finding: ok(check, text) };
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return { credentials: null, finding: fail(check, error.message) };
  }
}
