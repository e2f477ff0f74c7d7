import type { AfterCommit, AlertMail, LedgerMail, Part, Post } from '../mail.ts';
import {
  type AlertRecord,
  type Clock,
  InvariantError,
  type LocalJournal,
  type Notifier,
  type Store,
  type StoreWrite,
} from '../ports.ts';
import { AlertBook } from './alert-book.ts';
import { CommitLog, type DatabaseState, STORE_ALERTS } from './commit-log.ts';

export interface LedgerOptions {
  store: Store;
  /** Takes the writes while the database is out of order; null: they wait. */
  journal: LocalJournal | null;
  epoch: number;
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  clock: Clock;
  notifier: Notifier;
  post: Post;
  /** Waits between tries of a failed commit (ms); the last one stays. */
  retryMs: number[];
  /** A commit is tried so often before the journal file takes it. */
  tries: number;
  /** How long a commit may take (ms) before it counts as failed, and how often a database out of order is tried. */
  patienceMs: number;
  probeMs: number;
  openAlerts: AlertRecord[];
  /** A fault nobody can handle here: the part crashes with it. */
  crash: (error: unknown) => void;
}

export interface Ledger extends Part<LedgerMail> {
  database(): DatabaseState;
  /** Since when the write under way waits to be durable (ms); null: none is. */
  writingSince(): number | null;
}

interface Entry {
  writes: StoreWrite[];
  /** What the rest of the tree learns once the writes are durable. */
  done(): void;
  refused(error: Error): void;
  /** Instead of writing: done after all that was queued before; false: once more, later. */
  instead?: () => Promise<boolean>;
}

const LARGEST_GROUP = 500;
/** With so many waiting, rows that only bring a newer mark would bury exits. */
const MANY_WAIT = 100;

const UNREAD = 'position_unread';
const unreadKey = (positionId: string): string => `${UNREAD}:${positionId}`;
const ENDED_BY_A_START: readonly string[] = [...STORE_ALERTS, UNREAD];

/**
 * The only way to the store's writes. What comes while a commit is under way goes into the next one together; nothing
 * is announced before it is durable, and everything is announced in the order in which it came.
 */
