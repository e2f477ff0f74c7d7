/** The block `venue` of a configuration that trades on the practice exchange at `url`. */
export const practiceVenue = (url: string, keyFile: string): string => `venue:
  kind: kalshi
  environment: demo
  rest_url: ${url}/trade-api/v2
  stream_url: ${url.replace('http', 'ws')}/trade-api/ws/v2
  api_key_id: practice-key-0001
  private_key_path: ${keyFile}
  adopt: all
  stream: true
  order_poll_seconds: 0.5`;

/** The block `monitoring` for tests in real time: as by default, but faster. */
export const QUICK_MONITORING = `monitoring:
  normal_frequency: 4
  urgent_frequency: 2
  price_cache_ttl_seconds: 1
  max_api_calls_per_minute: 600
  discovery_interval_seconds: 3`;
