import type { AlertRecord, DecisionRecord, PositionFile } from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import { nextLimitPrice } from '../../domain/exit-forecast.ts';
import type { MarketInfo } from '../../domain/market.ts';
import type { Method } from '../../domain/method.ts';
import { formatFraction, formatMoney, formatPrice, formatQuantity, type Price } from '../../domain/money.ts';
import { averageFloor, pnlFraction, realizedPnl, unrealizedPnl } from '../../domain/pnl.ts';
import { type Position, remaining } from '../../domain/position.ts';
import { advance } from '../../domain/position-facts.ts';
import type { JournalEntry, PositionDetail, PositionView } from '../operations/operations.ts';
import { describeNextStep } from './exit-outlook.ts';
import { describeExit, isoTime } from './replay-result.ts';

/** A position with its last evaluation, as they are at `at` (ms). */
export interface Viewed {
  position: Position;
  evaluation: Evaluation | null;
  at: number;
  /** What its next order is priced by, where a monitor runs. */
  pricing?: { method: Method; market: MarketInfo };
}

/** The position as lists show it. A closed one has no mark any more. */
export function viewPosition(viewed: Viewed): PositionView {
  const { position, evaluation, at } = viewed;
  const isClosed = position.phase === 'closed';
  const mark = isClosed ? null : position.bid;
  return {
    id: position.id,
    market: position.market,
    side: position.side,
    state: position.phase,
    quantity: formatQuantity(position.quantity),
    remaining: formatQuantity(isClosed ? 0 : remaining(position)),
    entry_price: formatPrice(averageFloor(position)),
    mark: orNull(mark, formatPrice),
    mark_age_seconds:
      mark === null || position.quotedAt === null
        ? null
        : Math.max(0, Math.round(at - position.quotedAt) / 1000),
    pnl_pct: orNull(mark, (price) => formatFraction(pnlFraction(position, price))),
    unrealized_pnl: orNull(mark, (price) => formatMoney(unrealizedPnl(position, price))),
    realized_pnl: formatMoney(realizedPnl(position)),
    method: position.method,
    method_version: position.methodVersion,
    confidence: position.confidence,
    held: position.held,
    awaiting_settlement: position.awaitingSettlement,
    trailing_stop: orNull(position.trailingStop, formatPrice),
    peak: orNull(position.peak, formatPrice),
    nearest: isClosed ? null : nearestOf(evaluation),
    exit: exitOf(viewed),
    opened_at: isoTime(position.openedAt),
    updated_at: isoTime(position.at),
  };
}

export interface Story {
  viewed: Viewed;
  /** With all of its exits and attempts. */
  file: PositionFile;
  decisions: readonly DecisionRecord[];
  alerts: readonly AlertRecord[];
}

/** One position with its exits, its journal and its open alerts. */
export function detailPosition({ viewed, file, decisions, alerts }: Story): PositionDetail {
  return {
    ...viewPosition(viewed),
    exits: file.exits
      .toSorted((a, b) => a.number - b.number)
      .map((exit) => describeExit(exit, file.attempts)),
    journal: decisions.map(journalEntry),
    alerts: alerts
      .filter(({ positionId, resolvedAt }) => positionId === viewed.position.id && resolvedAt === null)
      .map(({ kind, severity, text, raisedAt }) => ({ kind, severity, text, raised_at: isoTime(raisedAt) })),
  };
}

/** A line of the journal, its time in words. */
export const journalEntry = ({
  positionId,
  exitId,
  at,
  kind,
  summary,
  data,
}: DecisionRecord): JournalEntry => ({
  positionId,
  exitId,
  at: isoTime(at),
  kind,
  summary,
  data,
});

const orNull = (price: Price | null, show: (price: Price) => string): string | null =>
  price === null ? null : show(price);

function nearestOf(evaluation: Evaluation | null): PositionView['nearest'] {
  const nearest = evaluation?.nearest ?? null;
  if (nearest === null) return null;
  const { condition, price, distance } = nearest;
  return { condition, price: formatPrice(price), distance: formatPrice(distance) };
}

function exitOf({ position, at, pricing }: Viewed): PositionView['exit'] {
  const { exit } = position;
  if (exit === null) return null;
  const { reason, priority, step, walks, repeats, attempts, attempt, deadline } = exit;
  return {
    reason,
    priority,
    step,
    walks,
    repeats,
    attempt: attempts,
    limit_price: orNull(attempt?.limitPrice ?? null, formatPrice),
    deadline: deadline === null ? null : isoTime(deadline),
    next: describeNextStep(position, at),
    next_price: orNull(
      pricing ? nextLimitPrice(advance(position, at), pricing.method, pricing.market) : null,
      formatPrice,
    ),
  };
}
