import type { DecisionRecord } from '../../actors/ports.ts';
import type { PositionView } from '../../services/operations.ts';
import { showLot, showMoney, showTime } from '../format.ts';
import type { Paint, Tone } from '../paint.ts';
import { renderPositions } from '../positions-table.ts';
import { clip } from '../render-table.ts';
import { describeEvent, eventTone, stampEvent } from './event-line.ts';

/** What the live table shows at one moment. */
export interface LivePicture {
  title: string;
  now: number;
  positions: readonly PositionView[];
  alerts: readonly { severity: string; text: string; at: number }[];
  /** Newest last. */
  events: readonly DecisionRecord[];
}

export interface LiveSize {
  width: number;
  height: number;
  paint: Paint;
}

const ALERT_LINES = 3;
const LEAST_EVENT_LINES = 4;

/** The whole screen: positions, then open alerts, then what happened last, within the terminal's size. */
export function renderLive(picture: LivePicture, { width, height, paint }: LiveSize): string[] {
  const { positions, alerts, events, now, title } = picture;
  const line = (text: string, tone: Tone): string => paint(clip(text, width), tone);
  const lots = new Map(positions.map((position) => [position.id, showLot(position)]));
  const alertLines = alerts
    .slice(-ALERT_LINES)
    .map(({ severity, text, at }) => line(stampEvent(at, text, { date: false }), severity === 'critical' ? 'bad' : 'warn'));
  const head = [line(describeHead(picture), 'strong'), ''];
  const fixed = head.length + alertLines.length + 2;
  const table = renderPositions(positions, { width, paint, now });
  const shown = fitTable(table, Math.max(2, height - fixed - LEAST_EVENT_LINES), line);
  const left = Math.max(0, height - fixed - shown.length - 1);
  const eventLines = left === 0 ? [] : events.slice(-left).map((event) => {
    const lot = event.positionId === null ? null : (lots.get(event.positionId) ?? event.positionId);
    return line(stampEvent(event.at, describeEvent(event, lot), { date: false }), eventTone(event));
  });
  void title;
  void now;
  return [...head, ...shown, '', ...alertLines, ...(alertLines.length > 0 ? [''] : []), ...eventLines].slice(0, height);
}

function describeHead({ title, now, positions }: LivePicture): string {
  const open = positions.filter(({ state }) => state !== 'closed');
  const total = (pick: (position: PositionView) => string | null) =>
    positions.reduce((sum, position) => sum + Number(pick(position) ?? 0), 0).toFixed(6);
  const time = showTime(new Date(now).toISOString(), { date: true });
  return `${title}  ${time} UTC  ${open.length} open, unrealized ${showMoney(total((p) => p.unrealized_pnl))}, realized ${showMoney(total((p) => p.realized_pnl))}`;
}

function fitTable(lines: string[], height: number, line: (text: string, tone: Tone) => string): string[] {
  if (lines.length <= height) return lines;
  const hidden = lines.length - height + 1;
  return [...lines.slice(0, height - 1), line(`… and ${hidden} more: postern positions lists all`, 'dim')];
}
