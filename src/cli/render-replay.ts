import type { DecisionRecord } from '../actors/ports.ts';
import type {
  ReplayedAttempt,
  ReplayedExit,
  ReplayedPosition,
  ReplayResult,
} from '../services/reports/replay-result.ts';
import {
  countOf,
  showDuration,
  showLot,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
} from './format.ts';
import type { Paint } from './paint.ts';
import { moneyTone, stateTone } from './tones.ts';

const OVER = new Set(['filled', 'partial', 'cancelled', 'rejected']);

/** Orders still at work when the recording ended are reported by what they had filled, with `ended_at` null. */
export function withFinishedAttempts(result: ReplayResult): ReplayResult {
  const finish = (attempt: ReplayedAttempt): ReplayedAttempt =>
    OVER.has(attempt.status)
      ? attempt
      : { ...attempt, ended_at: null, status: Number(attempt.filled) > 0 ? 'partial' : 'cancelled' };
  const positions = result.positions.map((position) => ({
    ...position,
    exits: position.exits.map((exit) => ({ ...exit, attempts: exit.attempts.map(finish) })),
  }));
  return { ...result, positions };
}

/** Each position with its exits and their attempts below it, then what it came to. */
export function renderReplay({ positions, summary }: ReplayResult, { paint }: { paint: Paint }): string[] {
  const date = summary.from.slice(0, 10) !== summary.to.slice(0, 10);
  const lines = positions.flatMap((position) => [...renderPosition(position, paint, date), '']);
  const took = showDuration(Date.parse(summary.to) - Date.parse(summary.from));
  const reasons = Object.entries(summary.exits_by_reason).map(([reason, count]) => `${reason} ${count}`);
  return [
    ...lines,
    `${showTime(summary.from, { date: true })} to ${showTime(summary.to, { date })} UTC (${took}), ${summary.mode} mode`,
    `${countOf(summary.positions, 'position')}, ${summary.closed} closed, ${countOf(summary.exits, 'exit')}, ${countOf(summary.attempts, 'order')}, ${showQuantity(summary.contracts_sold)} contracts sold`,
    ...(reasons.length > 0 ? [`exits: ${reasons.join(', ')}`] : []),
    `realized ${showMoney(summary.realized_pnl)} after ${showMoney(summary.fees).replace('+', '')} fees`,
    ...summary.alerts.map((alert) => `alert ${showTime(alert.at, { date })} ${alert.kind}: ${alert.text}`),
  ];
}

function renderPosition(position: ReplayedPosition, paint: Paint, date: boolean): string[] {
  const { id, state, quantity, entry_price, remaining, realized_pnl, exits } = position;
  const left = state === 'closed' ? '' : `, ${showQuantity(remaining)} left`;
  const bought = `${showQuantity(quantity)} at ${showPrice(entry_price)}`;
  return [
    `${paint(`#${id} ${showLot(position)}`, 'strong')}  ${paint(state, stateTone(state))}  ${bought}${left}, realized ${paint(showMoney(realized_pnl), moneyTone(realized_pnl))}`,
    ...(exits.length === 0 ? ['   no exit'] : exits.flatMap((exit) => renderExit(exit, paint, date))),
  ];
}

/** One exit: why, how much, when; then its orders. */
export function renderExit(exit: ReplayedExit, paint: Paint, date: boolean): string[] {
  const { reason, priority, quantity, filled, average_price, triggered_at, executed_at, trigger_mark } = exit;
  const average = average_price === null ? '' : ` at ${showPrice(average_price)} on average`;
  const took =
    executed_at === null ? '' : ` in ${showDuration(Date.parse(executed_at) - Date.parse(triggered_at))}`;
  const mark = trigger_mark === null ? 'without a mark' : `at mark ${showPrice(trigger_mark)}`;
  const pnl = exit.trigger_pnl_pct === null ? '' : ` (${showPercent(exit.trigger_pnl_pct)})`;
  const overruled = exit.overruled.length === 0 ? '' : `, overruled ${exit.overruled.join(', ')}`;
  return [
    `   ${paint(reason, 'strong')} ${priority}${exit.partial ? ', partial' : ''}: triggered ${showTime(triggered_at, { date })} ${mark}${pnl}${overruled}`,
    `     sold ${showQuantity(filled)} of ${showQuantity(quantity)}${average}${took}${exit.status === 'filled' ? '' : `, ${exit.status.replaceAll('_', ' ')}`}`,
    ...exit.attempts.map((attempt) => `     ${renderAttempt(attempt, date)}`),
  ];
}

function renderAttempt(attempt: ReplayedAttempt, date: boolean): string {
  const { number, order_type, limit_price, quantity, filled, average_price, placed_at, ended_at, status } =
    attempt;
  const limit =
    limit_price === null ? '' : ` ${order_type === 'market' ? 'down to' : 'at'} ${showPrice(limit_price)}`;
  const got = Number(filled) > 0 ? `, ${showQuantity(filled)} filled at ${showPrice(average_price)}` : '';
  const ended = ended_at === null ? 'still working at the end' : `${status} ${showTime(ended_at, { date })}`;
  return `${number}. ${order_type} ${showQuantity(quantity)}${limit}, placed ${showTime(placed_at, { date })}, ${ended}${got}`;
}

/** Everything the journal has on one position, then how it ended. */
export function renderStory(position: ReplayedPosition, story: readonly DecisionRecord[]): string[] {
  return [
    `#${position.id} ${showLot(position)}, ${showQuantity(position.quantity)} at ${showPrice(position.entry_price)}: ${position.state}`,
    ...story.map(
      ({ at, kind, summary }) =>
        `${showTime(new Date(at).toISOString(), { date: true })}  ${kind.padEnd(18)} ${summary}`,
    ),
  ];
}
