import { judgeEarlyExit, judgeEdgeDisappeared, judgeRebalance } from './edge-conditions.ts';
import type { Verdict } from './evaluation.ts';
import { conditionPriorities } from './exit-priority.ts';
import { judgeCircuitBreaker, judgeLiquidity, judgeTime } from './market-conditions.ts';
import { CONDITIONS, type ConditionName, type Method } from './method.ts';
import { judgePartialExit, judgeProfitTarget, judgeStopLoss, judgeTrailingStop } from './pnl-conditions.ts';
import {
  type MethodCondition,
  type MethodNotes,
  type PricedView,
  type QuotedView,
  silent,
  type View,
} from './verdict.ts';

type Judgement =
  | { needs: 'nothing'; judge: (self: MethodCondition, view: View) => Verdict }
  | { needs: 'quote'; judge: (self: MethodCondition, view: QuotedView) => Verdict }
  | { needs: 'bid'; judge: (self: MethodCondition, view: PricedView) => Verdict };

/** SPEC section 4. */
const TABLE: Record<ConditionName, Judgement> = {
  stop_loss: { needs: 'bid', judge: judgeStopLoss },
  circuit_breaker: { needs: 'nothing', judge: judgeCircuitBreaker },
  trailing_stop: { needs: 'bid', judge: judgeTrailingStop },
  time_based_urgent: { needs: 'nothing', judge: judgeTime },
  liquidity_dried_up: { needs: 'quote', judge: judgeLiquidity },
  profit_target: { needs: 'bid', judge: judgeProfitTarget },
  partial_exit_target: { needs: 'bid', judge: judgePartialExit },
  early_exit: { needs: 'bid', judge: judgeEarlyExit },
  edge_disappeared: { needs: 'bid', judge: judgeEdgeDisappeared },
  rebalance: { needs: 'bid', judge: judgeRebalance },
};

/** One of the ten conditions with the function that judges it. */
export type TableRow = MethodCondition & { judgement: Judgement };

/** A method's conditions in the order of CONDITIONS, and its notes: computed once per method. */
export interface ConditionTable {
  rows: readonly TableRow[];
  notes: MethodNotes;
}

const tables = new WeakMap<Method, ConditionTable>();

/** The ten conditions as a method has them. Methods are versioned and never change: the answer is kept. Throws when its priorities miss a condition. */
export function conditionTable(method: Method): ConditionTable {
  let table = tables.get(method);
  if (!table) {
    table = { rows: CONDITIONS.map((name) => tableRow(name, method)), notes: notesOf(method) };
    tables.set(method, table);
  }
  return table;
}

/**
 * One condition's answer (SPEC 4) with value, threshold and distance: `triggered` when it holds, before confirmations,
 * rests and holds are looked at, `clear` when it does not, `silent` with a note when it cannot speak.
 */
export function judge(row: TableRow, view: View): Verdict {
  if (!row.rule.enabled) return silent(row, 'disabled');
  const { status } = view.surroundings.market;
  if (status !== 'open') return silent(row, MARKET_RESTS[status]);
  const { judgement } = row;
  if (judgement.needs === 'nothing') return judgement.judge(row, view);
  if (!isQuoted(view)) return silent(row, 'no fresh quote');
  if (judgement.needs === 'quote') return judgement.judge(row, view);
  return isPriced(view) ? judgement.judge(row, view) : silent(row, 'no bid');
}

const isQuoted = (view: View): view is QuotedView => view.quote !== null;
const isPriced = (view: View): view is PricedView => view.prices !== null;

const MARKET_RESTS = {
  paused: 'market is paused',
  closed: 'market is closed',
  settled: 'market is settled',
} as const;

const tableRow = (name: ConditionName, method: Method): TableRow => ({
  name,
  priority: conditionPriorities(method)[name],
  rule: method.conditions[name],
  judgement: TABLE[name],
});

const notesOf = ({ trailingStop, maxModelAgeMs }: Method): MethodNotes => ({
  stopInactive: `activates at P&L >= ${trailingStop.activation / 10_000} %`,
  modelAged: `the model probability is older than ${maxModelAgeMs / 60_000} min`,
});
