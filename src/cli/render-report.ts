import { stringify } from 'csv-stringify/sync';
import type { DayReport } from '../services/reports/day-report-shape.ts';
import { countOf, showLot, showMoney, showPrice, showQuantity, showTime } from './format.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './render-table.ts';
import { moneyTone } from './tones.ts';

const money = (amount: string): Cell => ({ text: showMoney(amount), tone: moneyTone(amount) });
/** An amount that says in words which way it goes. */
const plainMoney = (amount: string): string => showMoney(amount).replace(/^[+−]/, '');
const seconds = (text: string | null): string => (text === null ? '–' : `${Number(text).toFixed(1)} s`);

/** The day as a person reads it: exits by reason, how fast, entries, cash. */
export function renderReport(report: DayReport, options: TableOptions): string[] {
  const { day, time_zone, from, to, complete } = report;
  const until = complete ? 'whole day' : `until ${showTime(to, { date: true })} UTC`;
  return [
    options.paint(`${day} (${time_zone}), ${until}, from ${showTime(from, { date: true })} UTC`, 'strong'),
    '',
    ...(report.exits.length === 0 ? ['no exits'] : exitTables(report, options)),
    '',
    ...moneyLines(report),
    ...otherLines(report),
  ];
}

const REASONS: Column[] = [
  { title: 'EXIT' },
  { title: 'PRIORITY' },
  { title: 'EXITS', align: 'right' },
  { title: 'FILLED', align: 'right' },
  { title: 'GAVE UP', align: 'right' },
  { title: 'FAILED', align: 'right' },
  { title: 'CONTRACTS', align: 'right' },
  { title: 'WALKS', align: 'right' },
  { title: 'SLIPPAGE', align: 'right' },
  { title: 'FEES', align: 'right' },
  { title: 'REALIZED', align: 'right' },
];

const TIMES: Column[] = [
  { title: 'TRIGGER TO EXECUTED' },
  { title: 'EXITS', align: 'right' },
  { title: 'AVERAGE', align: 'right' },
  { title: 'SLOWEST', align: 'right' },
  { title: 'FLOOR', align: 'right' },
  { title: '' },
];

const EXITS: Column[] = [
  { title: 'TRIGGERED' },
  { title: 'POSITION' },
  { title: 'MARKET', comfort: 24 },
  { title: 'EXIT' },
  { title: 'STATUS' },
  { title: 'SOLD', align: 'right' },
  { title: 'MARK', align: 'right' },
  { title: 'GOT', align: 'right' },
  { title: 'SLIPPAGE', align: 'right' },
  { title: 'WALKS', align: 'right' },
  { title: 'TOOK', align: 'right' },
];

function exitTables({ by_reason, by_priority, exits }: DayReport, options: TableOptions): string[] {
  const reasons = by_reason.map((group) => [
    group.reason,
    group.priority,
    String(group.exits),
    String(group.filled),
    String(group.gave_up),
    String(group.failed),
    showQuantity(group.contracts),
    String(group.walks),
    showMoney(group.slippage),
    plainMoney(group.fees),
    money(group.realized_pnl),
  ]);
  const times = by_priority
    .filter(({ executed }) => executed > 0)
    .map(({ priority, executed, average_seconds, slowest_seconds, floor_seconds, within_floor }): Cell[] => [
      priority,
      String(executed),
      seconds(average_seconds),
      seconds(slowest_seconds),
      `< ${floor_seconds} s`,
      within_floor ? { text: 'kept', tone: 'good' } : { text: 'MISSED', tone: 'bad' },
    ]);
  const single = exits.map((exit) => [
    showTime(exit.triggered_at),
    exit.position,
    showLot(exit),
    exit.reason,
    exit.status.replaceAll('_', ' '),
    `${showQuantity(exit.filled)} of ${showQuantity(exit.quantity)}`,
    showPrice(exit.trigger_mark),
    showPrice(exit.average_price),
    showMoney(exit.slippage),
    String(exit.walks),
    seconds(exit.seconds),
  ]);
  return [
    ...renderTable(REASONS, reasons, options),
    '',
    ...renderTable(TIMES, times, options),
    '',
    ...renderTable(EXITS, single, options),
  ];
}

function moneyLines({ cash, realized_pnl, day_pnl }: DayReport): string[] {
  const { sold, exit_fees, settled, bought, entry_fees, net } = cash;
  return [
    `cash ${showMoney(net)}: sold ${plainMoney(sold)} less ${plainMoney(exit_fees)} fees, settled ${plainMoney(settled)}, bought ${plainMoney(bought)} and ${plainMoney(entry_fees)} fees`,
    `realized ${showMoney(realized_pnl)} after fees${day_pnl === null ? '' : `; the day's P&L was ${showMoney(day_pnl.pnl)} at ${showTime(day_pnl.at, { date: true })}`}`,
  ];
}

function otherLines({ entries, api_calls, alerts }: DayReport): string[] {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${name.replaceAll('_', ' ')} ${count}`)
      .join(', ');
  const refused = list(entries.refused_by);
  return [
    ...(entries.edges === 0 ? [] : [`${countOf(entries.edges, 'edge')}: ${list(entries.by_status)}`]),
    ...(refused === '' ? [] : [`refused by: ${refused}`]),
    ...(api_calls === null
      ? []
      : [
          `${api_calls.total} monitoring calls, ${api_calls.per_minute} a minute, at most ${api_calls.peak} in one`,
        ]),
    ...(Object.keys(alerts).length === 0 ? [] : [`alerts: ${list(alerts)}`]),
  ];
}

/** One line an exit, for a spreadsheet: the columns are the keys of the report's exits. */
export const reportCsv = ({ exits }: DayReport): string =>
  stringify(exits, { header: true, columns: CSV_COLUMNS });

const CSV_COLUMNS = [
  'exit_id',
  'position',
  'market',
  'side',
  'reason',
  'priority',
  'status',
  'quantity',
  'filled',
  'triggered_at',
  'executed_at',
  'seconds',
  'trigger_mark',
  'average_price',
  'slippage',
  'walks',
  'orders',
  'fees',
] as const;
