import { isScalar, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { CONFIDENCES } from '../../../domain/method.ts';
import { refuseKey } from '../../config/nearest-word.ts';
import { fraction, price, quantity, refuseValue, scalar, text, word } from '../../config/scalars.ts';
import type { PositionsDocument } from './positions-document.ts';
import { createTimeReader } from './recording-values.ts';

const NAME = /^[\w.:-]{1,120}$/;

const time = () =>
  scalar('an ISO 8601 time like 2026-02-08T19:12:49Z, UTC unless it names a zone', createTimeReader());

const FIELDS = {
  market: text('the name of a market: letters, digits and _ . : -', NAME),
  side: word(['yes', 'no']),
  quantity: quantity({ above: '0', max: '1000000000' }),
  entry_price: price({ above: '0', below: '1' }),
  opened_at: time(),
  method: text('the name of a method', NAME),
  confidence: word(CONFIDENCES),
  model_probability: fraction({ min: '0', max: '1' }),
  close_time: time(),
  volume_24h: quantity({ min: '0' }),
  settled_at: time(),
  settlement_value: price({ min: '0', max: '1' }),
};

const REQUIRED = ['market', 'side', 'quantity', 'entry_price'] as const;

/** So many unknown keys of a position are told one by one. */
const MOST_UNKNOWN = 20;

export type PositionField = keyof typeof FIELDS;
type FieldValues = { [F in PositionField]: z.output<(typeof FIELDS)[F]> };

/** One entry of the file: what could be read of it, and where. */
export interface PositionEntry {
  index: number;
  line: number;
  values: Partial<FieldValues>;
  /** The nodes of the values, for problems found later. */
  nodes: Partial<Record<PositionField, unknown>>;
}

/** Reads one position and reports every field that is wrong, missing or unknown. */
export function readPositionEntry(document: PositionsDocument, map: YAMLMap, index: number): PositionEntry {
  const entry: PositionEntry = { index, line: document.lineOf(map), values: {}, nodes: {} };
  let unknown = 0;
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!isField(name)) {
      unknown += 1;
      if (unknown <= MOST_UNKNOWN) document.report(key, [index, name], refuseKey(name, Object.keys(FIELDS)));
      continue;
    }
    if (name in entry.nodes) {
      document.report(key, [index, name], 'stands twice in one position');
      continue;
    }
    entry.nodes[name] = value ?? key;
    const result = FIELDS[name].safeParse(isScalar(value) ? String(value.value ?? '') : plain(value));
    if (result.success) Object.assign(entry.values, { [name]: result.data });
    else for (const issue of result.error.issues) document.report(value ?? key, [index, name], issue.message);
  }
  if (unknown > MOST_UNKNOWN)
    document.report(map, [index], `has ${unknown - MOST_UNKNOWN} more unknown keys`);
  for (const name of REQUIRED) {
    if (name in entry.nodes) continue;
    document.report(map, [index, name], refuseMissing(name));
  }
  checkSettlement(document, entry);
  return entry;
}

function checkSettlement(document: PositionsDocument, { index, nodes }: PositionEntry): void {
  for (const [given, other] of [
    ['settled_at', 'settlement_value'],
    ['settlement_value', 'settled_at'],
  ] as const) {
    if (!(given in nodes) || other in nodes) continue;
    document.report(nodes[given], [index, given], `stands without ${other}: both or none must be given`);
  }
}

const isField = (name: string): name is PositionField => Object.hasOwn(FIELDS, name);

/** Lists and mappings stand where a single value should: only their kind matters. */
const plain = (node: unknown): unknown =>
  node === null ? '' : Array.isArray((node as YAMLMap).items) ? [] : {};

function refuseMissing(name: PositionField): string {
  const [issue] = FIELDS[name].safeParse(undefined).error?.issues ?? [];
  return issue?.message ?? refuseValue(undefined, name);
}
