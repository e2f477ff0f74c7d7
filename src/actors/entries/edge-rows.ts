import type { ModelValue } from '../../domain/model-value.ts';
import type { EntryEnding } from '../../machines/entry-machine.ts';
import type { Post } from '../mail.ts';
import type { Clock, EdgeRecord, EdgeStatus, Ids, Store, StoreWrite } from '../ports.ts';
import { entryNote } from './entry-journal.ts';

/** How the last edge of a market and side ended without an order of ours. */
interface LastRow {
  edgeId: string;
  /** Null: the edge was too small for an entry. */
  ending: EntryEnding | null;
}

export interface EdgeRowsOptions {
  store: Pick<Store, 'position' | 'entry'>;
  ids: Ids;
  clock: Clock;
  post: Post;
  crash: (error: unknown) => void;
}

/** The rows of edges that no entry works: new ones, and those that come to nothing. */
export class EdgeRows {
  readonly #options: EdgeRowsOptions;
  readonly #last = new Map<string, LastRow>();

  constructor(options: EdgeRowsOptions) {
    this.#options = options;
  }

  /** A row for a model's word, under an id that neither a position nor an edge has. */
  async draft(value: ModelValue, replaces: string | null): Promise<EdgeRecord> {
    const { store, ids, clock } = this.#options;
    for (;;) {
      const edgeId = ids.next();
      if ((await store.position(edgeId)) !== null || (await store.entry(edgeId)) !== null) continue;
      return {
        ...value,
        edgeId,
        status: 'working',
        reason: null,
        verdicts: [],
        work: null,
        replaces,
        detectedAt: clock.now(),
        decidedAt: null,
      };
    }
  }

  /** How the last entry there ended, if without an order; one that ends the same way renews its row. */
  lastEntry(edge: Pick<EdgeRecord, 'market' | 'side'>): (EntryEnding & { edgeId: string }) | null {
    const last = this.#last.get(keyOf(edge));
    return last?.ending ? { ...last.ending, edgeId: last.edgeId } : null;
  }

  noteEnd(edge: EdgeRecord, ending: EntryEnding | null): void {
    const { edgeId, work } = edge;
    if (work === null) this.#last.set(keyOf(edge), { edgeId, ending });
    else this.#last.delete(keyOf(edge));
  }

  /** The edge is too small: its row is renewed where the last one said the same. */
  async skip(value: ModelValue, reason: string): Promise<void> {
    const before = this.#last.get(keyOf(value));
    const isOld = before?.ending === null;
    const draft = isOld ? null : await this.draft(value, null);
    const { clock } = this.#options;
    const at = clock.now();
    const row: EdgeRecord = {
      ...(draft ?? { ...value, verdicts: [], work: null, replaces: null, detectedAt: at }),
      edgeId: draft?.edgeId ?? before!.edgeId,
      status: 'skipped',
      reason,
      decidedAt: at,
    };
    this.noteEnd(row, null);
    this.write([{ kind: 'edge', edge: row }, ...(isOld ? [] : [noteOf(row)])]);
  }

  /** A row comes to its end without an entry. */
  end(row: EdgeRecord, status: EdgeStatus, reason: string, also: StoreWrite[] = []): void {
    const ended: EdgeRecord = { ...row, status, reason, decidedAt: this.#options.clock.now() };
    this.write([...also, { kind: 'edge', edge: ended }, noteOf(ended)]);
  }

  write(writes: StoreWrite[], done: () => void = () => {}): void {
    const { post, crash } = this.#options;
    post('ledger', {
      type: 'write',
      writes,
      alerts: [],
      after: null,
      done: (error) => (error === null ? done() : crash(error)),
    });
  }
}

const noteOf = ({ edgeId, status, reason, decidedAt }: EdgeRecord): StoreWrite => ({
  kind: 'decision',
  decision: entryNote(edgeId, decidedAt!, `entry.${status}`, reason ?? status),
});

const keyOf = ({ market, side }: Pick<EdgeRecord, 'market' | 'side'>): string => `${side} ${market}`;
