import type { Clock } from '../../../actors/ports.ts';
import type { Watch } from '../../../actors/watch/watch.ts';
import type { Book } from '../../../domain/market.ts';
import type { Position } from '../../../domain/position.ts';
import type { PositionView } from '../../operations/operations.ts';
import { viewAt } from '../../reports/live-view.ts';
import { viewPosition } from '../../reports/position-views.ts';

interface Seen {
  position: Position;
  book: Book | null;
  view: PositionView;
  /** When it was made (ms). */
  at: number;
  /** In which of our looks it was made. */
  look: number;
}

interface Sources {
  clock: Pick<Clock, 'now'>;
  watch(): Pick<Watch, 'positions' | 'view' | 'closedSince'>;
}

/** Closed ones that are remembered for listeners that lag. */
const MOST_CLOSED = 1000;
/** As many views as are made at once for quotes alone, some 5 ms of work: those that are left out come next time. */
const MOST_FOR_QUOTES = 250;

/** The open positions as lists show them, made anew for those alone that have changed. */
export class LivePositions {
  readonly #sources: Sources;
  readonly #seen = new Map<string, Seen>();
  readonly #closed: string[] = [];
  #looks = 0;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The ids of those that have changed since the last look; a position that was closed is among them once more. */
  refresh(): string[] {
    const watch = this.#sources.watch();
    const open = watch.positions();
    this.#looks += 1;
    const turned: string[] = [];
    const moved: string[] = [];
    for (const { id } of open) {
      const live = watch.view(id)!;
      const seen = this.#seen.get(id);
      if (!seen || hasTurned(seen.position, live.position)) turned.push(id);
      else if (seen.position !== live.position || seen.book !== live.book) moved.push(id);
    }
    const changed = [...turned, ...this.#some(moved)];
    for (const id of changed) this.#look(watch, id);
    const gone = this.#close(watch, new Set(open.map(({ id }) => id)));
    return [...changed, ...gone];
  }

  /** Every open one, oldest first. */
  all(): PositionView[] {
    return [...this.#seen.values()]
      .filter(({ position }) => position.phase !== 'closed')
      .sort((a, b) => a.position.openedAt - b.position.openedAt || (a.view.id < b.view.id ? -1 : 1))
      .map((seen) => this.#now(seen));
  }

  of(ids: Iterable<string>): PositionView[] {
    return [...ids].flatMap((id) => {
      const seen = this.#seen.get(id);
      return seen ? this.#now(seen) : [];
    });
  }

  forget(): void {
    this.#seen.clear();
    this.#closed.length = 0;
  }

  /** Those that were looked at the longest ago, so that none is left out for long. */
  #some(ids: readonly string[]): readonly string[] {
    if (ids.length <= MOST_FOR_QUOTES) return ids;
    const lookOf = (id: string): number => this.#seen.get(id)!.look;
    return ids.toSorted((a, b) => lookOf(a) - lookOf(b)).slice(0, MOST_FOR_QUOTES);
  }

  /** Its mark has aged since it was looked at. */
  #now({ view, at }: Seen): PositionView {
    const { mark_age_seconds: age } = view;
    const since = this.#sources.clock.now() - at;
    return age === null || since === 0 ? view : { ...view, mark_age_seconds: age + since / 1000 };
  }

  #look(watch: Pick<Watch, 'view'>, id: string): void {
    const at = this.#sources.clock.now();
    const { position, evaluation, book, watched } = watch.view(id)!;
    const viewed = watched === null ? { position, evaluation, at } : viewAt(watched, book, at);
    this.#seen.set(id, { position, book, view: viewPosition(viewed), at, look: this.#looks });
  }

  /** What is under watch no more was closed. It is kept as closed, for listeners that lag. */
  #close(watch: Pick<Watch, 'closedSince'>, open: ReadonlySet<string>): string[] {
    const gone = [...this.#seen].filter(([id, { position }]) => !open.has(id) && position.phase !== 'closed');
    if (gone.length === 0) return [];
    const closed = new Map(watch.closedSince(0).map((position) => [position.id, position]));
    const at = this.#sources.clock.now();
    for (const [id, seen] of gone) {
      const position = closed.get(id) ?? { ...seen.position, phase: 'closed' as const };
      this.#seen.set(id, { ...seen, at, position, view: viewPosition({ position, evaluation: null, at }) });
    }
    const ids = gone.map(([id]) => id);
    this.#closed.push(...ids);
    const tooMany = Math.max(0, this.#closed.length - MOST_CLOSED);
    for (const id of this.#closed.splice(0, tooMany)) this.#seen.delete(id);
    return ids;
  }
}

/** Something was decided, by it or about it. */
const hasTurned = (before: Position, after: Position): boolean =>
  before.phase !== after.phase || before.exit !== after.exit || before.held !== after.held;
