import type { Clock, TimerHandle } from '../../../actors/ports.ts';
import type { KalshiClient } from './client/kalshi-client.ts';
import { reasonOf } from './client/outcomes.ts';
import type { Pacer } from './client/pacer.ts';
import type { Warnings } from './warnings.ts';
import { type ApiKey, accountLimitsAnswer, apiKeysAnswer, endpointCostsAnswer } from './wire/account.ts';

interface ChecksOptions {
  client: KalshiClient;
  pacer: Pacer;
  clock: Clock;
  warnings: Warnings;
  keyId: string;
}

const EVERY_MS = 600_000;
const RETRY_MS = 30_000;
const DAY_MS = 86_400_000;

/** A trader has this long to renew the region's confirmation before exits would be refused. */
const EXPIRY_NOTICE_MS = 14 * DAY_MS;

/** Signatures carry our time; how far it may be off is not documented. */
const MOST_SKEW_MS = 2_000;

/** Looks after what a key may do and how fast: at the start, every 10 min, and sooner when that failed. */
export class Checks {
  readonly #options: ChecksOptions;
  #timer: TimerHandle | null = null;
  #isRunning = false;
  /** When the last check was over (ms). */
  #ranAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(options: ChecksOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  /** Somebody was refused for want of rights: why is known at once, not at the next check. */
  hasten(): void {
    if (!this.#isRunning && this.#options.clock.now() - this.#ranAt >= RETRY_MS) this.#schedule(0);
  }

  #schedule(ms: number): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = clock.setTimeout(() => void this.#run(), ms);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const done = [await this.#readLimits(), await this.#readCosts(), await this.#checkKey()];
    this.#isRunning = false;
    this.#ranAt = this.#options.clock.now();
    this.#checkClock();
    this.#schedule(done.every(Boolean) ? EVERY_MS : RETRY_MS);
  }

  async #readLimits(): Promise<boolean> {
    const { client, pacer } = this.#options;
    const outcome = await client.get('/account/limits', { schema: accountLimitsAnswer, lane: 'reconcile' });
    if (outcome.kind !== 'ok' || this.#stopped) return false;
    pacer.setLimit('read', outcome.value.read);
    pacer.setLimit('write', outcome.value.write);
    return true;
  }

  async #readCosts(): Promise<boolean> {
    const { client, pacer } = this.#options;
    const outcome = await client.get('/account/endpoint_costs', {
      schema: endpointCostsAnswer,
      lane: 'reconcile',
    });
    if (outcome.kind === 'ok' && !this.#stopped) pacer.setEndpointCosts(outcome.value);
    return outcome.kind === 'ok';
  }

  async #checkKey(): Promise<boolean> {
    const { client, warnings, keyId, clock } = this.#options;
    const outcome = await client.get('/api_keys', { schema: apiKeysAnswer, lane: 'reconcile' });
    if (outcome.kind === 'refused' && (outcome.status === 401 || outcome.status === 403)) {
      warnings.raise('key_refused', 'critical', explainKeyRefusal(reasonOf(outcome)));
      return false;
    }
    if (outcome.kind !== 'ok' || this.#stopped) return false;
    warnings.clear('key_refused');
    const { keys, regionExpiresAt } = outcome.value;
    const own = keys.find((key) => key.keyId === keyId);
    if (own && !mayTrade(own)) warnings.raise('key_cannot_trade', 'critical', explainScopes(own));
    else warnings.clear('key_cannot_trade');
    const expiry = judgeExpiry(regionExpiresAt, clock.now());
    if (expiry === null) warnings.clear('key_region_expires');
    else warnings.raise('key_region_expires', expiry.severity, expiry.text);
    return true;
  }

  #checkClock(): void {
    const { client, warnings } = this.#options;
    const skew = client.clockSkewMs();
    if (skew === null) return;
    if (!isSkewed(skew)) return warnings.clear('clock_skew');
    warnings.raise('clock_skew', 'warning', explainSkew(skew));
  }
}

/** What follows from the exchange not taking our key, for the reason it gave. */
export const explainKeyRefusal = (reason: string): string =>
  `the exchange refuses the API key (${reason}): nothing can be read or sold until that is mended`;

/** FACTS section 2: `write` is everything, `write::trade` is orders. */
export const mayTrade = ({ scopes }: ApiKey): boolean =>
  scopes.includes('write') || scopes.includes('write::trade');

/** What a key lacks, and what to do. */
export const explainScopes = ({ scopes }: ApiKey): string =>
  `the API key may not trade (its scopes: ${scopes.join(', ') || 'none'}): every exit would be refused. Make a key with read and write::trade`;

/** What is to be said of a confirmation of the region that runs out at `expiresAt` (ms); null while there is time. */
export function judgeExpiry(
  expiresAt: number | null,
  now: number,
): { severity: 'warning' | 'critical'; text: string } | null {
  if (expiresAt === null) return null;
  const left = expiresAt - now;
  if (left > EXPIRY_NOTICE_MS) return null;
  return { severity: left > 0 ? 'warning' : 'critical', text: explainExpiry(expiresAt, left) };
}

/** When the region's confirmation runs out (ms), and what follows from it. */
function explainExpiry(expiresAt: number, leftMs: number): string {
  const day = new Date(expiresAt).toISOString().slice(0, 10);
  const when =
    leftMs > 0 ? `runs out on ${day}, in ${Math.floor(leftMs / DAY_MS)} days` : `ran out on ${day}`;
  return `the region's confirmation of this account ${when}: from then on its keys can't trade sports, elections and entertainment, and exits there are refused. Confirm it at Kalshi`;
}

/** Whether clocks that differ by so much (ms) may get signatures refused. */
export const isSkewed = (skewMs: number): boolean => Math.abs(skewMs) > MOST_SKEW_MS;

/** By how much the clocks differ (ms, exchange − ours), in words. */
export const describeSkew = (skewMs: number): string =>
  `this machine's clock is ${(Math.abs(skewMs) / 1_000).toFixed(1)} s ${skewMs > 0 ? 'behind' : 'ahead of'} the exchange's`;

/** The same (ms, exchange − ours), and why that matters. */
export const explainSkew = (skewMs: number): string =>
  `${describeSkew(skewMs)}: signatures may be refused, and quotes look ${skewMs > 0 ? 'younger' : 'older'} than they are. Synchronise it (NTP)`;
