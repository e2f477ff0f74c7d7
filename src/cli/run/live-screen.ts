import type { DecisionRecord } from '../../actors/ports.ts';
import type { PositionView } from '../../services/operations/operations.ts';
import { describeEvent, eventTone, stampEvent } from '../event-line.ts';
import { showLot, showMoney, showTime, sumMoney } from '../format.ts';
import type { Paint, Tone } from '../paint.ts';
import { renderPositions } from '../positions-table.ts';
import { clip } from '../render-table.ts';
import { severityTone } from '../tones.ts';
import type { EarlierClosed } from './last-closed.ts';

/** What the live table shows at one moment. */
export interface LivePicture {
  title: string;
  now: number;
  positions: readonly PositionView[];
  earlier: EarlierClosed;
  /** Those that last, newest last. */
  alerts: readonly { severity: string; text: string; lastAt: number }[];
  /** Newest last. */
  events: readonly DecisionRecord[];
}

export interface LiveSize {
  width: number;
  height: number;
  paint: Paint;
}

const MOST_ALERTS = 3;
const LEAST_EVENTS = 4;

/** The whole screen within the terminal's size: positions, alerts that last, then what happened last. */
export function renderLive(picture: LivePicture, size: LiveSize): string[] {
  const { alerts, events } = picture;
  const { width, height, paint } = size;
  const toned = (text: string, tone: Tone): string => paint(clip(text, width), tone);
  const positions = openFirst(picture.positions);
  const head = [toned(describeTotals(picture), 'strong'), ''];
  const alertLines = alerts
    .slice(-MOST_ALERTS)
    .map(({ text, severity, lastAt }) => toned(stampEvent(lastAt, `ALERT ${text}`), severityTone(severity)));
  const below = alertLines.length === 0 ? [''] : ['', ...alertLines, ''];
  const room = height - head.length - below.length;
  const table = cutTable(renderPositions(positions, { width, paint }), Math.max(2, room - LEAST_EVENTS));
  const names = new Map(positions.map((position) => [position.id, showLot(position)]));
  const eventLines = lastOf(events, room - table.length).map((event) => {
    const lot = event.positionId === null ? null : (names.get(event.positionId) ?? event.positionId);
    return toned(stampEvent(event.at, describeEvent(event, lot)), eventTone(event));
  });
  return [...head, ...table, ...below, ...eventLines].slice(0, height);
}

function describeTotals({ title, now, positions, earlier }: LivePicture): string {
  const open = positions.filter(({ state }) => state !== 'closed').length;
  const unrealized = showMoney(sumMoney(positions.map((position) => position.unrealized_pnl)));
  const realized = showMoney(
    sumMoney([earlier.realized, ...positions.map((position) => position.realized_pnl)]),
  );
  const time = showTime(new Date(now).toISOString(), { date: true });
  return `${title}  ${time} UTC  ${open} open, unrealized ${unrealized}, realized ${realized}`;
}

const openFirst = (positions: readonly PositionView[]): PositionView[] =>
  positions.toSorted((a, b) => Number(a.state === 'closed') - Number(b.state === 'closed'));

function cutTable(lines: string[], height: number): string[] {
  if (lines.length <= height) return lines;
  return [...lines.slice(0, height - 1), `… and ${lines.length - height + 1} more`];
}

const lastOf = <T>(list: readonly T[], count: number): readonly T[] => (count <= 0 ? [] : list.slice(-count));
