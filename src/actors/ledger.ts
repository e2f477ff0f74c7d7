import type { AlertMail, LedgerMail, Part, Post } from './mail.ts';
import {
  type AlertRecord,
  type Clock,
  type DecisionRecord,
  InvariantError,
  LeaseLostError,
  type Notifier,
  type PositionFile,
  type Store,
  type StoreWrite,
} from './ports.ts';

export interface LedgerOptions {
  store: Store;
  epoch: number;
  clock: Clock;
  notifier: Notifier;
  post: Post;
  /** Waits between tries of a failed commit (ms); the last one stays. */
  retryMs: number[];
  openAlerts: AlertRecord[];
  /** A fault nobody can handle here: the part crashes with it. */
  crash: (error: unknown) => void;
}

interface Entry {
  writes: StoreWrite[];
  positionId: string | null;
  /** What the rest of the tree learns once the writes are durable. */
  done(): void;
  refused(error: Error): void;
  /** Instead of writing: read something after all that was queued before. */
  read?: () => Promise<void>;
}

const LARGEST_GROUP = 500;

/**
 * The only way to the store's writes. What comes while a commit is under way goes into the next one together; nothing
 * is announced before it is durable, and everything is announced in the order in which it came.
 */
export function createLedger(options: LedgerOptions): Part<LedgerMail> {
  const { store, epoch, clock, notifier, post, retryMs, crash } = options;
  const alerts = new Map(options.openAlerts.map((alert) => [alert.key, alert]));
  const queue: Entry[] = [];
  let busy = false;
  let stopped = false;
  let failures = 0;

  const enqueue = (entry: Partial<Entry> & { writes: StoreWrite[] }): void => {
    queue.push({ positionId: null, done: () => {}, refused: crash, ...entry });
    if (!busy) void work();
  };

  async function work(): Promise<void> {
    busy = true;
    try {
      while (queue.length > 0 && !stopped) {
        if (queue[0]!.read) await queue.shift()!.read!();
        else await commitGroup(takeGroup(queue));
      }
    } catch (error) {
      if (!stopped) crash(error);
    } finally {
      busy = false;
    }
  }

  async function commitGroup(group: Entry[]): Promise<void> {
    for (;;) {
      try {
        await store.commit(
          epoch,
          group.flatMap((entry) => entry.writes),
        );
        break;
      } catch (error) {
        if (error instanceof LeaseLostError) throw error;
        if (error instanceof InvariantError) return commitOneByOne(group, error);
        await waitAfterFailure(error);
        if (stopped) return;
      }
    }
    if (failures > 0) recover();
    for (const entry of group) announce(entry);
  }

  function announce({ writes, done }: Entry): void {
    for (const write of writes) if (write.kind === 'decision') notifier.journaled(write.decision);
    done();
  }

  /** One entry broke a rule of the store: the others must not suffer for it. */
  async function commitOneByOne(group: Entry[], error: InvariantError): Promise<void> {
    if (group.length === 1) return group[0]!.refused(error);
    for (const entry of group) await commitGroup([entry]);
  }

  async function waitAfterFailure(error: unknown): Promise<void> {
    failures += 1;
    const text = error instanceof Error ? error.message : String(error);
    notifier.storeFailed({ error: text, failures, at: clock.now() });
    await new Promise<void>((resolve) =>
      clock.setTimeout(resolve, retryMs[Math.min(failures, retryMs.length) - 1] ?? 1000),
    );
  }

  function recover(): void {
    notifier.storeRecovered({ failures, at: clock.now() });
    failures = 0;
  }

  /** What an alert mail writes; nothing where it resolves what was never raised. */
  function alertWrites(mail: AlertMail): StoreWrite[] {
    return mail.type === 'alert.raise' ? raise(mail) : resolve(mail.key, mail.at);
  }

  function raise({
    key,
    kind,
    severity,
    positionId,
    text,
    at,
  }: Extract<AlertMail, { type: 'alert.raise' }>): StoreWrite[] {
    const known = alerts.get(key);
    const alert: AlertRecord = known
      ? { ...known, severity, text, lastAt: at, times: known.times + 1 }
      : { key, kind, severity, positionId, text, raisedAt: at, lastAt: at, times: 1, resolvedAt: null };
    alerts.set(key, alert);
    notifier.alertRaised(alert);
    const decision: DecisionRecord = {
      positionId,
      exitId: null,
      at,
      kind: `alert.${kind}`,
      summary: text,
      data: { severity, times: alert.times },
    };
    return [
      { kind: 'alert', alert },
      { kind: 'decision', decision },
    ];
  }

  function resolve(key: string, at: number): StoreWrite[] {
    const known = alerts.get(key);
    if (!known) return [];
    alerts.delete(key);
    const alert = { ...known, resolvedAt: at };
    notifier.alertResolved(alert);
    return [{ kind: 'alert', alert }];
  }

  /** Nobody watches a closed position any more: what was raised about it, by an earlier life too, is history. */
  function resolveAbout(writes: readonly StoreWrite[]): StoreWrite[] {
    const closed = writes.flatMap((w) =>
      w.kind === 'position' && w.position.phase === 'closed' ? [w.position] : [],
    );
    return closed.flatMap(({ id, at }) =>
      [...alerts.values()].filter((alert) => alert.positionId === id).flatMap(({ key }) => resolve(key, at)),
    );
  }

  return {
    receive(mail) {
      switch (mail.type) {
        case 'commit':
          return enqueue({
            writes: [...mail.writes, ...mail.alerts.flatMap(alertWrites), ...resolveAbout(mail.writes)],
            positionId: mail.positionId,
            done: () => {
              for (const placing of mail.after?.place ?? [])
                post('desk', { type: 'order.place', ...placing });
              for (const clientId of mail.after?.cancel ?? [])
                post('desk', { type: 'order.cancel', clientId });
            },
            refused: (error) =>
              post('watch', { type: 'commit.refused', positionId: mail.positionId, error: error.message }),
          });
        case 'order.progress':
          return enqueue({
            writes: [
              { kind: 'attempt', attempt: mail.attempt },
              ...mail.fills.map((fill): StoreWrite => ({ kind: 'fill', fill })),
            ],
            positionId: mail.attempt.positionId,
            done: () => {
              if (mail.fact)
                post('watch', {
                  type: 'position.event',
                  positionId: mail.attempt.positionId,
                  event: mail.fact,
                });
            },
          });
        case 'position.adopt': {
          const { file, decision, done } = mail;
          return enqueue({
            writes: [
              { kind: 'position', position: file.position, evaluation: null },
              { kind: 'decision', decision },
            ],
            positionId: file.position.id,
            done: () => {
              post('watch', { type: 'position.adopted', file });
              done(null);
            },
            refused: done,
          });
        }
        case 'position.read':
          return enqueue({ writes: [], read: () => readPosition(mail.positionId) });
        case 'journal':
          return enqueue({ writes: [{ kind: 'decision', decision: mail.decision }] });
        case 'alert.raise':
        case 'alert.resolve': {
          const writes = alertWrites(mail);
          return writes.length > 0 ? enqueue({ writes }) : undefined;
        }
        case 'flush':
          return flush(mail.done);
      }
    },
    stop() {
      stopped = true;
    },
  };

  function flush(done: () => void): void {
    enqueue({ writes: [], read: async () => (queue.length === 0 ? done() : flush(done)) });
  }

  async function readPosition(positionId: string): Promise<void> {
    const file: PositionFile | null = await store.position(positionId);
    if (file) post('watch', { type: 'position.loaded', file });
  }
}

/** The entries that go into one transaction: up to the next read, and not too many. */
function takeGroup(queue: Entry[]): Entry[] {
  let size = 0;
  while (size < queue.length && size < LARGEST_GROUP && !queue[size]!.read) size += 1;
  return queue.splice(0, size);
}
