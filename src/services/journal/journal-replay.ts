import { existsSync } from 'node:fs';
import type { AlertKind } from '../../actors/alert-kinds.ts';
import {
  type AlertRecord,
  InvariantError,
  type JournalBatch,
  type LocalJournal,
  type Store,
  type StoreWrite,
} from '../../actors/ports.ts';
import type { Log } from '../log/log.ts';

export interface JournalReplay {
  journal: LocalJournal;
  store: Store;
  /** Of the lease that is ours now. */
  epoch: number;
  now: () => number;
  log: Log;
}

const KIND = 'journal_not_replayed' satisfies AlertKind;

/**
 * Brings what an earlier life wrote into the journal file into the database, before anything is loaded from it. A file
 * that can't be brought in, because another daemon has written since or it is damaged, is set aside with a critical
 * alert. Throws whatever the database says; then the file stays as it is for the next start.
 */
export async function replayJournal(replay: JournalReplay): Promise<void> {
  await resolveSettled(replay);
  let content: Awaited<ReturnType<LocalJournal['read']>>;
  try {
    content = await replay.journal.read();
  } catch (error) {
    return setAside(replay, `it can't be read: ${messageOf(error)}`);
  }
  const { batches, torn } = content;
  if (batches.length === 0 && !torn) return;
  const obstacle = await obstacleTo(batches, replay);
  if (obstacle !== null) return setAside(replay, obstacle);
  try {
    await bringIn(batches, torn, replay);
  } catch (error) {
    if (error instanceof InvariantError) return setAside(replay, error.message);
    throw error;
  }
}

/** Another daemon has written since, or the file belongs to another database; null: neither. */
async function obstacleTo(batches: JournalBatch[], { store, epoch }: JournalReplay): Promise<string | null> {
  const first = batches[0];
  if (!first) return null;
  const last = await store.lastStamp();
  if (first.stamp.epoch >= epoch) return 'it was written beside another database';
  if (last !== null && last.epoch > first.stamp.epoch)
    return 'another daemon has written into the database since';
  return null;
}

async function bringIn(batches: JournalBatch[], torn: boolean, replay: JournalReplay): Promise<void> {
  const { store, epoch, journal, now, log } = replay;
  for (const { writes, stamp } of batches) await store.commit(epoch, writes, stamp);
  const cut = torn ? '; its last line was cut off, so nothing had followed from it' : '';
  const summary = `${batches.length} batches of the journal file were brought into the database${cut}`;
  await store.commit(epoch, [note('database.recovered', summary, now(), { batches: batches.length, torn })]);
  await journal.clear();
  log.warn({ batches: batches.length, torn }, summary);
}

async function setAside({ journal, store, epoch, now, log }: JournalReplay, reason: string): Promise<void> {
  const file = await journal.setAside();
  const text =
    `what the journal file held is NOT in the database: ${reason}. It is kept as ${file}; ` +
    'the account and the open orders are read from the venue. Remove the file once it was looked at';
  const at = now();
  const alert: AlertRecord = {
    key: `${KIND}:${file}`,
    kind: KIND,
    severity: 'critical',
    positionId: null,
    text,
    raisedAt: at,
    lastAt: at,
    times: 1,
    resolvedAt: null,
  };
  log.error({ alert: KIND, file }, text);
  await store.commit(epoch, [{ kind: 'alert', alert }, note(`alert.${KIND}`, text, at, { file })]);
}

/** Somebody has removed the file that an alert names. */
async function resolveSettled({ store, epoch, now }: JournalReplay): Promise<void> {
  const settled = (await store.alerts({ open: true })).filter(
    ({ kind, key }) => kind === KIND && !existsSync(key.slice(KIND.length + 1)),
  );
  if (settled.length === 0) return;
  await store.commit(
    epoch,
    settled.map((alert): StoreWrite => ({ kind: 'alert', alert: { ...alert, resolvedAt: now() } })),
  );
}

const note = (kind: string, summary: string, at: number, data: Record<string, unknown>): StoreWrite => ({
  kind: 'decision',
  decision: { positionId: null, exitId: null, at, kind, summary, data },
});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
