import {
  type AlertRecord,
  type AttemptRecord,
  type Clock,
  type EntryAttemptRecord,
  type ExitRecord,
  isEntry,
  type Severity,
  type Store,
} from '../../actors/ports.ts';
import type { Side } from '../../domain/market.ts';
import type { Priority } from '../../domain/method.ts';
import { formatMoney, formatPrice, formatQuantity } from '../../domain/money.ts';
import { type Advice, adviceOf } from '../alerts/advice.ts';
import { type JournalEntry, OperationError } from '../operations/operations.ts';
import { journalEntry } from '../reports/position-views.ts';
import { averagePrice, describeExit, isoTime, type ReplayedExit } from '../reports/replay-result.ts';

/** An exit of a position, with each of its orders. */
export interface ExitView extends ReplayedExit {
  exit_id: string;
  position: string;
  number: number;
  walks: number;
  fees: string;
  ended_at: string | null;
  note: string | null;
}

/** An order, whatever became of it: a sale for an exit, or a purchase for an edge. */
export interface OrderView {
  client_id: string;
  /** Null until the venue has said it. */
  venue_order_id: string | null;
  position: string | null;
  exit_id: string | null;
  edge: string | null;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
  time_in_force: 'ioc' | 'gtc';
  /** Null: the venue's own market order. */
  limit_price: string | null;
  quantity: string;
  filled: string;
  average_price: string | null;
  fees: string;
  status: string;
  cancel_requested: boolean;
  placed_at: string;
  filled_at: string | null;
  ended_at: string | null;
  error: string | null;
}

export interface AlertView {
  /** Names the incident. */
  key: string;
  kind: string;
  severity: Severity;
  position: string | null;
  text: string;
  /** What Postern does next, and what a person should do; null for a kind of another version. */
  advice: Advice | null;
  raised_at: string;
  last_at: string;
  times: number;
  resolved_at: string | null;
}

/** What the store and the open alerts say, beside what operations answer. */
export interface Records {
  exitsOf(id: string): Promise<ExitView[]>;
  ordersOf(id: string): Promise<OrderView[]>;
  /** Exits that ended since `since` (ms; null: a day ago), and those at work; newest first. */
  exits(filter: { since: number | null; limit: number; priority: Priority | null }): Promise<ExitView[]>;
  /** Orders that are not known to be over, oldest first. */
  openOrders(): Promise<OrderView[]>;
  /** Oldest first; the last `limit` lines. */
  journal(filter: { position: string | null; limit: number }): Promise<JournalEntry[]>;
  /** The open ones, or the last `limit` that were resolved. */
  alerts(filter: { open: boolean; limit: number }): Promise<AlertView[]>;
}

export interface RecordsOptions {
  store: Pick<Store, 'position' | 'period' | 'openPositions' | 'entriesAtWork' | 'decisions' | 'alerts'>;
  clock: Pick<Clock, 'now'>;
  /** As they are in memory: they are answered while the store is not. */
  openAlerts: { list(): AlertRecord[] };
}

const DAY_MS = 24 * 3_600_000;
/** How far back exits are looked for: what is older is in the reports of its days. */
export const LONGEST_DAYS = 7;

export function createRecords({ store, clock, openAlerts }: RecordsOptions): Records {
  const fileOf = async (id: string) => {
    const file = await store.position(id);
    if (!file) throw new OperationError('not_found', `there is no position ${id}`);
    return file;
  };
  return {
    exitsOf: async (id) => {
      const { exits, attempts } = await fileOf(id);
      return exits.toSorted((a, b) => a.number - b.number).map((exit) => viewExit(exit, attempts));
    },
    ordersOf: async (id) => (await fileOf(id)).attempts.toSorted(byPlacing).map(viewOrder),
    exits: async ({ since, limit, priority }) => {
      const now = clock.now();
      const from = since ?? now - DAY_MS;
      if (now - from > LONGEST_DAYS * DAY_MS)
        throw new OperationError('invalid', `since: must be at most ${LONGEST_DAYS} days ago`);
      const { exits, attempts } = await store.period(from, now + 1);
      return exits
        .filter((exit) => priority === null || exit.priority === priority)
        .sort((a, b) => b.triggeredAt - a.triggeredAt || (a.exitId < b.exitId ? 1 : -1))
        .slice(0, limit)
        .map((exit) => viewExit(exit, attempts));
    },
    openOrders: async () => {
      const sales = (await store.openPositions()).flatMap(({ attempts }) => attempts);
      const purchases = (await store.entriesAtWork()).flatMap(({ attempts }) => attempts);
      return [...sales, ...purchases]
        .filter(({ endedAt }) => endedAt === null)
        .sort(byPlacing)
        .map(viewOrder);
    },
    journal: async ({ position, limit }) => {
      const lines = await store.decisions({ limit, ...(position === null ? {} : { positionId: position }) });
      return lines.map(journalEntry);
    },
    alerts: async ({ open, limit }) => {
      if (open) return openAlerts.list().map(viewAlert);
      const resolved = await store.alerts({ open: false });
      return resolved
        .sort((a, b) => b.resolvedAt! - a.resolvedAt!)
        .slice(0, limit)
        .map(viewAlert);
    },
  };
}

export const viewAlert = (alert: AlertRecord): AlertView => ({
  key: alert.key,
  kind: alert.kind,
  severity: alert.severity,
  position: alert.positionId,
  text: alert.text,
  advice: adviceOf(alert),
  raised_at: isoTime(alert.raisedAt),
  last_at: isoTime(alert.lastAt),
  times: alert.times,
  resolved_at: timeOrNull(alert.resolvedAt),
});

const viewExit = (exit: ExitRecord, attempts: AttemptRecord[]): ExitView => ({
  exit_id: exit.exitId,
  position: exit.positionId,
  number: exit.number,
  ...describeExit(exit, attempts),
  walks: exit.walks,
  fees: formatMoney(exit.fees),
  ended_at: timeOrNull(exit.endedAt),
  note: exit.note,
});

const viewOrder = (order: AttemptRecord | EntryAttemptRecord): OrderView => ({
  client_id: order.clientId,
  venue_order_id: order.venueOrderId,
  ...ownerOf(order),
  market: order.market,
  side: order.side,
  time_in_force: order.timeInForce,
  limit_price: order.limitPrice === null ? null : formatPrice(order.limitPrice),
  quantity: formatQuantity(order.quantity),
  filled: formatQuantity(order.filled),
  average_price: averagePrice(order.proceeds, order.filled),
  fees: formatMoney(order.fees),
  status: order.status,
  cancel_requested: order.cancelRequested,
  placed_at: isoTime(order.placedAt),
  filled_at: timeOrNull(order.filledAt),
  ended_at: timeOrNull(order.endedAt),
  error: order.error,
});

const ownerOf = (
  order: AttemptRecord | EntryAttemptRecord,
): Pick<OrderView, 'position' | 'exit_id' | 'edge' | 'action'> =>
  isEntry(order)
    ? { position: null, exit_id: null, edge: order.edgeId, action: 'buy' }
    : { position: order.positionId, exit_id: order.exitId, edge: null, action: 'sell' };

const byPlacing = (a: { placedAt: number; attemptId: string }, b: typeof a): number =>
  a.placedAt - b.placedAt || (a.attemptId < b.attemptId ? -1 : 1);

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
