import {
  type AlertRecord,
  type AttemptRecord,
  type DecisionRecord,
  type ExitRecord,
  type FillRecord,
  InvariantError,
  type StoreWrite,
} from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import type { Method } from '../../domain/method.ts';
import type { Position } from '../../domain/position.ts';

/** The writes of one commit by kind and key; of several for one key the last is kept. */
export interface WriteBatch {
  positions: Map<string, { position: Position; evaluation: Evaluation | null }>;
  exits: Map<string, ExitRecord>;
  attempts: Map<string, AttemptRecord>;
  fills: Map<string, FillRecord>;
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
    case 'fill': {
      const earlier = batch.fills.get(write.fill.fillId);
      if (earlier) assertSameFill(earlier, write.fill);
      else batch.fills.set(write.fill.fillId, write.fill);
      return;
    }
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

const FILL_NUMBERS = ['positionId', 'exitId', 'clientId', 'price', 'quantity', 'fee'] as const;

/** A fill reported again must say what it said before; its time and its maker flag may come in another form. */
export function assertSameFill(stored: FillRecord, again: FillRecord): void {
  for (const key of FILL_NUMBERS) {
    if (stored[key] === again[key]) continue;
    throw new InvariantError(
      `fill ${again.fillId} is stored with ${key} ${stored[key]} and now reported with ${again[key]}`,
    );
  }
}
