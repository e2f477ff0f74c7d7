import type { Clock } from '../../../actors/ports.ts';
import type { KalshiConfig } from '../../config/schema-venue.ts';
import type { Log } from '../../log/log.ts';
import { createSigner, loadCredentials } from './client/credentials.ts';
import { checkRoot, createFetchHttp } from './client/http.ts';
import { KalshiVenue } from './kalshi-venue.ts';
import { createWebSocket } from './stream/socket.ts';

interface OpenKalshiOptions {
  config: KalshiConfig;
  clock: Clock;
  ownPrefix: string;
  mayTrade: () => boolean;
  log: Log;
}

/** Opens Kalshi over the network as configured. Throws a CredentialsError when the key can't be used. */
export function openKalshi({ config, clock, ownPrefix, mayTrade, log }: OpenKalshiOptions): KalshiVenue {
  const { apiKeyId: keyId, privateKeyPath, environment, restUrl, streamUrl, stream } = config;
  const credentials = loadCredentials({ keyId, privateKeyPath });
  log.info({ environment, rest: restUrl, ...(stream ? { stream: streamUrl } : {}) }, 'trading on Kalshi');
  return new KalshiVenue({
    ...{ keyId, clock, ownPrefix, mayTrade },
    http: createFetchHttp(),
    signer: createSigner(credentials, () => Date.now()),
    restRoot: checkRoot(restUrl, 'http'),
    stream: stream ? { root: checkRoot(streamUrl, 'ws'), open: createWebSocket() } : null,
    subaccount: config.subaccount,
    timeoutMs: config.timeoutMs,
    orderTimeoutMs: config.orderTimeoutMs,
    orderPollMs: config.orderPollMs,
    orderReserve: config.orderReserve,
    onCall: (call) => log.debug(call, 'called the exchange'),
  });
}
