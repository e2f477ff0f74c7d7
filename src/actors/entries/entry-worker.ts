import { createActor } from 'xstate';
import { type Assessment, type EntryContext, type EntryOrder, recordTotals } from '../../domain/entry.ts';
import type { Money } from '../../domain/money.ts';
import type { EntryActor, EntryEnding, EntryEvent } from '../../machines/entry-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { Post } from '../mail.ts';
import type { Clock, DecisionRecord, EdgeRecord, StoreWrite } from '../ports.ts';
import type { EntryHost, EntryRequests } from './entry-host.ts';
import { endingReason, entryNote, stepNote } from './entry-journal.ts';
import { boughtPosition, edgeRecord, entryAttemptRecord, fileOf } from './entry-records.ts';

export interface EntryWorkerOptions {
  host: EntryHost;
  /** The edge's row before its entry. */
  seed: EdgeRecord;
  context: EntryContext;
  clock: Clock;
  post: Post;
  observe: ActorObserver | undefined;
  /** How the last edge in this market and side ended without an order: ending so again only renews its row. */
  before: (EntryEnding & { edgeId: string }) | null;
  assess: (context: EntryContext) => Assessment;
  look: (worker: EntryWorker, missing: NonNullable<EntryRequests['look']>) => void;
  /** All is durable; what it bought is under watch. */
  ended: (worker: EntryWorker, ending: EntryEnding, row: EdgeRecord) => void;
  /** Its statechart threw, or its end can't be stored: a person should look. */
  failed: (worker: EntryWorker, why: string) => void;
}

/** One entry's actor; what a step of it asks for is handed over as one commit when the step is complete. */
export class EntryWorker {
  readonly seed: EdgeRecord;
  readonly #options: EntryWorkerOptions;
  readonly #actor: EntryActor;
  /** Lines that go into the journal with the next commit. */
  readonly #lines: DecisionRecord[] = [];
  #isOver = false;
  #isStopped = false;
  /** Its order is durable: it may reach the venue. */
  #hasOrder: boolean;
  /** What is known of it since its statechart threw; null: it has not. */
  #abandoned: EntryContext | null = null;

