import type { Level } from '../../../../domain/market.ts';
import { formatPrice, formatQuantity, type Quantity } from '../../../../domain/money.ts';
import { RECORDING_COLUMNS } from '../../paper/recording.ts';

/** A market as it was at one time (ms), in prices of the YES side; null is none, or not known. */
export interface RecordedRow {
  at: number;
  market: string;
  bid: Level | null;
  ask: Level | null;
  volume24h: Quantity | null;
  /** The exchange's own word. */
  status: string | null;
  /** ms */
  closeTime: number | null;
}

/** The first line of what is recorded: what a replay reads, then what else is known. */
export const RECORDED_HEADER = [...RECORDING_COLUMNS, 'volume_24h', 'status', 'close_time'].join(',');

/** One line without its end; times in UTC with ms, empty for null. */
export function formatRow({ at, market, bid, ask, volume24h, status, closeTime }: RecordedRow): string {
  return [
    timeText(at),
    cell(market),
    ...levelCells(bid),
    ...levelCells(ask),
    volume24h === null ? '' : formatQuantity(volume24h),
    status === null ? '' : cell(status),
    closeTime === null ? '' : timeText(closeTime),
  ].join(',');
}

/** Whether two rows show the same best bid and ask, sizes included. */
export const hasSameTop = (a: RecordedRow, b: RecordedRow): boolean =>
  isSameLevel(a.bid, b.bid) && isSameLevel(a.ask, b.ask);

const isSameLevel = (a: Level | null, b: Level | null): boolean =>
  a?.price === b?.price && a?.size === b?.size;

const levelCells = (level: Level | null): string[] =>
  level === null ? ['', ''] : [formatPrice(level.price), formatQuantity(level.size)];

const timeText = (at: number): string => new Date(at).toISOString();

/** Somebody else's word as one cell on one line. */
function cell(text: string): string {
  const printable = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return /[",]/.test(printable) ? `"${printable.replaceAll('"', '""')}"` : printable;
}
