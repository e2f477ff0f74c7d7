import { createSystemClock } from '../clock.ts';
import type { Environment } from '../config/environment.ts';
import type { AlertsConfig } from '../config/schema-alerts.ts';
import { createIds } from '../ids.ts';
import type { Log } from '../log/log.ts';
import type { Closing } from '../process/closing.ts';
import { createFetchHttp } from '../venues/kalshi/client/http.ts';
import { AlertSender } from './alert-sender.ts';

/** Answers say little; a longer one is not read. */
const LARGEST_ANSWER = 2 ** 20;

/** A sender over the network, in real time. Says what it can't reach; what it still has to tell is told before the end. */
export function openAlertSender(
  config: AlertsConfig,
  { log, closing, env }: { log: Log; closing: Closing; env: Environment },
): AlertSender {
  const http = createFetchHttp({ maxBodyBytes: LARGEST_ANSWER });
  const sender = new AlertSender({ config, clock: createSystemClock(), ids: createIds(), http, env, log });
  closing.add('alerts', () => sender.close());
  void sender.check();
  return sender;
}
