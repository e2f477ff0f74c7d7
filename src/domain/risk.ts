/** The risk checks before an entry (SPEC 11): all of them, each with the numbers it saw. */
import type { Side } from './market.ts';
import { correlatedGroupsOf, type GroupRule, marketGroupOf } from './market-groups.ts';
import { checked, type Fraction, formatMoney, type Money, mulDivFloor, WHOLE } from './money.ts';

export type RiskCheckName =
  | 'open_positions'
  | 'deployed_capital'
  | 'market_group'
  | 'correlated_group'
  | 'daily_loss_breaker'
  | 'api_breaker'
  | 'database_breaker'
  | 'entries_paused'
  | 'one_entry_per_market';

/** One check's answer. Limit, current and would-be are in the unit given (money in 1e-6 $), null for `none`. */
export interface RiskVerdict {
  check: RiskCheckName;
  /** The group or market it is about; null: the whole account. */
  about: string | null;
  passed: boolean;
  unit: 'count' | 'money' | 'none';
  limit: number | null;
  current: number | null;
  /** With the smallest possible entry added. */
  wouldBe: number | null;
  /** What a check without numbers found, as a sentence. */
  note: string | null;
}

/** What is at stake in a market already. */
export interface Exposure {
  market: string;
  side: Side;
  /** Paid for what is still held, or reserved by an entry that works, fees included. */
  cost: Money;
  kind: 'position' | 'entry';
}

export interface RiskLimits {
  maxOpenPositions: number;
  /** Shares of the balance. */
  maxDeployed: Fraction;
  maxGroupExposure: Fraction;
  maxCorrelatedExposure: Fraction;
  marketGroups: readonly GroupRule[];
  correlatedGroups: readonly GroupRule[];
}

export interface RiskInput {
  market: string;
  side: Side;
  /** Price and fee of the smallest order. */
  smallest: Money;
  balance: Money;
  exposures: readonly Exposure[];
  limits: RiskLimits;
  /** True: tripped. */
  breakers: { dailyLoss: boolean; api: boolean; database: boolean };
  paused: boolean;
}

export interface RiskReport {
  verdicts: RiskVerdict[];
  passed: boolean;
  /** What all money limits together still leave for this market, ≥ 0. */
  room: Money;
}

/**
 * Every check on buying one smallest order in a market, in the order of RiskCheckName. Money limits are
 * ⌊share × balance⌋ (1e-6 $) and hold when the exposure with the entry is at most the limit. Room is the least of
 * limit − exposure over them. Throws a RangeError when a sum leaves the exact range.
 */
export function checkRisk(input: RiskInput): RiskReport {
  const { breakers, exposures, limits, paused } = input;
  const money = moneyVerdicts(input);
  const verdicts = [
    within('open_positions', null, 'count', limits.maxOpenPositions, exposures.length, 1),
    ...money,
    stated(
      'daily_loss_breaker',
      !breakers.dailyLoss,
      `The daily-loss breaker ${tripped(breakers.dailyLoss)}.`,
    ),
    stated('api_breaker', !breakers.api, `The API breaker ${tripped(breakers.api)}.`),
    stated('database_breaker', !breakers.database, `The database breaker ${tripped(breakers.database)}.`),
    stated('entries_paused', !paused, `Entries are ${paused ? '' : 'not '}paused.`),
    judgeMarket(input),
  ];
  const left = money.flatMap(({ limit, current }) =>
    limit === null || current === null ? [] : [limit - current],
  );
  return {
    verdicts,
    passed: verdicts.every((verdict) => verdict.passed),
    room: Math.max(0, Math.min(...left)),
  };
}

/** One sentence for people: what is, what would be, and the limit. */
export function describeRisk({
  check,
  about,
  passed,
  unit,
  limit,
  current,
  wouldBe,
  note,
}: RiskVerdict): string {
  if (limit === null || current === null || wouldBe === null)
    return note ?? `${check} ${passed ? 'passed' : 'failed'}.`;
  const text = unit === 'money' ? dollars : String;
  const verdict = passed ? 'within' : 'more than';
  return `${subject(check, about)} ${text(current)} and would be ${text(wouldBe)}, ${verdict} the limit of ${text(limit)}.`;
}

/** Deployed capital, the market's group, and each of its correlated groups. */
function moneyVerdicts({ market, smallest, balance, exposures, limits }: RiskInput): RiskVerdict[] {
  const { marketGroups, correlatedGroups } = limits;
  const limited = (
    check: RiskCheckName,
    about: string | null,
    share: Fraction,
    counted: readonly Exposure[],
  ) => within(check, about, 'money', mulDivFloor(balance, share, WHOLE), costOf(counted), smallest);
  const group = marketGroupOf(market, marketGroups);
  const inGroup = exposures.filter((held) => marketGroupOf(held.market, marketGroups) === group);
  const correlated = correlatedGroupsOf(market, correlatedGroups).map((name) => {
    const inName = exposures.filter((held) =>
      correlatedGroupsOf(held.market, correlatedGroups).includes(name),
    );
    return limited('correlated_group', name, limits.maxCorrelatedExposure, inName);
  });
  return [
    limited('deployed_capital', null, limits.maxDeployed, exposures),
    limited('market_group', group, limits.maxGroupExposure, inGroup),
    ...(correlated.length > 0
      ? correlated
      : [stated('correlated_group', true, `${market} is in no correlated group.`)]),
  ];
}

/** The other side counts too: buying it would net against what is held. */
function judgeMarket({ market, side, exposures }: RiskInput): RiskVerdict {
  const there = exposures.filter((held) => held.market === market);
  const [held] = there;
  if (held === undefined)
    return stated('one_entry_per_market', true, `Nothing is held or ordered in ${market}.`, market);
  const what = held.kind === 'position' ? `A ${held.side} position is held` : `A ${held.side} entry works`;
  const more = there.length > 1 ? `, and ${there.length - 1} more` : '';
  const netting = there.some((known) => known.side !== side) ? `; buying ${side} would net against it` : '';
  return stated('one_entry_per_market', false, `${what} in ${market}${more}${netting}.`, market);
}

function within(
  check: RiskCheckName,
  about: string | null,
  unit: 'count' | 'money',
  limit: number,
  current: number,
  added: number,
): RiskVerdict {
  const wouldBe = checked(current + added);
  return { check, about, passed: wouldBe <= limit, unit, limit, current, wouldBe, note: null };
}

const stated = (
  check: RiskCheckName,
  passed: boolean,
  note: string,
  about: string | null = null,
): RiskVerdict => ({ check, about, passed, unit: 'none', limit: null, current: null, wouldBe: null, note });

const costOf = (exposures: readonly Exposure[]): Money =>
  exposures.reduce((sum, { cost }) => checked(sum + cost), 0);

const tripped = (is: boolean): string => `is ${is ? '' : 'not '}tripped`;

function subject(check: RiskCheckName, about: string | null): string {
  if (check === 'open_positions') return 'Open positions are';
  if (check === 'deployed_capital') return 'Deployed capital is';
  return `Exposure in ${check === 'market_group' ? 'market' : 'correlated'} group ${about} is`;
}

/** 12500000 → "$12.50": at least cents, and whatever is not zero. */
const dollars = (money: Money): string =>
  `${money < 0 ? '−' : ''}$${formatMoney(Math.abs(money)).replace(/0{1,4}$/, '')}`;
