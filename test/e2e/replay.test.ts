import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, runPostern } from '../cli/run-postern.ts';

const HEADER = 'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size';
const BOOKS = [
  HEADER,
  '2026-02-08T19:00:00,GAME,0.60,100,0.61,100',
  '2026-02-08T19:00:10,GAME,0.50,40,0.51,100',
  '2026-02-08T19:00:12,GAME,0.48,100,0.50,100',
  '2026-02-08T19:00:15,GAME,0.48,100,0.50,100',
  '2026-02-08T19:00:20,GAME,0.48,100,0.50,100',
];
const POSITIONS = `
- {market: GAME, side: yes, quantity: 100, entry_price: 0.60, volume_24h: 5000}
- {market: GAME, side: no, quantity: 20, entry_price: 0.41, volume_24h: 5000}
`;

let cwd: string;
const postern = (...args: string[]): Promise<Ended> => runPostern(args, { cwd });
const put = (name: string, content: string): Promise<void> => writeFile(join(cwd, name), content);

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'postern-replay-'));
  await put('books.csv', `${BOOKS.join('\n')}\n`);
  await put('positions.yaml', POSITIONS);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('postern replay', () => {
  test('tells programs what became of each position, the same bytes each time', async () => {
    const runs = await Promise.all(
      [1, 2].map(() => postern('replay', 'books.csv', '--positions', 'positions.yaml', '--json')),
    );
    const [first, second] = runs as [Ended, Ended];
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(second.stdout).toBe(first.stdout);
    expect(JSON.parse(first.stdout)).toEqual(RESULT);
  });

  test('tells people the same', async () => {
    const { code, stdout, stderr } = await postern('replay', 'books.csv', '--positions', 'positions.yaml');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(TEXT);
  });

  test('polls when asked to', async () => {
    const { code, stdout } = await postern(
      'replay',
      'books.csv',
      '--positions',
      'positions.yaml',
      '--mode',
      'poll',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout).summary.mode).toBe('poll');
  });

  test('an order still at work when the books end is told as what it had filled by then', async () => {
    const args = ['replay', 'books.csv', '--positions', 'last.yaml', '--json'];
    await put(
      'last.yaml',
      '- {market: GAME, side: yes, quantity: 10, entry_price: 0.40, opened_at: 2026-02-08T19:00:11Z, volume_24h: 500}\n',
    );
    const { positions } = JSON.parse((await postern(...args)).stdout);
    expect(positions[0].state).toBe('exiting');
    expect(positions[0].exits[0].attempts).toEqual([
      {
        number: 1,
        order_type: 'limit',
        limit_price: '0.4900',
        quantity: '5.00',
        filled: '0.00',
        average_price: null,
        placed_at: '2026-02-08T19:00:12.000Z',
        ended_at: null,
        status: 'cancelled',
      },
    ]);
  });

  test('explains one position with the whole of its journal', async () => {
    const { code, stdout } = await postern(
      'replay',
      'books.csv',
      '--positions',
      'positions.yaml',
      '--explain',
      '1',
    );
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('#1 YES GAME, 100 at $0.60: closed');
    expect(lines.slice(1).map((line) => line.split(/\s{2,}/)[1])).toEqual([
      'position.adopted',
      'exit.triggered',
      'order.placed',
      'state.changed',
      'order.over',
      'order.placed',
      'order.over',
      'exit.ended',
      'state.changed',
    ]);
  });

  test('generates books from a seed, with what the generator knows of its markets', async () => {
    await put(
      'config.yaml',
      `venue: {kind: paper, source: generator, seed: 1, markets: [
  {market: FALLS, start_price: 0.60, path: waypoints, waypoints: [{after_seconds: 60, price: 0.40}],
   volatility: 0, spread: 0.02, levels: 2, size: 100, volume_24h: 900}]}\n`,
    );
    await put('falls.yaml', '- {market: FALLS, side: yes, quantity: 10, entry_price: 0.60}\n');
    const args = [
      'replay',
      '--seed',
      '7',
      '--minutes',
      '2',
      '--positions',
      'falls.yaml',
      '--config',
      'config.yaml',
      '--json',
    ];
    const [first, second] = await Promise.all([postern(...args), postern(...args)]);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(second.stdout).toBe(first.stdout);
    const { positions, summary } = JSON.parse(first.stdout);
    expect(positions[0]).toMatchObject({
      market: 'FALLS',
      state: 'closed',
      exits: [{ reason: 'stop_loss' }],
    });
    expect(summary).toMatchObject({ to: '2026-01-01T00:01:59.000Z', notes: [] });
  });
});

