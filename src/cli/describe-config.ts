import { listWords } from '../services/config/nearest-word.ts';
import type { Config } from '../services/config/schema.ts';
import { countOf } from './format.ts';

/** What a configuration defines, in a line each. Never the database's URL, which may hold a password. */
export function describeConfig(
  config: Config,
): Record<'methods' | 'venue' | 'tracked' | 'database' | 'server' | 'clock', string> {
  const { methods, venue, tracked, database, dataDir, server, clock } = config;
  const names = ['default', ...Object.keys(methods)];
  return {
    methods: `${names.join(', ')} (new positions get ${config.adoption.method})`,
    venue: `${venue.kind}, ${describeSource(venue)}, adopts ${venue.adopt}`,
    tracked:
      tracked.length === 0 ? 'none' : `${countOf(tracked.length, 'position')} in ${listMarkets(tracked)}`,
    database:
      database.url === null ? `embedded in ${dataDir}` : `a PostgreSQL server; data folder ${dataDir}`,
    server: `http://${server.host}:${server.port === 0 ? '(any free port)' : server.port}`,
    clock: clock.speed === 1 ? 'real time' : `${clock.speed} times as fast as real time`,
  };
}

function describeSource(venue: Config['venue']): string {
  if (venue.kind === 'kalshi')
    return `${venue.environment} at ${venue.restUrl}, ${venue.stream ? 'streaming' : 'polling'}`;
  if (venue.source === 'recording') return `books recorded in ${venue.file}, fees ${venue.fees}`;
  return `${countOf(venue.markets.length, 'generated market')} from seed ${venue.seed}, fees ${venue.fees}`;
}

const SHOWN = 4;

function listMarkets(lots: readonly { market: string }[]): string {
  const markets = [...new Set(lots.map(({ market }) => market))];
  if (markets.length <= SHOWN) return listWords(markets).replace(/ or ([^ ]+)$/, ' and $1');
  return `${markets.slice(0, SHOWN - 1).join(', ')} and ${markets.length - SHOWN + 1} more markets`;
}
