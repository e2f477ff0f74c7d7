import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupRule } from '../../src/domain/market-groups.ts';
import { checkRisk, describeRisk, type Exposure, type RiskInput } from '../../src/domain/risk.ts';

const CALM = { dailyLoss: false, api: false, database: false };

/** $1,000, the limits of the SPEC, one correlated group, $25 in another event. */
const anInput = (overrides: Partial<RiskInput> = {}): RiskInput => ({
  market: 'KXNFLGAME-26OCT04KCBUF-KC',
  side: 'yes',
  smallest: 520_000,
  balance: 1_000_000_000,
  exposures: [{ market: 'KXNFLGAME-26OCT04NYJMIA-MIA', side: 'no', cost: 25_000_000, kind: 'position' }],
  limits: {
    maxOpenPositions: 10,
    maxDeployed: 500_000,
    maxGroupExposure: 100_000,
    maxCorrelatedExposure: 200_000,
    marketGroups: [],
    correlatedGroups: [{ name: 'sunday', tickers: ['*-26OCT04*'] }],
  },
  breakers: CALM,
  paused: false,
  ...overrides,
});

const bought = (market: string, cost: number, change: Partial<Exposure> = {}): Exposure => ({
  market,
  side: 'yes',
  cost,
  kind: 'position',
  ...change,
});

