import type { PositionDetail } from '../services/operations/operations.ts';
import { describeEvent } from './event-line.ts';
import {
  plainText,
  showAge,
  showLot,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
} from './format.ts';
import type { Paint } from './paint.ts';
import { describeExitStep, describeNearest } from './positions-table.ts';
import { renderExit } from './render-replay.ts';
import { moneyTone, severityTone, stateTone } from './tones.ts';

/** How many lines of the journal `show` prints. */
const JOURNAL_LINES = 12;

/** One position: what is held, what it is worth, its exits, its alerts and the end of its journal. */
export function renderPosition(position: PositionDetail, paint: Paint): string[] {
  const { id, state, exits, alerts, journal } = position;
  return [
    `${paint(`${showLot(position)}`, 'strong')} (${id})  ${paint(state, stateTone(state))}`,
    ...facts(position, paint).map(([name, value]) => `  ${name.padEnd(14)} ${value}`),
    ...section(
      'exits',
      exits.flatMap((exit) => renderExit(exit, paint, true)),
    ),
    ...section(
      'alerts',
      alerts.map(({ raised_at, kind, severity, text }) =>
        paint(`  ${showTime(raised_at, { date: true })} ${kind}: ${plainText(text)}`, severityTone(severity)),
      ),
    ),
    ...section(
      'journal',
      journal
        .slice(-JOURNAL_LINES)
        .map((entry) => `  ${showTime(entry.at, { date: true })}  ${describeEvent(entry, null)}`),
    ),
  ];
}

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

function facts(position: PositionDetail, paint: Paint): [string, string][] {
  const { quantity, remaining, entry_price, mark, mark_age_seconds, pnl_pct, unrealized_pnl } = position;
  const { realized_pnl, method, method_version, confidence, trailing_stop, peak, held } = position;
  return [
    ['holds', `${showQuantity(remaining)} of ${showQuantity(quantity)}, bought at ${showPrice(entry_price)}`],
    ['mark', mark === null ? 'none yet' : `${showPrice(mark)}, ${showAge(mark_age_seconds)} old`],
    [
      'unrealized',
      paint(`${showMoney(unrealized_pnl)} (${showPercent(pnl_pct)})`, moneyTone(unrealized_pnl)),
    ],
    ['realized', paint(showMoney(realized_pnl), moneyTone(realized_pnl))],
    ['method', `${method} version ${method_version}, confidence ${confidence}`],
    [
      'trailing stop',
      trailing_stop === null
        ? `not active (peak ${showPrice(peak)})`
        : `${showPrice(trailing_stop)}, peak ${showPrice(peak)}`,
    ],
    ['nearest', describeNearest(position)],
    ...(position.exit === null ? [] : [['exit', describeExitStep(position.exit)] as [string, string]]),
    ...(held
      ? [['held', 'yes: only CRITICAL conditions may exit; `postern release` undoes it'] as [string, string]]
      : []),
    ...(position.awaiting_settlement
      ? [['waits', 'for settlement: its market has closed'] as [string, string]]
      : []),
    [
      'opened',
      `${showTime(position.opened_at, { date: true })} UTC, last change ${showTime(position.updated_at, { date: true })}`,
    ],
  ];
}
