import { describe, expect, it } from 'vitest';
import { arrange } from '../../page/overview/arrange.ts';
import { type Choice, FIRST_CHOICE, readChoice, sayChoice } from '../../page/overview/choice.ts';
import { totalUp } from '../../page/overview/totals.ts';
import type { PositionView } from '../../src/services/operations/operations.ts';

const OPEN: PositionView = {
  id: 't1',
  market: 'MARKET',
  side: 'yes',
  state: 'open',
  quantity: '100.00',
  remaining: '100.00',
  entry_price: '0.5000',
  mark: '0.5000',
  mark_age_seconds: 1,
  pnl_pct: '0.000000',
  unrealized_pnl: '0.000000',
  realized_pnl: '0.000000',
  method: 'default',
  method_version: 1,
  confidence: 'medium',
  held: false,
  awaiting_settlement: false,
  trailing_stop: null,
  peak: null,
  nearest: { condition: 'stop_loss', price: '0.4000', distance: '0.1000' },
  exit: null,
  opened_at: '2026-02-08T12:00:00.000Z',
  updated_at: '2026-02-08T12:00:00.000Z',
};

const position = (id: string, more: Partial<PositionView> = {}): PositionView => ({ ...OPEN, id, ...more });

const near = (distance: string): Partial<PositionView> => ({
  nearest: { condition: 'stop_loss', price: '0.4000', distance },
});

const exit = (priority: string): Partial<PositionView> => ({
  exit: {
    ...{ reason: 'stop_loss', priority, step: 'market', walks: 0, repeats: 0, attempt: 1 },
    ...{ limit_price: null, deadline: null, next: null, next_price: null },
  },
});

describe('what needs attention first', () => {
  it.each<[string, PositionView, PositionView]>([
    [
      'failed before walking',
      position('a', { state: 'failed' }),
      position('b', { state: 'walking', ...exit('CRITICAL') }),
    ],
    [
      'walking before exiting',
      position('a', { state: 'walking', ...exit('LOW') }),
      position('b', { state: 'exiting', ...exit('CRITICAL') }),
    ],
    [
      'of exits the more urgent one',
      position('b', { state: 'exiting', ...exit('CRITICAL') }),
      position('a', { state: 'exiting', ...exit('LOW') }),
    ],
    [
      'exiting before urgent',
      position('b', { state: 'exiting', ...exit('LOW') }),
      position('a', { state: 'urgent' }),
    ],
    [
      'urgent before open, however near',
      position('b', { state: 'urgent', ...near('0.0200') }),
      position('a', near('0.0100')),
    ],
    ['the nearer threshold', position('b', near('0.0100')), position('a', near('0.0200'))],
    ['no mark before a mark', position('b', { mark: null, nearest: null }), position('a', near('0.0001'))],
    [
      'open before what waits for settlement',
      position('b', { nearest: null }),
      position('a', { mark: null, awaiting_settlement: true }),
    ],
    ['closed ones last', position('b', { awaiting_settlement: true }), position('a', { state: 'closed' })],
    [
      'of closed ones the newest',
      position('b', { state: 'closed', updated_at: '2026-02-08T12:00:01.000Z' }),
      position('a', { state: 'closed' }),
    ],
  ])('%s', (_name, first, second) => {
    expect(arrange([second, first], FIRST_CHOICE)).toEqual([first.id, second.id]);
  });
});

describe('the order by a column', () => {
  const gain = position('gain', { unrealized_pnl: '10.000000' });
  const loss = position('loss', { unrealized_pnl: '-2.500000' });
  const unknown = position('unknown', { unrealized_pnl: null });
  const sold = position('sold', { state: 'closed', unrealized_pnl: null, realized_pnl: '5.000000' });
  const all = [unknown, gain, sold, loss];

  it.each<[string, boolean, string[]]>([
    ['the worst first', false, ['loss', 'sold', 'gain', 'unknown']],
    ['the best first, what is missing last all the same', true, ['gain', 'sold', 'loss', 'unknown']],
  ])('%s', (_name, descending, ids) => {
    expect(arrange(all, { ...FIRST_CHOICE, column: 'pnl', descending })).toEqual(ids);
  });
});

describe('what is shown', () => {
  const all = [
    position('t1', { market: 'NFL-SEA' }),
    position('t2', { market: 'NFL-NE', side: 'no', state: 'urgent' }),
    position('t3', { market: 'NBA-LAL', method: 'nba' }),
  ];
  it.each<[string, Partial<Choice>, string[]]>([
    ['a part of the market in any case', { text: 'nfl' }, ['t2', 't1']],
    ['the id', { text: 'T3' }, ['t3']],
    ['the method', { text: 'nba' }, ['t3']],
    ['each of two words', { text: 'nfl sea' }, ['t1']],
    ['a state', { states: new Set(['urgent']) }, ['t2']],
    ['a side', { sides: new Set(['yes']) }, ['t3', 't1']],
    ['all of them together', { text: 'nfl', sides: new Set(['yes']), states: new Set(['urgent']) }, []],
  ])('%s', (_name, change, ids) => {
    expect(arrange(all, { ...FIRST_CHOICE, ...change })).toEqual(ids);
  });
});

describe('the choice in the address', () => {
  it.each<[string, Choice]>([
    ['', FIRST_CHOICE],
    ['?sort=-state', { ...FIRST_CHOICE, descending: true }],
    [
      '?q=nfl+sea&state=failed,urgent&side=no&sort=-pnl_pct',
      {
        text: 'nfl sea',
        states: new Set(['failed', 'urgent']),
        sides: new Set(['no']),
        column: 'pnl_pct',
        descending: true,
      },
    ],
  ])('%s is said and read', (query, choice) => {
    expect(sayChoice(choice)).toBe(query);
    expect(readChoice(query)).toEqual(choice);
  });

  it('leaves out what it does not know', () => {
    expect(readChoice('?state=lost&side=maybe&sort=-luck')).toEqual(FIRST_CHOICE);
  });
});

describe('the sums', () => {
  it('leave out what has no mark, and say so', () => {
    const views = [
      position('t1', { mark: '0.1000', remaining: '0.10', unrealized_pnl: '0.100000' }),
      position('t2', { mark: '0.2000', remaining: '0.10', unrealized_pnl: '0.200000' }),
      position('t3', { mark: null, unrealized_pnl: null, state: 'exiting' }),
      position('t4', { state: 'closed', mark: null, unrealized_pnl: null }),
    ];
    expect(totalUp(views)).toEqual({
      states: new Map([
        ['open', 2],
        ['exiting', 1],
        ['closed', 1],
      ]),
      open: 3,
      unmarked: 1,
      worth: '0.030000',
      unrealized: '0.300000',
    });
  });

  it('are unknown, not zero, when nothing has a mark', () => {
    const { worth, unrealized } = totalUp([position('t1', { mark: null, unrealized_pnl: null })]);
    expect({ worth, unrealized }).toEqual({ worth: null, unrealized: null });
  });
});