describe('checkRisk', () => {
  it('reports every check with its numbers', () => {
    const none = { unit: 'none', limit: null, current: null, wouldBe: null } as const;
    const numbers = { passed: true, note: null } as const;
    expect(checkRisk(anInput())).toEqual({
      passed: true,
      room: 100_000_000,
      verdicts: [
        {
          check: 'open_positions',
          about: null,
          unit: 'count',
          limit: 10,
          current: 1,
          wouldBe: 2,
          ...numbers,
        },
        {
          check: 'deployed_capital',
          about: null,
          unit: 'money',
          limit: 500_000_000,
          current: 25_000_000,
          wouldBe: 25_520_000,
          ...numbers,
        },
        {
          check: 'market_group',
          about: 'KXNFLGAME-26OCT04KCBUF',
          unit: 'money',
          limit: 100_000_000,
          current: 0,
          wouldBe: 520_000,
          ...numbers,
        },
        {
          check: 'correlated_group',
          about: 'sunday',
          unit: 'money',
          limit: 200_000_000,
          current: 25_000_000,
          wouldBe: 25_520_000,
          ...numbers,
        },
        {
          check: 'daily_loss_breaker',
          about: null,
          passed: true,
          ...none,
          note: 'The daily-loss breaker is not tripped.',
        },
        { check: 'api_breaker', about: null, passed: true, ...none, note: 'The API breaker is not tripped.' },
        {
          check: 'database_breaker',
          about: null,
          passed: true,
          ...none,
          note: 'The database breaker is not tripped.',
        },
        { check: 'entries_paused', about: null, passed: true, ...none, note: 'Entries are not paused.' },
        {
          check: 'one_entry_per_market',
          about: 'KXNFLGAME-26OCT04KCBUF-KC',
          passed: true,
          ...none,
          note: 'Nothing is held or ordered in KXNFLGAME-26OCT04KCBUF-KC.',
        },
      ],
    });
  });

  it('goes on after the first failure, and says them all', () => {
    const report = checkRisk(
      anInput({
        exposures: Array.from({ length: 10 }, (_, i) =>
          bought(i === 0 ? 'KXNFLGAME-26OCT04KCBUF-KC' : `OTHER-26OCT04-${i}`, 50_000_000, {
            kind: i === 0 ? 'entry' : 'position',
          }),
        ),
        breakers: { dailyLoss: true, api: true, database: true },
        paused: true,
      }),
    );
    expect(report.passed).toBe(false);
    expect(report.room).toBe(0);
    expect(report.verdicts.map(({ check, passed }) => [check, passed])).toEqual([
      ['open_positions', false],
      ['deployed_capital', false],
      ['market_group', true],
      ['correlated_group', false],
      ['daily_loss_breaker', false],
      ['api_breaker', false],
      ['database_breaker', false],
      ['entries_paused', false],
      ['one_entry_per_market', false],
    ]);
    expect(report.verdicts.filter(({ passed }) => !passed).map(describeRisk)).toEqual([
      'Open positions are 10 and would be 11, more than the limit of 10.',
      'Deployed capital is $500.00 and would be $500.52, more than the limit of $500.00.',
      'Exposure in correlated group sunday is $500.00 and would be $500.52, more than the limit of $200.00.',
      'The daily-loss breaker is tripped.',
      'The API breaker is tripped.',
      'The database breaker is tripped.',
      'Entries are paused.',
      'A yes entry works in KXNFLGAME-26OCT04KCBUF-KC.',
    ]);
  });

  it.each<{ name: string; change: Partial<RiskInput>; failed: string[]; room: number }>([
    {
      name: 'the smallest entry fills the group to the last millionth',
      change: { exposures: [bought('KXNFLGAME-26OCT04KCBUF-BUF', 99_480_000)] },
      failed: [],
      room: 520_000,
    },
    {
      name: 'one millionth more is too much',
      change: { exposures: [bought('KXNFLGAME-26OCT04KCBUF-BUF', 99_480_001)] },
      failed: ['market_group'],
      room: 519_999,
    },
    {
      name: 'entries that work count like positions',
      change: { exposures: [bought('KXNFLGAME-26OCT04KCBUF-BUF', 99_480_001, { kind: 'entry' })] },
      failed: ['market_group'],
      room: 519_999,
    },
    {
      name: 'a rule makes one group of two events',
      change: {
        exposures: [bought('KXNFLGAME-26OCT11KCDEN-KC', 99_900_000)],
        limits: { ...anInput().limits, marketGroups: [{ name: 'chiefs', tickers: ['*KC*-KC'] }] },
      },
      failed: ['market_group'],
      room: 100_000,
    },
    {
      name: 'limits are rounded down',
      change: { balance: 9, smallest: 1, exposures: [] },
      failed: ['market_group'],
      room: 0,
    },
    {
      name: 'a market in no correlated group is limited by the others',
      change: { limits: { ...anInput().limits, correlatedGroups: [] } },
      failed: [],
      room: 100_000_000,
    },
    {
      name: 'an overdrawn account has no room',
      change: { balance: -1_000_000, exposures: [] },
      failed: ['deployed_capital', 'market_group', 'correlated_group'],
      room: 0,
    },
  ])('$name', ({ change, failed, room }) => {
    const report = checkRisk(anInput(change));
    expect(report.verdicts.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual(failed);
    expect(report.room).toBe(room);
  });

  it('reports each correlated group, and says when there is none', () => {
    const limits = {
      ...anInput().limits,
      correlatedGroups: [
        { name: 'nfl', tickers: ['KXNFL*'] },
        { name: 'nba', tickers: ['KXNBA*'] },
        { name: 'sunday', tickers: ['*-26OCT04*'] },
      ],
    };
    const groupsIn = (market: string) =>
      checkRisk(anInput({ limits, market }))
        .verdicts.filter(({ check }) => check === 'correlated_group')
        .map((verdict) => verdict.about ?? verdict.note);
    expect(groupsIn('KXNFLGAME-26OCT04KCBUF-KC')).toEqual(['nfl', 'sunday']);
    expect(groupsIn('KXMLB-26-NYY')).toEqual(['KXMLB-26-NYY is in no correlated group.']);
  });

  it.each<{ name: string; exposures: Exposure[]; note: string }>([
    { name: 'the same side is held', exposures: [bought('M-1', 1)], note: 'A yes position is held in M-1.' },
    {
      name: 'the other side is held',
      exposures: [bought('M-1', 1, { side: 'no' })],
      note: 'A no position is held in M-1; buying yes would net against it.',
    },
    {
      name: 'two lots and an entry',
      exposures: [bought('M-1', 1), bought('M-2', 1), bought('M-1', 1), bought('M-1', 1, { kind: 'entry' })],
      note: 'A yes position is held in M-1, and 2 more.',
    },
  ])('one entry per market: $name', ({ exposures, note }) => {
    const { verdicts } = checkRisk(anInput({ market: 'M-1', exposures }));
    expect(verdicts.at(-1)).toMatchObject({ check: 'one_entry_per_market', passed: false, note });
  });

  it('throws rather than rounding a sum', () => {
    const exposures = [bought('A', Number.MAX_SAFE_INTEGER), bought('B', 1)];
    expect(() => checkRisk(anInput({ exposures }))).toThrow(RangeError);
  });
});

const MARKETS = ['NFL-1-A', 'NFL-1-B', 'NFL-2-A', 'NBA-1-A', 'NBA-2-B'];
const anyShare = fc.integer({ min: 0, max: 1_000_000 });
const anyAccount = fc.record({
  market: fc.constantFrom(...MARKETS),
  side: fc.constantFrom('yes' as const, 'no' as const),
  smallest: fc.integer({ min: 1, max: 20_000_000 }),
  balance: fc.integer({ min: 0, max: 2_000_000_000 }),
  exposures: fc.array(
    fc.record({
      market: fc.constantFrom(...MARKETS),
      side: fc.constantFrom('yes' as const, 'no' as const),
      cost: fc.integer({ min: 0, max: 60_000_000 }),
      kind: fc.constantFrom('position' as const, 'entry' as const),
    }),
    { maxLength: 8 },
  ),
  limits: fc.record({
    maxOpenPositions: fc.integer({ min: 0, max: 9 }),
    maxDeployed: anyShare,
    maxGroupExposure: anyShare,
    maxCorrelatedExposure: anyShare,
    marketGroups: fc.constantFrom<GroupRule[]>([], [{ name: 'first games', tickers: ['*-1-*'] }]),
    correlatedGroups: fc.constantFrom<GroupRule[]>(
      [],
      [
        { name: 'nfl', tickers: ['NFL*'] },
        { name: 'a', tickers: ['*A'] },
      ],
    ),
  }),
  breakers: fc.record({ dailyLoss: fc.boolean(), api: fc.boolean(), database: fc.boolean() }),
  paused: fc.boolean(),
});

/** SPEC 11 by hand for the markets and rules above: what is exposed with this market, against each limit. */
function moneyChecks({ market, balance, exposures, limits }: RiskInput) {
  const sum = (counts: (other: string) => boolean) =>
    exposures.reduce((total, held) => total + (counts(held.market) ? BigInt(held.cost) : 0n), 0n);
  const share = (fraction: number) => (BigInt(balance) * BigInt(fraction)) / 1_000_000n;
  const [, game] = market.split('-');
  const byRule = limits.marketGroups.length > 0;
  const sameGroup = (other: string) => {
    if (!byRule) return other.slice(0, 5) === market.slice(0, 5);
    const [, otherGame] = other.split('-');
    return game === '1' ? otherGame === '1' : otherGame !== '1' && other.slice(0, 5) === market.slice(0, 5);
  };
  const checks: [limit: bigint, current: bigint][] = [
    [share(limits.maxDeployed), sum(() => true)],
    [share(limits.maxGroupExposure), sum(sameGroup)],
  ];
  if (limits.correlatedGroups.length > 0) {
    const most = share(limits.maxCorrelatedExposure);
    if (market.startsWith('NFL')) checks.push([most, sum((other) => other.startsWith('NFL'))]);
    if (market.endsWith('A')) checks.push([most, sum((other) => other.endsWith('A'))]);
  }
  return checks;
}

describe('any account', () => {
  it('passes exactly when every limit holds and nothing is tripped', () => {
    fc.assert(
      fc.property(anyAccount, (input) => {
        const report = checkRisk(input);
        const checks = moneyChecks(input);
        const { breakers, exposures, limits, paused, market, smallest } = input;
        const fits = checks.every(([limit, current]) => current + BigInt(smallest) <= limit);
        const isCalm = !breakers.dailyLoss && !breakers.api && !breakers.database && !paused;
        const isNew = exposures.every((held) => held.market !== market);
        expect(report.passed).toBe(fits && isCalm && isNew && exposures.length < limits.maxOpenPositions);
        const left = checks.map(([limit, current]) => Number(limit - current));
        expect(report.room).toBe(Math.max(0, Math.min(...left)));
        const reported = report.verdicts.filter(({ unit }) => unit === 'money');
        expect(reported.map(({ limit, current }) => [limit, current])).toEqual(
          checks.map(([limit, current]) => [Number(limit), Number(current)]),
        );
      }),
    );
  });

  it('has room for exactly its room', () => {
    fc.assert(
      fc.property(anyAccount, (input) => {
        const { room } = checkRisk(input);
        const holds = (smallest: number) =>
          checkRisk({ ...input, smallest }).verdicts.every(({ unit, passed }) => unit !== 'money' || passed);
        if (room > 0) expect(holds(room)).toBe(true);
        expect(holds(room + 1)).toBe(false);
      }),
    );
  });

  it('says every verdict as one sentence', () => {
    fc.assert(
      fc.property(anyAccount, (input) => {
        for (const verdict of checkRisk(input).verdicts)
          expect(describeRisk(verdict)).toMatch(/^[A-Z][^\n]* [^\n]*\.$/);
      }),
    );
  });
});
