import type { Clock } from '../../../../actors/ports.ts';
import type { Config } from '../../../config/schema.ts';
import type { KalshiConfig } from '../../../config/schema-venue.ts';
import { type Finding, fail, notChecked, ok } from '../../../doctor/finding.ts';
import { Account } from '../account.ts';
import { createSigner, type Signer } from '../client/credentials.ts';
import { USUAL_COSTS } from '../client/endpoint-costs.ts';
import { checkRoot, type Http } from '../client/http.ts';
import { KalshiClient } from '../client/kalshi-client.ts';
import { Pacer } from '../client/pacer.ts';
import { OwnOrders } from '../own-orders.ts';
import type { OpenSocket } from '../stream/socket.ts';
import {
  accountLimitsAnswer,
  apiKeysAnswer,
  endpointCostsAnswer,
  exchangeStatusAnswer,
} from '../wire/account.ts';
import { balanceAnswer } from '../wire/portfolio.ts';
import { maintenanceAnswer } from '../wire/schedule.ts';
import { isRefusedKey, judgeAccount, judgeKey, judgeLimits, judgeRegion } from './account.ts';
import { judgeClock, judgeMaintenance, judgeReach, judgeTrading } from './exchange.ts';
import { judgeEnvironment, readKey } from './setup.ts';

interface ExamineOptions {
  venue: KalshiConfig;
  monitoring: Config['monitoring'];
  clock: Clock;
  http: Http;
  openSocket: OpenSocket;
}

const BY_KEY = ['region', 'rate limits', 'account', 'stream'];
const BY_EXCHANGE = ['trading', 'maintenance', 'clock', 'API key', ...BY_KEY];
const LANE = { lane: 'reconcile' } as const;

/** Looks at everything between this machine and an account at Kalshi, by reads alone. */
export async function* examineKalshi(options: ExamineOptions): AsyncGenerator<Finding, undefined> {
  const { venue, clock, http } = options;
  yield judgeEnvironment(venue);
  const { credentials, finding } = readKey(venue);
  yield finding;
  const signer = credentials && createSigner(credentials, () => clock.now());
  const pacer = new Pacer({ clock, reserveShare: 0 });
  const root = checkRoot(venue.restUrl, 'http');
  const { timeoutMs, orderTimeoutMs } = venue;
  const client = new KalshiClient({ http, signer, root, clock, pacer, timeoutMs, orderTimeoutMs });
  try {
    yield* examineExchange(options, client, root, signer);
  } finally {
    pacer.close();
  }
}

async function* examineExchange(
  options: ExamineOptions,
  client: KalshiClient,
  root: URL,
  signer: Signer | null,
): AsyncGenerator<Finding, undefined> {
  const { clock } = options;
  const status = await client.get('/exchange/status', {
    ...LANE,
    schema: exchangeStatusAnswer,
    public: true,
  });
  const reach = judgeReach(status, root);
  yield reach;
  if (reach.verdict === 'fail') return yield* notChecked(BY_EXCHANGE, 'the exchange was not reached');
  yield judgeTrading(status);
  const schedule = await client.get('/exchange/schedule', {
    ...LANE,
    schema: maintenanceAnswer,
    public: true,
  });
  yield judgeMaintenance(schedule, clock.now());
  yield judgeClock(client.clockSkewMs());
  if (signer === null) return yield* notChecked(['API key', ...BY_KEY], "the key can't be used");
  yield* examineAccount(options, client, signer);
}

async function* examineAccount(
  options: ExamineOptions,
  client: KalshiClient,
  signer: Signer,
): AsyncGenerator<Finding, undefined> {
  const { venue, monitoring, clock } = options;
  const keys = await client.get('/api_keys', { ...LANE, schema: apiKeysAnswer });
  yield judgeKey(keys, venue);
  if (isRefusedKey(keys)) return yield* notChecked(BY_KEY, 'the exchange refuses the key');
  yield judgeRegion(keys, clock.now());
  const limits = await client.get('/account/limits', { ...LANE, schema: accountLimitsAnswer });
  const costs = await client.get('/account/endpoint_costs', { ...LANE, schema: endpointCostsAnswer });
  yield judgeLimits(limits, costs.kind === 'ok' ? costs.value : USUAL_COSTS, { monitoring, venue });
  const { subaccount } = venue;
  const query: [string, string][] = [['subaccount', String(subaccount ?? 0)]];
  const balance = await client.get('/portfolio/balance', { ...LANE, query, schema: balanceAnswer });
  const positions = await new Account({ client, subaccount, own: new OwnOrders(), ownPrefix: '' }).positions(
    'reconcile',
  );
  yield judgeAccount(balance, positions, venue);
  yield await examineStream(options, signer);
}

async function examineStream({ venue, openSocket }: ExamineOptions, signer: Signer): Promise<Finding> {
  const check = 'stream';
  if (!venue.stream) return ok(check, 'not used (venue.stream: false): prices are asked for');
  const url = checkRoot(venue.streamUrl, 'ws');
  const reason = await shakeHands(openSocket, url, signer.sign('GET', url.pathname));
  if (reason === null) return ok(check, `${url.host} opens a stream for the key`);
  return fail(
    check,
    `${url.host} opens no stream: ${reason}. Prices would be asked for instead, and come later: look at venue.stream_url and at proxies, or set venue.stream: false`,
  );
}

/** Opens a stream and closes it again; why that was not possible, or null. */
function shakeHands(open: OpenSocket, url: URL, headers: Record<string, string>): Promise<string | null> {
  return new Promise((resolve) => {
    const ignore = (): void => {};
    const socket = open(url, headers, {
      opened: () => {
        resolve(null);
        socket.close();
      },
      text: ignore,
      ping: ignore,
      closed: resolve,
    });
  });
}