describe('postern replay refuses', () => {
  const refusal = async (args: string[], code: number, ...words: string[]): Promise<void> => {
    const ended = await postern('replay', ...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr.split('\n')[0]).toMatch(/^postern: /);
    for (const word of words) expect(ended.stderr).toContain(word);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  };
  const withPositions = (books: string): string[] => [books, '--positions', 'positions.yaml'];

  test('books that are not there, and a folder in their place', async () => {
    await refusal(withPositions('nope.csv'), 2, 'nope.csv: does not exist');
    await refusal(withPositions('.'), 2, '.: is a folder, not a file');
  });

  test('positions that are not there', () =>
    refusal(['books.csv', '--positions', 'nope.yaml'], 2, 'nope.yaml: does not exist'));

  test('a config that is not there', () =>
    refusal([...withPositions('books.csv'), '--config', 'nope.yaml'], 2, 'nope.yaml: is not there'));

  test.each([
    [
      'a malformed line',
      '2026-02-08T19:00:21,GAME,0.5x,1,0.6,1',
      'bad.csv:7: best_bid_price: "0.5x" is not allowed',
    ],
    ['a crossed line', '2026-02-08T19:00:21,GAME,0.55,1,0.54,1', 'bad.csv:7: is crossed'],
    ['times that go back', '2026-02-08T18:00:21,GAME,0.5,1,0.54,1', 'bad.csv:7: timestamp'],
    ['a half-written line', '2026-02-08T19:00:21,GA', 'bad.csv:7: the last line is half-written'],
  ])('%s, with its number', async (_, line, words) => {
    await put('bad.csv', [...BOOKS, line].join('\n'));
    await refusal(withPositions('bad.csv'), 1, words);
  });

  test('columns that are missing', async () => {
    await put('bad.csv', 'timestamp,ticker\n');
    await refusal(withPositions('bad.csv'), 1, 'bad.csv:1: columns missing: best_bid_price');
  });

  test('all that is wrong with the positions at once', async () => {
    await put(
      'bad.yaml',
      [
        '- {market: GAME, side: maybe, quantity: 1, entry_price: 0.5}',
        '- {market: GAME, side: yes, quantity: -1, entry_price: 1.5, confidnce: high}',
      ].join('\n'),
    );
    await refusal(
      ['books.csv', '--positions', 'bad.yaml'],
      2,
      'bad.yaml:1 [0].side: "maybe" is not allowed',
      'bad.yaml:2 [1].quantity: "-1" is not allowed',
      'bad.yaml:2 [1].entry_price: "1.5" is not allowed',
      'bad.yaml:2 [1].confidnce: unknown key; the nearest known key is "confidence"',
    );
  });

  test('markets the books lack and methods the config lacks, all at once', async () => {
    await put(
      'bad.yaml',
      [
        '- {market: OTHER, side: yes, quantity: 1, entry_price: 0.5}',
        '- {market: GAME, side: yes, quantity: 1, entry_price: 0.5, method: nfk}',
      ].join('\n'),
    );
    await refusal(
      ['books.csv', '--positions', 'bad.yaml'],
      2,
      'bad.yaml:1 [0].market: "OTHER" is not in books.csv, which has GAME',
      'bad.yaml:2 [1].method: "nfk" is not allowed (did you mean nfl?)',
    );
  });

  test.each([
    ['no books', ['--positions', 'positions.yaml'], 'name a file with books, or a --seed'],
    ['no positions', ['books.csv'], '--positions FILE'],
    ['books and a seed', [...withPositions('books.csv'), '--seed', '1'], 'leave the file out'],
    ['minutes without a seed', [...withPositions('books.csv'), '--minutes', '1'], '--minutes needs --seed'],
    ['a seed without markets', ['--seed', '1', '--positions', 'positions.yaml'], 'venue.markets'],
    ['a mode that is none', [...withPositions('books.csv'), '--mode', 'pool'], 'poll, stream'],
    ['a seed that is no number', ['--seed', 'x', '--positions', 'positions.yaml'], 'must be a whole number'],
    ['a position that is not there', [...withPositions('books.csv'), '--explain', '3'], 'has 1 to 2'],
    ['a second file', ['books.csv', 'more.csv', '--positions', 'positions.yaml'], 'too many arguments'],
  ])('%s', (_, args, words) => refusal(args, 2, words));
});

