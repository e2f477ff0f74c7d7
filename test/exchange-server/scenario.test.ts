import { describe, expect, test } from 'vitest';
import { openExchange } from '../../src/exchange-server/open-exchange.ts';
import { PRACTICE_FILE, parseScenario, readScenario } from '../../src/exchange-server/read-scenario.ts';
import { GB } from './rig.ts';

const START = Date.UTC(2026, 10, 22, 12);

describe('practice.yaml', () => {
  const practice = readScenario(PRACTICE_FILE);

  test('opens an exchange that holds its ten positions', () => {
    const { positions, cash } = openExchange(practice, 'unused', START).truth().accounts.practice!;
    expect(positions).toEqual({
      'KXNFLGAME-26NOV29-GB': 10_000,
      'KXNBAGAME-26NOV24-BOS': 8_000,
      'KXNFLGAME-26NOV29-KC': 10_000,
      'KXHIGHNY-26NOV23-B52.5': 6_000,
      'KXBTCD-26NOV2217-T94999.99': -5_000,
      'KXFEDDECISION-26DEC-H25': 100_000,
      'KXATPMATCH-26NOV22-SIN': 1_234,
      'KXSPOTIFYD-26NOV22-SWI': 2_500,
      'KXGDP-26Q4-T2.5': 5_000,
      'KXOSCARPIC-27-ODY': 3_000,
    });
    expect(cash).toEqual({ 0: 2_500_000_000 });
  });

  test('has a NO side, another shard, sub-cent grids and a market that closes', () => {
    expect(practice.account.holdings.filter(({ side }) => side === 'no')).toHaveLength(1);
    expect(practice.markets.filter(({ shard }) => shard === 2)).toHaveLength(1);
    expect(practice.markets.filter(({ grid }) => grid !== 'linear_cent')).toHaveLength(2);
    expect(practice.markets.filter(({ closeAfterMs }) => closeAfterMs === 400_000)).toHaveLength(1);
  });

  test('the holding bought and sold in parts has what its fills add up to', () => {
    const held = practice.account.holdings.find(({ market }) => market === 'KXNFLGAME-26NOV29-KC')!;
    expect(held).toMatchObject({ quantity: 10_000, price: 4_000 });
    const truth = openExchange(practice, 'unused', START).truth().accounts.practice!;
    const fills = truth.fills.filter(({ ticker }) => ticker === held.market);
    expect(fills.map(({ side, count, price }) => [side, count, price])).toEqual([
      ['bid', 6_000, 3_800],
      ['bid', 6_000, 4_200],
      ['ask', 2_000, 4_500],
    ]);
    expect(truth.portfolios[0]![held.market]).toMatchObject({ quantity: 10_000, cost: 40_000_000 });
  });
});

const refusalOf = (text: string): string => {
  try {
    parseScenario('my.yaml', text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the scenario was taken');
};

const scenario = (market: string, account = 'cash: 10') => `name: x
markets:
  - market: ${GB}
    start_price: 0.50
    spread: 0.02
    size: 10
    ${market}
account:
  ${account}
`;

describe('a bad scenario is refused with file, line, path, value and what is allowed', () => {
  test.each([
    ['an empty file', '', 'my.yaml: is empty: must be a mapping'],
    ['a list', '- a', 'my.yaml: a list is not allowed: must be a mapping'],
    ['no YAML', 'a: [', 'my.yaml:1 is not valid YAML: '],
    ['a key twice', 'name: a\nname: b', 'my.yaml:2 is not valid YAML: Map keys must be unique'],
    [
      'a price beyond 1',
      scenario('waypoints: [{after_seconds: 1, price: 1.5}]'),
      'my.yaml:7 markets[0].waypoints[0].price: "1.5" is not allowed: must be a price in dollars exact to 0.0001, above 0, below 1',
    ],
    [
      'a price too fine',
      scenario('waypoints: [{after_seconds: 1, price: 0.50001}]'),
      'my.yaml:7 markets[0].waypoints[0].price: "0.50001" is not allowed: must be a price in dollars',
    ],
    [
      'waypoints out of order',
      scenario('waypoints: [{after_seconds: 5, price: 0.5}, {after_seconds: 5, price: 0.6}]'),
      'my.yaml:7 markets[0].waypoints[1].after_seconds: must be later than the waypoint before',
    ],
    [
      'an unknown key',
      scenario('volume: 5'),
      'my.yaml:7 markets[0].volume: unknown key: must be market, title,',
    ],
    [
      'an unknown grid',
      scenario('grid: cents'),
      'my.yaml:7 markets[0].grid: "cents" is not allowed: must be linear_cent, deci_cent or tapered_deci_cent',
    ],
    [
      'an unknown event',
      scenario('events: [{after_seconds: 1, kind: crash}]'),
      'my.yaml:7 markets[0].events[0].kind: "crash" is not allowed: must be bid_vanishes,',
    ],
    [
      'an event that lacks what it needs',
      scenario('events: [{after_seconds: 1, kind: settle}]'),
      'my.yaml:7 markets[0].events[0].value: is missing: settle needs it',
    ],
    [
      'an event with what it has no use for',
      scenario('events: [{after_seconds: 1, kind: close, for_seconds: 2}]'),
      'my.yaml:7 markets[0].events[0].for_seconds: close does not last: leave it out',
    ],
    [
      'levels beside a list of sizes',
      scenario('levels: 3').replace('size: 10', 'size: [10, 20]'),
      'my.yaml:7 markets[0].levels: the sizes are listed one by one: leave it out',
    ],
    [
      'no cash',
      scenario('levels: 3', 'tier: basic'),
      'my.yaml:9 account.cash: is missing: must be an amount in dollars',
    ],
    [
      'a holding in no market',
      scenario(
        'levels: 3',
        'holdings: [{market: KX-B, side: yes, quantity: 1, entry_price: 0.5}]\n  cash: 1',
      ),
      'my.yaml:9 account.holdings[0].market: "KX-B" is none of the markets',
    ],
    [
      'a holding that says its quantity twice',
      scenario(
        'levels: 3',
        `cash: 1\n  holdings: [{market: ${GB}, side: yes, quantity: 1, fills: [{seconds_ago: 1, quantity: 1, price: 0.5}]}]`,
      ),
      'my.yaml:10 account.holdings[0].quantity: follows from the fills: leave it out',
    ],
    [
      'fills that sell more than was bought',
      scenario(
        'levels: 3',
        `cash: 1\n  holdings: [{market: ${GB}, side: yes, fills: [{seconds_ago: 1, action: sell, quantity: 1, price: 0.5}]}]`,
      ),
      'my.yaml:10 account.holdings[0].fills: sell more than was bought',
    ],
  ])('%s', (_, text, problem) => {
    expect(refusalOf(text)).toContain(problem);
  });

  test('all problems come at once', () => {
    expect(refusalOf(scenario('grid: x\n    levels: 0', 'tier: x'))).toMatch(/, 4 problems:\n/);
  });

  test('a file that is not there', () => {
    expect(() => readScenario('/nowhere/my.yaml')).toThrow(
      '/nowhere/my.yaml is not there: there is no such file',
    );
  });
});
