/** The journal's sentences about entries (SPEC 14): each step with the numbers it was decided on. */
import { type EntryContext, payableEdge } from '../../domain/entry.ts';
import {
  type Fraction,
  formatFraction,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  type Price,
} from '../../domain/money.ts';
import { describeRisk, type RiskVerdict } from '../../domain/risk.ts';
import type { EntryEnding } from '../../machines/entry-machine.ts';
import type { DecisionRecord, EdgeRecord } from '../ports.ts';

export const pricedAt = (price: Price): string => `$${formatPrice(price)}`;
const paid = (money: Money): string => `$${formatMoney(money).replace(/0{1,4}$/, '')}`;
export const pointsOf = (fraction: Fraction): string => formatFraction(fraction).replace(/0{1,4}$/, '');

export const entryNote = (
  edgeId: string,
  at: number,
  kind: string,
  summary: string,
  data: Record<string, unknown> = {},
): DecisionRecord => ({ positionId: edgeId, exitId: null, at, kind, summary, data });

/** What a step of an entry decided. */
export function stepNote(
  step: 'detected' | 'validated' | 'checked' | 'sized' | 'ordered',
  seed: EdgeRecord,
  context: EntryContext,
): DecisionRecord {
  const { summary, data } = NOTES[step](seed, context);
  return entryNote(context.edgeId, context.at, `entry.${step}`, summary, data);
}

type Note = (seed: EdgeRecord, context: EntryContext) => { summary: string; data?: Record<string, unknown> };

const NOTES: Record<'detected' | 'validated' | 'checked' | 'sized' | 'ordered', Note> = {
  detected: ({ market, side, probability, source, at, replaces }, { rules }) => ({
    summary: `${source} gives ${side.toUpperCase()} of ${market} ${pointsOf(probability)}: an edge for method ${rules.method.name}${replaces === null ? '' : `, in place of position ${replaces}`}`,
    data: { probability: formatFraction(probability), modelAt: at, source, replaces },
  }),
  validated: (_, { probability, offer, rules }) => ({
    summary: `edge ${pointsOf(payableEdge(probability, offer!))} at ${pricedAt(offer!.ask)} with ${paid(offer!.fee)} fee a contract, at least ${pointsOf(rules.minEdge)} is asked`,
    data: {
      ask: formatPrice(offer!.ask),
      fee: formatMoney(offer!.fee),
      edge: formatFraction(payableEdge(probability, offer!)),
    },
  }),
  checked: (_, { assessment }) => {
    const { report, balance } = assessment!;
    const failed = report.verdicts.filter(({ passed }) => !passed);
    return {
      summary:
        failed.length === 0
          ? `all ${report.verdicts.length} risk checks passed; the limits leave ${paid(report.room)}`
          : sentencesOf(failed),
      data: { balance: formatMoney(balance), verdicts: report.verdicts.map(describeRisk) },
    };
  },
  sized: (_, { assessment }) => {
    const sizing = assessment!.sizing;
    if (sizing?.kind !== 'sized') return { summary: 'no size' };
    const { quantity, spend, fraction, stake, cappedBy } = sizing;
    return {
      summary: `buy ${formatQuantity(quantity)} contracts for ${paid(spend)} with the fee: full Kelly is ${pointsOf(fraction)}, our stake ${paid(stake)}, capped by ${cappedBy}`,
      data: { kelly: formatFraction(fraction), stake: formatMoney(stake), cappedBy },
    };
  },
  ordered: (_, { order }) => {
    const { clientId, quantity, limitPrice, deadline, placedAt } = order!;
    return {
      summary: `order ${clientId}: buy ${formatQuantity(quantity)} at ${pricedAt(limitPrice)}, cancelled after ${(deadline - placedAt) / 1000} s`,
      data: { clientId, limitPrice: formatPrice(limitPrice) },
    };
  },
};

export const sentencesOf = (failed: readonly RiskVerdict[]): string => failed.map(describeRisk).join(' ');

/** Why an entry ended as it did. */
export function endingReason({ cause }: EntryEnding, context: EntryContext): string {
  return REASONS[cause](context);
}

const REASONS: Record<EntryEnding['cause'], (context: EntryContext) => string> = {
  bought: ({ order }) =>
    `bought ${formatQuantity(order!.filled)} of ${formatQuantity(order!.quantity)} for ${paid(order!.cost)} and ${paid(order!.fees)} fees`,
  nothing_seen: ({ offer, info, cash }) => {
    const lacks = [offer ? [] : 'a fresh offer', info ? [] : 'the market', cash === null ? 'the cash' : []];
    return `its time ran out without ${lacks.flat().join(', ') || 'a fresh offer'}`;
  },
  not_trading: ({ info }) => `the market is ${info!.status}`,
  settles_soon: ({ rules }) =>
    `the market settles within ${rules.time.withinMs / 60_000} min: the position would be left at once`,
  edge_gone: ({ probability, offer, rules }) =>
    `edge gone: ${pointsOf(payableEdge(probability, offer!))} at ${pricedAt(offer!.ask)}, at least ${pointsOf(rules.minEdge)} is asked`,
  risk: ({ assessment }) => sentencesOf(assessment!.report.verdicts.filter(({ passed }) => !passed)),
  size: ({ assessment }) => {
    const sizing = assessment!.sizing;
    if (sizing?.kind !== 'refused') return 'no size';
    return sizing.reason === 'no_edge'
      ? `Kelly refuses: its fraction is ${pointsOf(sizing.fraction)}`
      : `too small: Kelly wants ${formatQuantity(sizing.wanted)} contracts, its fraction is ${pointsOf(sizing.fraction)}, and limits, cash and book leave less than one step`;
  },
  unrecorded: ({ calledOff }) => `its order could not be recorded: ${calledOff}`,
  venue: ({ order }) => `the venue refused the order: ${order!.end!.refusal ?? 'no reason given'}`,
  timed_out: ({ order }) =>
    `nothing of ${formatQuantity(order!.quantity)} at ${pricedAt(order!.limitPrice)} was filled in time`,
  called_off: ({ calledOff }) => calledOff!,
  failed: ({ calledOff }) => calledOff!,
};