const RESULT = {
  positions: [
    {
      id: '1',
      market: 'GAME',
      side: 'yes',
      quantity: '100.00',
      entry_price: '0.6000',
      state: 'closed',
      remaining: '0.00',
      realized_pnl: '-12.948400',
      exits: [
        {
          reason: 'stop_loss',
          priority: 'CRITICAL',
          quantity: '100.00',
          filled: '100.00',
          partial: false,
          status: 'filled',
          triggered_at: '2026-02-08T19:00:10.000Z',
          executed_at: '2026-02-08T19:00:15.000Z',
          trigger_mark: '0.5000',
          trigger_pnl_pct: '-0.166667',
          average_price: '0.4880',
          overruled: [],
          attempts: [
            {
              number: 1,
              order_type: 'market',
              limit_price: '0.4000',
              quantity: '100.00',
              filled: '40.00',
              average_price: '0.5000',
              placed_at: '2026-02-08T19:00:10.000Z',
              ended_at: '2026-02-08T19:00:10.000Z',
              status: 'partial',
            },
            {
              number: 2,
              order_type: 'market',
              limit_price: '0.2800',
              quantity: '60.00',
              filled: '60.00',
              average_price: '0.4800',
              placed_at: '2026-02-08T19:00:15.000Z',
              ended_at: '2026-02-08T19:00:15.000Z',
              status: 'filled',
            },
          ],
        },
      ],
    },
    {
      id: '2',
      market: 'GAME',
      side: 'no',
      quantity: '20.00',
      entry_price: '0.4100',
      state: 'open',
      remaining: '10.00',
      realized_pnl: '0.900000',
      exits: [
        {
          reason: 'partial_exit_target',
          priority: 'MEDIUM',
          quantity: '10.00',
          filled: '10.00',
          partial: true,
          status: 'filled',
          triggered_at: '2026-02-08T19:00:10.000Z',
          executed_at: '2026-02-08T19:00:12.000Z',
          trigger_mark: '0.4900',
          trigger_pnl_pct: '0.195121',
          average_price: '0.5000',
          overruled: [],
          attempts: [
            {
              number: 1,
              order_type: 'limit',
              limit_price: '0.5000',
              quantity: '10.00',
              filled: '10.00',
              average_price: '0.5000',
              placed_at: '2026-02-08T19:00:10.000Z',
              ended_at: '2026-02-08T19:00:12.000Z',
              status: 'filled',
            },
          ],
        },
      ],
    },
  ],
  summary: {
    from: '2026-02-08T19:00:00.000Z',
    to: '2026-02-08T19:00:20.000Z',
    mode: 'stream',
    positions: 2,
    closed: 1,
    exits: 2,
    exits_by_reason: {
      stop_loss: 1,
      partial_exit_target: 1,
    },
    attempts: 3,
    contracts_sold: '110.00',
    realized_pnl: '-12.048400',
    fees: '1.748400',
    alerts: [],
    notes: [],
  },
};

const TEXT = `#1 YES GAME  closed  100 at $0.60, realized −$12.95
   stop_loss CRITICAL: triggered 19:00:10 at mark $0.50 (−16.67 %)
     sold 100 of 100 at $0.488 on average in 5.0 s
     1. market 100 down to $0.40, placed 19:00:10, partial 19:00:10, 40 filled at $0.50
     2. market 60 down to $0.28, placed 19:00:15, filled 19:00:15, 60 filled at $0.48

#2 NO GAME  open  20 at $0.41, 10 left, realized +$0.90
   partial_exit_target MEDIUM, partial: triggered 19:00:10 at mark $0.49 (+19.51 %)
     sold 10 of 10 at $0.50 on average in 2.0 s
     1. limit 10 at $0.50, placed 19:00:10, filled 19:00:12, 10 filled at $0.50

2026-02-08 19:00:00 to 19:00:20 UTC (20.0 s), stream mode
2 positions, 1 closed, 2 exits, 3 orders, 110 contracts sold
exits: stop_loss 1, partial_exit_target 1
realized −$12.05 after $1.75 fees
`;
