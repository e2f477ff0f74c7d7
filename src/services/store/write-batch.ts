import {
  type AccountDayRecord,
  type AlertRecord,
  type AttemptRecord,
  type BreakerName,
  type BreakerRecord,
  type DecisionRecord,
  type EdgeRecord,
  type EntryAttemptRecord,
  type EntryFillRecord,
  type ExitRecord,
  type FillRecord,
  InvariantError,
  type StoreWrite,
} from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import type { Method } from '../../domain/method.ts';
import type { ModelValue } from '../../domain/model-value.ts';
import type { Position } from '../../domain/position.ts';

/** What an exit sold or an entry bought. */
export type AnyFill = FillRecord | EntryFillRecord;

/** The writes of one commit by kind and key; of several for one key the last is kept. */
export interface WriteBatch {
  positions: Map<string, { position: Position; evaluation: Evaluation | null }>;
  exits: Map<string, ExitRecord>;
  attempts: Map<string, AttemptRecord>;
  /** Of exits and of entries: the venue numbers both in one row. */
  fills: Map<string, AnyFill>;
  edges: Map<string, EdgeRecord>;
  entryAttempts: Map<string, EntryAttemptRecord>;
  modelValues: Map<string, ModelValue>;
  breakers: Map<BreakerName, BreakerRecord>;
  accountDays: Map<string, AccountDayRecord>;
  alerts: Map<string, AlertRecord>;
  methods: Map<string, Method>;
  decisions: DecisionRecord[];
}

/** Sorts the writes of one commit. Throws an InvariantError when they hold one fill with two sets of numbers. */
export function sortWrites(writes: readonly StoreWrite[]): WriteBatch {
  const batch: WriteBatch = {
    positions: new Map(),
    exits: new Map(),
    attempts: new Map(),
    fills: new Map(),
    edges: new Map(),
    entryAttempts: new Map(),
    modelValues: new Map(),
    breakers: new Map(),
    accountDays: new Map(),
    alerts: new Map(),
    methods: new Map(),
    decisions: [],
  };
  for (const write of writes) addWrite(batch, write);
  return batch;
}

function addWrite(batch: WriteBatch, write: StoreWrite): void {
  switch (write.kind) {
    case 'position':
      batch.positions.set(write.position.id, write);
      return;
    case 'exit':
      batch.exits.set(write.exit.exitId, write.exit);
      return;
    case 'attempt':
      batch.attempts.set(write.attempt.attemptId, write.attempt);
      return;
    case 'fill':
    case 'entry_fill': {
      const earlier = batch.fills.get(write.fill.fillId);
      if (earlier) assertSameFill(earlier, write.fill);
      else batch.fills.set(write.fill.fillId, write.fill);
      return;
    }
    case 'edge':
      batch.edges.set(write.edge.edgeId, write.edge);
      return;
    case 'entry_attempt':
      batch.entryAttempts.set(write.attempt.attemptId, write.attempt);
      return;
    case 'model_value':
      batch.modelValues.set(write.value.market, write.value);
      return;
    case 'breaker':
      batch.breakers.set(write.breaker.name, write.breaker);
      return;
    case 'account_day':
      batch.accountDays.set(write.day.day, write.day);
      return;
    case 'alert':
      batch.alerts.set(write.alert.key, write.alert);
      return;
    case 'method':
      batch.methods.set(methodKey(write.method.name, write.method.version), write.method);
      return;
    case 'decision':
      batch.decisions.push(write.decision);
  }
}

export const methodKey = (name: string, version: number): string => `${version} ${name}`;

/** A fill of an entry: it bought. */
export const isBuy = (fill: AnyFill): fill is EntryFillRecord => 'edgeId' in fill;

/** The fills of a batch that sold, or that bought. */
export const salesOf = (batch: WriteBatch): FillRecord[] =>
  [...batch.fills.values()].filter((fill): fill is FillRecord => !isBuy(fill));
export const purchasesOf = (batch: WriteBatch): EntryFillRecord[] => [...batch.fills.values()].filter(isBuy);

/** A fill reported again must say what it said before; its time and its maker flag may come in another form. */
export function assertSameFill(stored: AnyFill, again: AnyFill): void {
  const before = numbersOf(stored);
  for (const [key, value] of Object.entries(numbersOf(again))) {
    if (before[key] === value) continue;
    throw new InvariantError(
      `fill ${again.fillId} is stored with ${key} ${before[key]} and now reported with ${value}`,
    );
  }
}

const numbersOf = (fill: AnyFill): Record<string, string | number> => {
  const { clientId, price, quantity, fee } = fill;
  const owner = isBuy(fill)
    ? { action: 'buy', exit: 'none', owner: fill.edgeId }
    : { action: 'sell', exit: fill.exitId, owner: fill.positionId };
  return { ...owner, clientId, price, quantity, fee };
};
