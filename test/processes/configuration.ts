/** How the daemon is set up here: everything in seconds, where the defaults have minutes. */
import { join } from 'node:path';
import { practiceVenue } from '../support/practice-venue.ts';

/** What a daemon calls the exchange's machine: the exchange's log tells daemons apart by it. */
export type Host = '127.0.0.1' | 'localhost';

export function configuration(options: {
  exchangeUrl: string;
  exchangeFolder: string;
  host: Host;
  leaseMs: number;
}): string {
  const url = options.exchangeUrl.replace('127.0.0.1', options.host);
  return `
server: {port: 0}
lease: {ttl_seconds: ${options.leaseMs / 1_000}}
${practiceVenue(url, join(options.exchangeFolder, 'key.pem'))}
  order_timeout_seconds: 2
  timeout_seconds: 3
log: {level: debug}
shutdown: {grace_seconds: 3}
monitoring:
  normal_frequency: 2
  urgent_frequency: 1
  price_cache_ttl_seconds: 0.5
  max_quote_age_seconds: 5
  max_api_calls_per_minute: 3000
  discovery_interval_seconds: 1
  reconcile_interval_seconds: 1
  row_write_interval_seconds: 2
  orphan_after_seconds: 4
  orphan_repeat_seconds: 10
retries: {venue_backoff_seconds: [0.1, 0.3], database_backoff_seconds: [0.1, 0.3]}
supervision: {backoff_seconds: [0.2]}
circuit_breakers:
  daily_loss: {limit: 100000}
exit_conditions:
  liquidity_dried_up: {confirm_for_seconds: 0.5}
exit_execution:
  CRITICAL: {timeout_seconds: 1}
  HIGH: {timeout_seconds: 1, walk_timeout_seconds: 1}
  MEDIUM: {timeout_seconds: 2, walk_timeout_seconds: 1}
  LOW: {timeout_seconds: 2, walk_timeout_seconds: 1}
exit_pricing:
  rest_seconds: 2
  recheck_seconds: 1
  resume_backoff_seconds: [1, 2]
adoption:
  rules: [{series: KXPLAIN, method: plain}]
methods:
  plain: {partial_exits: {enabled: false}}
`;
}
