import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/services/config/config-error.ts';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { describeProblems, findProblems, readOver } from './read-problems.ts';

const CONDITIONS =
  'stop_loss, circuit_breaker, trailing_stop, time_based_urgent, liquidity_dried_up, profit_target, partial_exit_target, early_exit, edge_disappeared or rebalance';

const table: { why: string; yaml: string; problems: string[] }[] = [
  {
    why: 'a number that is none',
    yaml: 'exit_execution:\n  HIGH:\n    timeout_seconds: ten',
    problems: [
      'my.yaml:3 exit_execution.HIGH.timeout_seconds: "ten" is not allowed: must be a number of seconds above 0 and at most 31536000, exact to 0.001',
    ],
  },
  {
    why: 'more decimals than the unit has',
    yaml: 'liquidity: {max_spread: 0.03001, min_volume: 50.001}\nlease: {ttl_seconds: 1.0001}',
    problems: [
      'my.yaml:1 liquidity.max_spread: "0.03001" is not allowed: must be a price in dollars at least 0.0001 and below 1, exact to 0.0001',
      'my.yaml:1 liquidity.min_volume: "50.001" is not allowed: must be a number of contracts at least 0, exact to 0.01',
      'my.yaml:2 lease.ttl_seconds: "1.0001" is not allowed: must be a number of seconds at least 1 and at most 3600, exact to 0.001',
    ],
  },
  {
    why: 'out of range',
    yaml: 'exit_conditions: {stop_loss: {stop: 1}}\nserver: {port: 65536}\ncircuit_breakers: {daily_loss: {limit: -500}}',
    problems: [
      'my.yaml:1 exit_conditions.stop_loss.stop: "1" is not allowed: must be a fraction above 0 and below 1, exact to 0.000001',
      'my.yaml:2 server.port: "65536" is not allowed: must be a whole number at least 0 and at most 65535',
      'my.yaml:3 circuit_breakers.daily_loss.limit: "-500" is not allowed: must be an amount in dollars above 0, exact to 0.000001',
    ],
  },
  {
    why: 'digits beyond the exact range, exponents, infinities',
    yaml: 'circuit_breakers: {daily_loss: {limit: 99999999999999999999}}\nclock: {speed: 1e2}\nlease: {ttl_seconds: .inf}',
    problems: [
      'my.yaml:1 circuit_breakers.daily_loss.limit: "99999999999999999999" is not allowed: must be an amount in dollars above 0, exact to 0.000001',
      'my.yaml:2 clock.speed: "1e2" is not allowed: must be a number at least 0.01 and at most 1000',
      'my.yaml:3 lease.ttl_seconds: ".inf" is not allowed: must be a number of seconds at least 1 and at most 3600, exact to 0.001',
    ],
  },
  {
    why: 'a boolean that YAML 1.1 knew',
    yaml: 'entry: {enabled: yes}',
    problems: ['my.yaml:1 entry.enabled: "yes" is not allowed: must be true or false'],
  },
  {
    why: 'an empty value',
    yaml: 'log:\n  level:',
    problems: ['my.yaml:2 log.level: is empty: must be trace, debug, info, warn, error, fatal or silent'],
  },
  {
    why: 'a missing value',
    yaml: 'partial_exits:\n  stages:\n    - {name: only, exit_percentage: 50}',
    problems: [
      'my.yaml:3 partial_exits.stages[0].profit_threshold: is missing: must be a fraction above 0 and at most 100, exact to 0.000001',
    ],
  },
  {
    why: 'the wrong kind of thing',
    yaml: 'monitoring: 5\nlog: [info]\ntracked: {a: b}\ndata_dir: [x]\nmethods: {slow: 3}',
    problems: [
      'my.yaml:1 monitoring: "5" is not allowed: must be a mapping',
      'my.yaml:2 log: a list is not allowed: must be a mapping',
      'my.yaml:3 tracked: a mapping is not allowed: must be a list of positions ({market, side, quantity, entry_price, …})',
      'my.yaml:4 data_dir: a list is not allowed: must be a path',
      'my.yaml:5 methods.slow: "3" is not allowed: must be a mapping',
    ],
  },
  {
    why: 'unknown keys',
    yaml: 'monitring: {}\nexit_conditions:\n  stop_loss:\n    stopp: 0.1\n  stoploss: {}\nalerts: {email: x}',
    problems: [
      'my.yaml:1 monitring: unknown key; the nearest known key is "monitoring"',
      'my.yaml:4 exit_conditions.stop_loss.stopp: unknown key; the nearest known key is "stop"',
      'my.yaml:5 exit_conditions.stoploss: unknown key; the nearest known key is "stop_loss"',
      'my.yaml:6 alerts.email: unknown key; the nearest known key is "webhooks"',
    ],
  },
  {
    why: 'keys that every object has',
    yaml: 'constructor: 1\nlog: {toString: x, __proto__: {level: info}}',
    problems: [
      'my.yaml:1 constructor: unknown key; the nearest known key is "monitoring"',
      'my.yaml:2 log: "__proto__" is not a key',
      'my.yaml:2 log.toString: unknown key; the nearest known key is "level"',
    ],
  },
  {
    why: 'edge_reversal as a condition, in a level and in a method',
    yaml: 'exit_conditions: {edge_reversal: {}}\nexit_priorities:\n  LOW: [early_exit, edge_disappeared, rebalance, edge_reversal]\nmethods:\n  m: {exit_conditions: {edge_reversal: {}}}',
    problems: [
      'my.yaml:1 exit_conditions.edge_reversal: there is no edge_reversal: stop_loss, early_exit and edge_disappeared cover it',
      'my.yaml:3 exit_priorities.LOW[3]: there is no edge_reversal: stop_loss, early_exit and edge_disappeared cover it',
    ],
  },
  {
    why: 'edge_reversal in a method alone',
    yaml: 'methods:\n  m: {exit_conditions: {edge_reversal: {}}}',
    problems: [
      'my.yaml:2 methods.m.exit_conditions.edge_reversal: there is no edge_reversal: stop_loss, early_exit and edge_disappeared cover it',
    ],
  },
  {
    why: 'conditions that are misspelt, missing or stand twice',
    yaml: 'exit_priorities:\n  CRITICAL: [stop_los, circuit_breaker]\n  LOW: [early_exit, edge_disappeared, circuit_breaker]',
    problems: [
      'my.yaml:1 exit_priorities: stop_loss, rebalance missing: each of the ten conditions must stand in exactly one level',
      `my.yaml:2 exit_priorities.CRITICAL[0]: "stop_los" is not allowed (did you mean stop_loss?): must be ${CONDITIONS}`,
      'my.yaml:3 exit_priorities.LOW[2]: circuit_breaker stands in CRITICAL already: must stand in exactly one level',
    ],
  },
  {
    why: 'a market order with a price strategy and walks',
    yaml: 'exit_execution:\n  CRITICAL:\n    price_strategy: fair\n    max_walks: 2',
    problems: [
      'my.yaml:3 exit_execution.CRITICAL.price_strategy: fair needs a limit order: leave it out',
      'my.yaml:4 exit_execution.CRITICAL.max_walks: immediate_market does not walk: leave it out',
    ],
  },
  {
    why: 'an inherited strategy that the new order type does not fit is placed where the type was changed',
    yaml: 'exit_execution:\n  MEDIUM: {order_type: market}',
    problems: [
      'my.yaml:2 exit_execution.MEDIUM.retry_strategy: walk_price needs a limit order: with order_type market it must be immediate_market',
    ],
  },
  {
    why: 'a limit order without a price strategy, walks without a number, an exit that must finish but gives up',
    yaml: 'exit_execution:\n  CRITICAL: {order_type: limit, retry_strategy: walk_slowly}',
    problems: [
      'my.yaml:2 exit_execution.CRITICAL.price_strategy: is missing: a limit order needs aggressive, fair or conservative',
      'my.yaml:2 exit_execution.CRITICAL.max_walks: is missing: walk_slowly needs it',
      'my.yaml:2 exit_execution.CRITICAL.walk_timeout_seconds: is missing: walk_slowly needs it',
      'my.yaml:2 exit_execution.CRITICAL.retry_strategy: walk_slowly gives up, and CRITICAL exits must finish: must be immediate_market or walk_then_market',
    ],
  },
  {
    why: 'stages that add up to more than everything, descend and share a name',
    yaml: 'partial_exits:\n  stages:\n    - {name: a, profit_threshold: 0.25, exit_percentage: 60}\n    - {name: a, profit_threshold: 0.2, exit_percentage: 40.5}',
    problems: [
      'my.yaml:2 partial_exits.stages: the exit percentages add up to 100.5: must be at most 100',
      'my.yaml:4 partial_exits.stages[1].profit_threshold: "0.2" is not allowed: must be above the threshold of the stage before (0.25)',
      'my.yaml:4 partial_exits.stages[1].name: "a" is taken by an earlier stage: names must differ',
    ],
  },
  {
    why: 'monitoring numbers that contradict each other',
    yaml: 'monitoring:\n  normal_frequency: 200\n  urgent_frequency: 300\n  price_cache_ttl_seconds: 15.5',
    problems: [
      'my.yaml:1 monitoring.orphan_after_seconds: "120" is not allowed: must be at least normal_frequency (200)',
      'my.yaml:3 monitoring.urgent_frequency: "300" is not allowed: must be at most normal_frequency (200)',
      'my.yaml:4 monitoring.price_cache_ttl_seconds: "15.5" is not allowed: must be at most max_quote_age_seconds (15)',
    ],
  },
  {
    why: 'a trailing stop that tightens outwards',
    yaml: 'trailing_stop: {min_distance: 0.06}',
    problems: [
      'my.yaml:1 trailing_stop.min_distance: "0.06" is not allowed: must be at most distance (0.05)',
    ],
  },
  {
    why: 'a method that overrides what is no rule, and one named default',
    yaml: 'methods:\n  default: {}\n  m: {venues: {}, monitoring: {normal_frequency: 3}}\n  "a b": {}',
    problems: [
      'my.yaml:2 methods.default: the method default is what the blocks of the top level say: change those',
      'my.yaml:3 methods.m.monitoring.normal_frequency: unknown key; the nearest known key is "max_model_age_seconds"',
      'my.yaml:3 methods.m.venues: unknown key; the nearest known key is "entry"',
      'my.yaml:4 methods.a b: "a b" is not a name: must be at most 40 letters, digits, "_" and "-"',
    ],
  },
  {
    why: 'a fault that methods inherit is told once',
    yaml: 'trailing_stop: {distance: 2}\nmethods: {slow: {}}',
    problems: [
      'my.yaml:1 trailing_stop.distance: "2" is not allowed: must be a fraction above 0 and below 1, exact to 0.000001',
    ],
  },
  {
    why: 'methods and markets that are not there',
    yaml: 'adoption: {method: nlf}\ntracked:\n  - {market: A, side: yes, quantity: 1, entry_price: 0.5, method: x}\ndrill: {crash_monitor: [{market: B, after_seconds: 1}]}',
    problems: [
      'my.yaml:1 adoption.method: there is no method "nlf": must be default, nfl, nba or tennis',
      'my.yaml:3 tracked[0].method: there is no method "x": must be default, nfl, nba or tennis',
      'my.yaml:3 tracked[0].market: the generator has no market "A": must be one of venue.markets',
      'my.yaml:4 drill.crash_monitor[0].market: the generator has no market "B": must be one of venue.markets',
    ],
  },
  {
    why: 'a tracked position with wrong fields',
    yaml: 'venue: {source: recording, file: books.csv}\ntracked: [{market: "a b", side: maybe, quantity: 0, entry_price: 1}]',
    problems: [
      'my.yaml:2 tracked[0].market: "a b" is not allowed: must be the name of a market (at most 100 letters, digits, ".", "_" and "-")',
      'my.yaml:2 tracked[0].side: "maybe" is not allowed: must be yes or no',
      'my.yaml:2 tracked[0].quantity: "0" is not allowed: must be a number of contracts at least 0.01, exact to 0.01',
      'my.yaml:2 tracked[0].entry_price: "1" is not allowed: must be a price in dollars above 0 and below 1, exact to 0.0001',
    ],
  },
  {
    why: 'another venue',
    yaml: 'venue: {kind: polymarket}',
    problems: ['my.yaml:1 venue.kind: "polymarket" is not allowed: must be paper or kalshi'],
  },
  {
    why: 'a source with what only the other one has',
    yaml: 'venue: {source: generator, file: books.csv}',
    problems: ['my.yaml:1 venue.file: source generator reads no file: leave it out'],
  },
  {
    why: 'a recording without its file',
    yaml: 'venue: {source: recording}',
    problems: ['my.yaml:1 venue.file: is missing: source recording needs the CSV file with the books'],
  },
  {
    why: 'generated markets that contradict themselves',
    yaml: `venue:
  markets:
    - {market: A, start_price: 0.5, path: waypoints, spread: 0.02, levels: 1, size: 10}
    - {market: A, start_price: 0.5, path: jumpy, spread: 0.02, levels: 1, size: 10, waypoints: [{after_seconds: 5, price: 0.4}, {after_seconds: 5, price: 0.5}]}
    - market: B
      start_price: 0.5
      path: mean_reverting
      spread: 0.02
      levels: 1
      size: 10
      events:
        - {after_seconds: 1, kind: widen}
        - {after_seconds: 1, kind: gap, size: 5}
        - {after_seconds: 1, kind: close, for_seconds: 5}
        - {after_seconds: 1, kind: settle}`,
    problems: [
      'my.yaml:3 venue.markets[0].waypoints: is missing: the path waypoints needs it',
      'my.yaml:4 venue.markets[1].waypoints: the path jumpy has no waypoints: leave them out',
      'my.yaml:4 venue.markets[1].waypoints[1].after_seconds: must be later than the waypoint before',
      'my.yaml:4 venue.markets[1].market: A stands twice: each market must be named once',
      'my.yaml:12 venue.markets[2].events[0].spread: is missing: widen needs it',
      'my.yaml:13 venue.markets[2].events[1].size: gap has no size: leave it out',
      'my.yaml:14 venue.markets[2].events[2].for_seconds: close is for good: leave it out',
      'my.yaml:15 venue.markets[2].events[3].value: is missing: settle needs it',
    ],
  },
  {
    why: 'an unknown time zone',
    yaml: 'circuit_breakers: {trading_day_time_zone: America/NewYork}',
    problems: [
      'my.yaml:1 circuit_breakers.trading_day_time_zone: "America/NewYork" is not allowed: must be a time zone such as America/New_York',
    ],
  },
  {
    why: 'an empty list that needs a number',
    yaml: 'exit_pricing: {walk_aggressiveness: []}',
    problems: [
      'my.yaml:1 exit_pricing.walk_aggressiveness: is empty: must be a list of factors of walk_step',
    ],
  },
  {
    why: 'a duplicate key',
    yaml: 'log: {level: info}\nlease:\n  ttl_seconds: 5\nlog: {level: warn}',
    problems: ['my.yaml:4 log: stands twice, first in line 1'],
  },
  {
    why: 'aliases, and so every bomb of them',
    yaml: 'alerts: &a {}\ndrill: *a\nentry: {enabled: *a}',
    problems: [
      'my.yaml:2 drill: aliases (*name) are not allowed: write the value out',
      'my.yaml:3 entry.enabled: aliases (*name) are not allowed: write the value out',
    ],
  },
  {
    why: 'merge keys and tags',
    yaml: 'log:\n  <<: {level: info}\nlease: {ttl_seconds: !!int 5}',
    problems: [
      'my.yaml:2 log.<<: unknown key; the nearest known key is "level"',
      'my.yaml:3: is not valid YAML: Unresolved tag: tag:yaml.org,2002:int',
    ],
  },
  {
    why: 'a key that is no word',
    yaml: '? [a, b]\n: 1\nlog: {level: info}',
    problems: ['my.yaml:1: a key must be a plain word'],
  },
  {
    why: 'two documents',
    yaml: 'log: {level: info}\n---\nlog: {level: warn}',
    problems: [
      'my.yaml:2: is not valid YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
    ],
  },
  {
    why: 'a syntax error',
    yaml: 'log: {level: info}\nserver: [1, 2\nlease: {}',
    problems: [
      'my.yaml:3: is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    why: 'an empty file',
    yaml: '',
    problems: ['my.yaml: is empty: must be a mapping of blocks (monitoring: …)'],
  },
  {
    why: 'only comments',
    yaml: '# nothing\n',
    problems: ['my.yaml: is empty: must be a mapping of blocks (monitoring: …)'],
  },
  {
    why: 'a list',
    yaml: '- monitoring',
    problems: ['my.yaml: is a list: must be a mapping of blocks (monitoring: …)'],
  },
  {
    why: 'one word',
    yaml: 'monitoring',
    problems: ['my.yaml: is a single value: must be a mapping of blocks (monitoring: …)'],
  },
  {
    why: 'a file beyond all reason',
    yaml: `# ${'x'.repeat(1_000_000)}`,
    problems: ['my.yaml: is longer than 1000000 characters'],
  },
  {
    why: 'nesting beyond all reason',
    yaml: '['.repeat(100_000),
    problems: ['my.yaml: is nested too deeply'],
  },
];

test.each(table)('refuses $why', ({ yaml, problems }) => {
  expect(describeProblems(yaml)).toEqual(problems);
});

test('tells everything at once, in one readable message', () => {
  expect(() =>
    readOver('log: {level: loud}\nserver: {prot: 1}\n', { POSTERN_DATABASE_URL: 'mysql://x' }),
  ).toThrow(
    new ConfigError([
      {
        file: 'my.yaml',
        line: 1,
        path: 'log.level',
        message: '"loud" is not allowed: must be trace, debug, info, warn, error, fatal or silent',
      },
      {
        file: 'my.yaml',
        line: 2,
        path: 'server.prot',
        message: 'unknown key; the nearest known key is "port"',
      },
      {
        file: 'environment variable POSTERN_DATABASE_URL',
        line: null,
        path: 'database.url',
        message: 'must be a URL such as postgres://user@host:5432/postern',
      },
    ]),
  );
  expect(new ConfigError(findProblems('log: {level: loud}\nserver: {prot: 1}')).message).toBe(
    [
      'The configuration is not valid, 2 problems:',
      '  my.yaml:1 log.level: "loud" is not allowed: must be trace, debug, info, warn, error, fatal or silent',
      '  my.yaml:2 server.prot: unknown key; the nearest known key is "port"',
    ].join('\n'),
  );
});

test.each([
  ['no/such.yaml', 'no/such.yaml: is not there: there is no such file'],
  ['test', 'test: is a folder: must be a file'],
])('refuses the file %s', (file, problem) => {
  expect(() => loadConfig({ file, env: {} })).toThrow(
    `The configuration is not valid, 1 problem:\n  ${problem}`,
  );
});
