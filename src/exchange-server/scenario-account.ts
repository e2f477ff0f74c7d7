import type { Money, Quantity } from '../domain/money.ts';
import type { Tier } from '../exchange/specs.ts';
import type { ScenarioAccount, ScenarioFill, ScenarioHolding } from './scenario.ts';
import { contracts, deed, duration, outcome, tradable } from './scenario-events.ts';
import { crossCheck, list, mapping, money, text, word } from './scenario-values.ts';

const TIERS = ['basic', 'advanced', 'expert', 'premier', 'paragon', 'prime', 'prestige'] as const;

export const ticker = () =>
  text('a ticker (at most 100 capital letters, digits, "." and "-")', /^[A-Z0-9.-]{1,100}$/);

const fillSchema = mapping({
  seconds_ago: duration(),
  action: deed().optional(),
  quantity: contracts(),
  price: tradable(),
}).transform(
  (fill): ScenarioFill => ({
    agoMs: fill.seconds_ago,
    action: fill.action ?? 'buy',
    quantity: fill.quantity,
    price: fill.price,
  }),
);

const HOUR_MS = 3_600_000;

const holdingSchema = crossCheck(
  mapping({
    market: ticker(),
    side: outcome(),
    quantity: contracts().optional(),
    entry_price: tradable().optional(),
    fills: list(fillSchema, 'fills ({seconds_ago, quantity, price}); [] for none', 0).optional(),
  }),
  (holding, report) => {
    const fills = Array.isArray(holding.fills) ? holding.fills : [];
    for (const key of ['quantity', 'entry_price'] as const) {
      if (fills.length > 0 && holding[key] !== undefined)
        report([key], 'follows from the fills: leave it out');
      if (fills.length === 0 && holding[key] === undefined)
        report([key], 'is missing: without fills it is needed');
    }
    const held = runningTotals(fills);
    if (held.some((quantity) => quantity < 0)) report(['fills'], 'sell more than was bought');
    else if (held.at(-1) === 0) report(['fills'], 'leave nothing: must end with something held');
  },
).transform(({ market, side, quantity, entry_price, fills }): ScenarioHolding => {
  if (fills && fills.length > 0)
    return { market, side, fills, quantity: runningTotals(fills).at(-1)!, price: averagePaid(fills) };
  const bought: ScenarioFill = { agoMs: HOUR_MS, action: 'buy', quantity: quantity!, price: entry_price! };
  return { market, side, quantity: quantity!, price: entry_price!, fills: fills ?? [bought] };
});

function runningTotals(fills: readonly ScenarioFill[]): Quantity[] {
  let held = 0;
  return [...fills]
    .sort((a, b) => b.agoMs - a.agoMs)
    .map(({ action, quantity }) => {
      held += action === 'buy' ? quantity : -quantity;
      return held;
    });
}

function averagePaid(fills: readonly ScenarioFill[]): number {
  const bought = fills.filter(({ action }) => action === 'buy');
  const cost: Money = bought.reduce((sum, fill) => sum + fill.price * fill.quantity, 0);
  return Math.round(cost / bought.reduce((sum, fill) => sum + fill.quantity, 0));
}

/** Cash, tier and what is held from the start. */
export const accountSchema = mapping({
  cash: money({ min: '0', max: '1000000000' }),
  tier: word(TIERS).optional(),
  holdings: list(holdingSchema, 'holdings ({market, side, quantity, entry_price})').optional(),
}).transform(
  ({ cash, tier, holdings }): ScenarioAccount => ({
    cash,
    tier: (tier ?? 'basic') as Tier,
    holdings: holdings ?? [],
  }),
);
