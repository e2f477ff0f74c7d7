import type { SettingChange } from '../domain/method-change.ts';
import type { PlainValue } from '../services/config/tree.ts';
import type { MethodDetail, MethodView, Reloaded } from '../services/operations/method-operations.ts';
import { countOf } from './format.ts';
import type { Paint } from './paint.ts';
import { type Column, renderTable, type TableOptions } from './render-table.ts';

const METHODS: readonly Column[] = [
  { title: 'METHOD' },
  { title: 'VERSION', align: 'right' },
  { title: 'OPEN POSITIONS', comfort: 30 },
  { title: 'NOTE', comfort: 30 },
];

/** Every method with its latest version, and how many open positions have which. */
export const renderMethods = (methods: readonly MethodView[], options: TableOptions): string[] =>
  renderTable(
    METHODS,
    methods.map(({ name, version, open, position, configured }) => [
      name,
      String(version),
      open.length === 0
        ? '–'
        : open.map((held) => `${held.positions} with version ${held.version}`).join(', '),
      position !== null ? `position ${position}'s own` : configured ? '' : 'not in the configuration',
    ]),
    options,
  );

/** A method as the configuration would say it. */
export function renderMethod(
  { name, version, latest, open, settings }: MethodDetail,
  paint: Paint,
): string[] {
  const age = version === latest ? 'the latest' : `${latest} is the latest`;
  const held = open.length === 0 ? 'no open position has it' : `open positions: ${open.join(', ')}`;
  return [paint(`# ${name} version ${version} (${age}); ${held}`, 'dim'), ...renderBlock(settings, '')];
}

function renderBlock(block: { [key: string]: PlainValue }, indent: string): string[] {
  return Object.entries(block).flatMap(([key, value]) => {
    if (typeof value === 'string') return [`${indent}${key}: ${value}`];
    if (!Array.isArray(value)) return [`${indent}${key}:`, ...renderBlock(value, `${indent}  `)];
    if (value.every((item) => typeof item === 'string')) return [`${indent}${key}: [${value.join(', ')}]`];
    return [`${indent}${key}:`, ...value.map((item) => `${indent}  - ${inline(item)}`)];
  });
}

function inline(value: PlainValue): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, child]) => `${key}: ${inline(child)}`)
    .join(', ')}}`;
}

/** Settings side by side, below the names of the two that differ. */
export const renderSettings = (
  settings: readonly SettingChange[],
  [from, to]: readonly [string, string],
  options: TableOptions,
): string[] =>
  renderTable(
    [{ title: 'SETTING' }, { title: from, comfort: 24 }, { title: to, comfort: 24 }],
    settings.map((setting) => [setting.path, setting.from ?? '–', setting.to ?? '–']),
    options,
  );

/** What a reload changed, and what it could not. */
export function renderReload({ changed, needs_restart, methods }: Reloaded, options: TableOptions): string[] {
  const versions = methods.map(({ name, to }) => `${name}@${to}`).join(', ');
  return [
    ...(changed.length === 0
      ? ['nothing has changed that counts without a restart']
      : [
          `${countOf(changed.length, 'setting')} changed:`,
          ...renderSettings(changed, ['BEFORE', 'NOW'], options),
        ]),
    ...(methods.length === 0 ? [] : [`new positions get ${versions}; open ones keep what they have`]),
    ...(needs_restart.length === 0
      ? []
      : [
          `${countOf(needs_restart.length, 'setting')} ${needs_restart.length === 1 ? 'needs' : 'need'} a restart:`,
          ...renderSettings(needs_restart, ['NOW', 'AFTER A RESTART'], options),
        ]),
  ];
}