  constructor(options: EntryWorkerOptions) {
    const { host, seed, context, clock, observe } = options;
    this.seed = seed;
    this.#options = options;
    this.#hasOrder = context.order !== null;
    this.#actor = createActor(host.machine, {
      id: `entry:${seed.edgeId}`,
      clock: clock as never,
      input: context,
    });
    observe?.(this.#actor, { name: `entry ${seed.edgeId}`, host: 'entries', position: null, restarts: 0 });
    this.#actor.subscribe({
      next: () => this.#settleOrFail(),
      error: (error) => this.#abandon(error),
    });
  }

  start(): void {
    const { order } = this.context;
    if (order !== null) this.#tellWatch('entry.began');
    this.#actor.start();
  }

  stop(): void {
    this.#isStopped = true;
    this.#actor.stop();
  }

  send(event: EntryEvent): void {
    if (this.#isStopped || this.#isOver) return;
    if (this.#abandoned) this.#lookAfter(this.#abandoned, event);
    else this.#actor.send(event);
  }

  get context(): EntryContext {
    return this.#abandoned ?? this.#actor.getSnapshot().context;
  }

  /** Its end is decided: nothing reaches it any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its statechart threw. */
  get hasFailed(): boolean {
    return this.#abandoned !== null;
  }

  /** What it may still take of the account: the whole order while it works, what was paid once it is over. */
  get reserved(): Money {
    const { order } = this.context;
    if (order === null) return 0;
    return order.end === null && !this.#isOver ? order.reserved : order.cost + order.fees;
  }

  #settleOrFail(): void {
    try {
      this.#settle(this.#options.host.take(this.#actor));
    } catch (error) {
      this.#abandon(error);
    }
  }

  /** Its statechart decides nothing any more: the edge is given up, and an order that is out is cancelled. */
  #abandon(error: unknown): void {
    if (this.#abandoned !== null || this.#isOver) return;
    const { context } = this;
    const words = `its entry failed: ${error instanceof Error ? error.message : String(error)}`;
    this.#abandoned = {
      ...context,
      order: this.#hasOrder ? context.order : null,
      calledOff: words,
      at: Math.max(context.at, this.#options.clock.now()),
    };
    this.#actor.stop();
    const { order } = this.#abandoned;
    this.#options.failed(this, words);
    if (order === null || order.end !== null) this.#endAbandoned(this.#abandoned);
    else this.#cancel(order);
  }

  /** What its order still says is taken in without the statechart. */
  #lookAfter(context: EntryContext, event: EntryEvent): void {
    const { order } = context;
    if (order === null) return;
    if (event.type === 'order.recorded') return this.#cancel(order);
    if (event.type === 'order.unrecorded') return this.#endAbandoned({ ...context, order: null });
    if (event.type !== 'order.filled' && event.type !== 'order.over') return;
    if (event.clientId !== order.clientId) return;
    const known = { ...context, order: recordTotals(order, event), at: Math.max(context.at, event.at) };
    this.#abandoned = known;
    if (event.type === 'order.over') this.#endAbandoned(known);
  }

  #endAbandoned(context: EntryContext): void {
    this.#abandoned = context;
    if (context.order !== null && context.order.filled > 0)
      try {
        return this.#end({ status: 'filled', cause: 'bought' });
      } catch {
        // No position can be made of what it bought: it is found in the account as what no position covers.
      }
    this.#end({ status: 'rejected', cause: 'failed' });
  }

  #cancel({ clientId }: EntryOrder): void {
    this.#options.post('desk', { type: 'order.cancel', clientId });
  }

  #settle({ steps, look, wantsAssessment, order, cancel, ending }: EntryRequests): void {
    const { post, clock, assess } = this.#options;
    const { context } = this;
    for (const step of steps) this.#lines.push(stepNote(step, this.seed, context));
    if (order) this.#record(order);
    for (const clientId of cancel) post('desk', { type: 'order.cancel', clientId });
    if (ending) this.#end(ending);
    else if (wantsAssessment) this.send({ type: 'assessed', assessment: assess(context), at: clock.now() });
    else if (look) this.#options.look(this, look);
  }

  /** The order and all that led to it, durable before anything is sent. */
  #record(order: EntryOrder): void {
    const { post, clock } = this.#options;
    const { context } = this;
    const attempt = entryAttemptRecord(context, order);
    const sendBy = context.offer!.observedAt + context.rules.maxQuoteAgeMs;
    this.#hasOrder = true;
    this.#tellWatch('entry.began');
    post('ledger', {
      type: 'write',
      writes: [
        { kind: 'edge', edge: edgeRecord(this.seed, context, null) },
        { kind: 'entry_attempt', attempt },
        ...this.#takeLines(),
      ],
      alerts: [],
      after: { place: [{ attempt, priority: 'LOW', sendBy }], cancel: [] },
      done: (error) => {
        const at = clock.now();
        if (error === null) this.send({ type: 'order.recorded', at });
        else this.send({ type: 'order.unrecorded', error: error.message, at });
      },
    });
  }

  /** What was bought becomes a position in the same transaction that ends the entry. */
  #end(ending: EntryEnding): void {
    const { before, post, ended, failed } = this.#options;
    const { context } = this;
    const reason = endingReason(ending, context);
    const finished = edgeRecord(this.seed, context, { status: ending.status, reason, at: context.at });
    const position = ending.status === 'filled' ? boughtPosition(this.seed, context) : null;
    const isOld = context.order === null && before?.status === ending.status && before.cause === ending.cause;
    const row = isOld ? { ...finished, edgeId: before.edgeId } : finished;
    // Before this all may throw, and the entry is abandoned; from here on nothing does.
    this.#isOver = true;
    this.#lines.push(entryNote(row.edgeId, context.at, `entry.${ending.status}`, reason));
    const lines = this.#takeLines();
    const writes: StoreWrite[] = [{ kind: 'edge', edge: row }];
    if (position) writes.push({ kind: 'position', position, evaluation: null });
    post('ledger', {
      type: 'write',
      writes: isOld ? writes : [...writes, ...lines],
      alerts: [],
      after: null,
      done: (error) => {
        // What it bought is then found in the account as what no position covers.
        if (error !== null) failed(this, `its end can't be stored: ${error.message}`);
        else if (position) post('watch', { type: 'position.adopted', file: fileOf(position) });
        if (context.order !== null) this.#tellWatch('entry.ended');
        ended(this, ending, row);
      },
    });
  }

  #takeLines(): StoreWrite[] {
    return this.#lines.splice(0).map((decision): StoreWrite => ({ kind: 'decision', decision }));
  }

  #tellWatch(type: 'entry.began' | 'entry.ended'): void {
    const { market, side } = this.seed;
    this.#options.post('watch', { type, market, side, at: this.#options.clock.now() });
  }
}