export function createLedger(options: LedgerOptions): Ledger {
  const { clock, notifier, post, probeMs, crash } = options;
  const alerts = new AlertBook(options.openAlerts, notifier);
  const queue: Entry[] = [];
  let busy = false;
  let stopped = false;

  const log = new CommitLog({
    ...options,
    tell: (mail) => receive(mail),
    recovered: (replayed, at) => {
      if (replayed > 0) receive(recoveryNote(replayed, at));
    },
  });

  const enqueue = (entry: Partial<Entry> & { writes: StoreWrite[] }): void => {
    queue.push({ done: () => {}, refused: crash, ...entry });
    if (!busy) void work();
  };

  async function work(): Promise<void> {
    busy = true;
    try {
      while (queue.length > 0 && !stopped) {
        if (queue[0]!.instead) await askLaterUnless(queue.shift()!);
        else await commitGroup(takeGroup(queue));
      }
    } catch (error) {
      if (!stopped) crash(error);
    } finally {
      busy = false;
    }
  }

  async function askLaterUnless(entry: Entry): Promise<void> {
    if (!(await entry.instead!())) clock.setTimeout(() => !stopped && enqueue(entry), probeMs);
  }

  async function commitGroup(group: Entry[]): Promise<void> {
    try {
      const isDurable = await log.write(group.flatMap((entry) => entry.writes));
      if (isDurable && !stopped) for (const entry of group) announce(entry);
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      await commitOneByOne(group, error);
    }
  }

  function announce({ writes, done }: Entry): void {
    if (writes.length > 0) notifier.recorded?.(writes);
    for (const write of writes) if (write.kind === 'decision') notifier.journaled(write.decision);
    done();
  }

  /** One entry broke a rule of the store: the others must not suffer for it. */
  async function commitOneByOne(group: Entry[], error: InvariantError): Promise<void> {
    if (group.length === 1) return group[0]!.refused(error);
    for (const entry of group) await commitGroup([entry]);
  }

  const withAlerts = (writes: StoreWrite[], mails: AlertMail[]): StoreWrite[] => [
    ...writes,
    ...mails.flatMap((mail) => alerts.take(mail)),
    ...alerts.takeClosed(writes),
  ];

  function send(after: AfterCommit | null): void {
    for (const placing of after?.place ?? []) post('desk', { type: 'order.place', ...placing });
    for (const clientId of after?.cancel ?? []) post('desk', { type: 'order.cancel', clientId });
  }

  function receive(mail: LedgerMail): void {
    switch (mail.type) {
      case 'commit': {
        const { positionId, marksOnly = false } = mail;
        if (marksOnly && (log.isOut || queue.length >= MANY_WAIT)) return;
        return enqueue({
          writes: withAlerts(mail.writes, mail.alerts),
          done: () => send(mail.after),
          refused: (error) => post('watch', { type: 'commit.refused', positionId, error: error.message }),
        });
      }
      case 'write':
        return enqueue({
          writes: withAlerts(mail.writes, mail.alerts),
          done: () => {
            send(mail.after);
            mail.done(null);
          },
          refused: mail.done,
        });
      case 'order.progress': {
        const { attempt, fills, fact } = mail;
        const { positionId } = attempt;
        return enqueue({
          writes: [
            { kind: 'attempt', attempt },
            ...fills.map((fill): StoreWrite => ({ kind: 'fill', fill })),
          ],
          done: () => {
            if (fact) post('watch', { type: 'position.event', positionId, event: fact });
          },
        });
      }
      case 'entry.progress': {
        const { attempt, fills, fact } = mail;
        return enqueue({
          writes: [
            { kind: 'entry_attempt', attempt },
            ...fills.map((fill): StoreWrite => ({ kind: 'entry_fill', fill })),
          ],
          done: () => {
            if (fact) post('entries', { type: 'entry.fact', fact });
          },
        });
      }
      case 'position.adopt': {
        const { file, decision, done } = mail;
        return enqueue({
          writes: [
            { kind: 'position', position: file.position, evaluation: null },
            { kind: 'decision', decision },
          ],
          done: () => {
            post('watch', { type: 'position.adopted', file });
            done(null);
          },
          refused: done,
        });
      }
      case 'position.read':
        return enqueue({ writes: [], instead: () => readPosition(mail.positionId) });
      case 'journal':
        return enqueue({ writes: [{ kind: 'decision', decision: mail.decision }] });
      case 'alert.raise':
      case 'alert.resolve': {
        const writes = alerts.take(mail);
        return writes.length > 0 ? enqueue({ writes }) : undefined;
      }
      case 'flush':
        return flush(mail.done);
    }
  }

  function flush(done: () => void): void {
    enqueue({
      writes: [],
      instead: async () => {
        // Another flush is no write: two would put each other off for ever.
        if (queue.every((entry) => entry.instead)) done();
        else flush(done);
        return true;
      },
    });
  }

  async function readPosition(positionId: string): Promise<boolean> {
    const answer = await log.read((store) => store.position(positionId));
    if (answer === null) raiseUnread(positionId);
    else receive({ type: 'alert.resolve', key: unreadKey(positionId), at: clock.now() });
    if (answer?.value) post('watch', { type: 'position.loaded', file: answer.value });
    return answer !== null;
  }

  function raiseUnread(positionId: string): void {
    const key = unreadKey(positionId);
    if (alerts.isOpen(key)) return;
    const text = `position ${positionId} is NOT watched until the database answers: its row can't be read; its live order is still looked after`;
    const alert = { key, kind: UNREAD, severity: 'critical', positionId, text } as const;
    receive({ type: 'alert.raise', ...alert, at: clock.now() });
  }

  for (const { key, kind } of options.openAlerts)
    if (ENDED_BY_A_START.includes(kind)) receive({ type: 'alert.resolve', key, at: clock.now() });
  return {
    receive,
    database: () => log.state(),
    writingSince: () => log.writingSince,
    stop() {
      stopped = true;
      log.stop();
    },
  };
}

const recoveryNote = (replayed: number, at: number): LedgerMail => ({
  type: 'journal',
  decision: {
    positionId: null,
    exitId: null,
    at,
    kind: 'database.recovered',
    summary: `the database answers again: what the journal file held is in it (${replayed} batches)`,
    data: { batches: replayed },
  },
});

/** The entries that go into one transaction: up to the next read, and not too many. */
function takeGroup(queue: Entry[]): Entry[] {
  let size = 0;
  while (size < queue.length && size < LARGEST_GROUP && !queue[size]!.instead) size += 1;
  return queue.splice(0, size);
}
