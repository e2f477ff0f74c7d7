import type { Verdict } from './evaluation.ts';
import type { MarketInfo, Quote } from './market.ts';
import type { ConditionRules } from './method.ts';
import { type MethodCondition, measured, type QuotedView, silent, type View } from './verdict.ts';

/** When a market settles (ms; SPEC 4): the earlier of its close and its expected expiration, or its close; null: unknown. */
export function settlementTime(
  market: MarketInfo,
  rule: Pick<ConditionRules['time_based_urgent'], 'settlementTime'>,
  at: number,
): number | null {
  const { closeTime, expectedExpiration } = market;
  if (rule.settlementTime === 'close' || expectedExpiration === null || expectedExpiration <= at)
    return closeTime;
  return closeTime === null ? expectedExpiration : Math.min(closeTime, expectedExpiration);
}

/** Too few contracts were traded in the last 24 h (SPEC 4); an unknown volume says nothing. */
export const isVolumeLow = (
  { volume24h }: MarketInfo,
  { minVolume }: ConditionRules['liquidity_dried_up'],
): boolean => volume24h !== null && volume24h < minVolume;

/** `liquidity_dried_up` before arming and confirmations (SPEC 4): wide spread, low volume, or no bid beside an ask. */
export function isIlliquid(
  quote: Quote,
  market: MarketInfo,
  rule: ConditionRules['liquidity_dried_up'],
): boolean {
  return isVolumeLow(market, rule) || isBookIlliquid(quote, rule);
}

/** The part of `isIlliquid` that the book itself says: what arms the condition is a liquid book, whatever the volume. */
export function isBookIlliquid({ bid, ask }: Quote, rule: ConditionRules['liquidity_dried_up']): boolean {
  if (ask === null) return false;
  return bid === null || ask - bid > rule.maxSpread;
}

/** `circuit_breaker` (SPEC 4, 9): the daily-loss breaker is tripped; value and threshold are its P&L and its (negative) limit in 1e-6 $. */
export function judgeCircuitBreaker(self: MethodCondition, view: View): Verdict {
  const { tripped, pnl, limit } = view.surroundings.dailyLoss;
  const distance = tripped ? 0 : pnl === null || limit === null ? null : Math.max(0, pnl - limit);
  return measured(self, tripped, 'money', pnl, limit, distance);
}

/** `time_based_urgent` (SPEC 4): the time left to settlement is less than `withinMs`, in ms. */
export function judgeTime(self: MethodCondition, view: View): Verdict {
  const rule = view.method.conditions.time_based_urgent;
  const settlement = settlementTime(view.surroundings.market, rule, view.at);
  if (settlement === null) return silent(self, 'no settlement time known');
  const left = settlement - view.at;
  const holds = left < rule.withinMs;
  return measured(self, holds, 'ms', left, rule.withinMs, Math.max(0, left - rule.withinMs));
}

/** `liquidity_dried_up` (SPEC 4): the spread in 1e-4 $, or the volume in 0.01 contracts where that is what is too low. */
export function judgeLiquidity(self: MethodCondition, view: QuotedView): Verdict {
  const { quote, method, row } = view;
  const { market } = view.surroundings;
  const rule = method.conditions.liquidity_dried_up;
  const holds = isIlliquid(quote, market, rule);
  const spread = quote.bid === null || quote.ask === null ? null : quote.ask - quote.bid;
  const wide = spread !== null && spread > rule.maxSpread;
  const byVolume = isVolumeLow(market, rule) && !wide;
  const distance = holds ? 0 : spread === null ? null : rule.maxSpread - spread;
  const verdict = byVolume
    ? measured(self, holds, 'quantity', market.volume24h, rule.minVolume, 0)
    : measured(self, holds, 'price', spread, rule.maxSpread, distance);
  if (!row.sawLiquidBook) {
    verdict.status = 'silent';
    verdict.note = 'not armed: no liquid book was seen since adoption';
  } else if (quote.bid === null) verdict.note = 'no bid beside an ask';
  else if (spread === null) verdict.note = 'no ask: the spread is unknown';
  else if (market.volume24h === null) verdict.note = 'no volume known: the volume rule is silent';
  return verdict;
}
