import type { AlertRecord, BreakerRecord } from '../src/actors/ports.ts';
import type { Evaluation } from '../src/domain/evaluation.ts';
import type { Position, RunningExit } from '../src/domain/position.ts';
import type { EventSources } from '../src/services/http/events/feed.ts';
import { lot, method } from './worlds.ts';

type Seen = NonNullable<ReturnType<ReturnType<EventSources['watch']>['view']>>;

const STEP_MS = 15_000;

/** Made-up positions whose quotes all move each time they are stirred, and of which some go from state to state. */
export class Crowd implements EventSources {
  readonly clock = { now: Date.now };
  readonly openAlerts = { list: () => ALERTS };
  readonly #ids: string[];
  readonly #seen = new Map<string, Seen>();
  #stirs = 0;
  #random = 1;

  constructor(size: number) {
    this.#ids = Array.from({ length: size }, (_, index) => `p${index}`);
    const at = Date.now();
    for (const [index, id] of this.#ids.entries()) {
      const position = lot(
        id,
        `MARKET-${String(index % 500).padStart(3, '0')}-2026`,
        at,
        4_000 + (index % 20) * 100,
      );
      this.#put({ ...position, bid: 5_000, quotedAt: at });
    }
  }

  watch = (): ReturnType<EventSources['watch']> => ({
    positions: () => this.#ids.map((id) => this.#seen.get(id)!.position),
    view: (id) => this.#seen.get(id) ?? null,
    closedSince: () => [],
  });

  breakers = (): BreakerRecord[] => [];

  /** Every quote moves; one position in a hundred goes on to its next state. */
  stir(): void {
    this.#stirs += 1;
    const at = Date.now();
    for (const [index, id] of this.#ids.entries()) {
      const { position } = this.#seen.get(id)!;
      const bid = Math.min(9_000, Math.max(1_000, position.bid! + (this.#draw(5) - 2) * 100));
      const goesOn = (index + this.#stirs) % 100 === 0;
      this.#put({ ...(goesOn ? turn(position, at) : position), bid, mark: bid, quotedAt: at, at });
    }
  }

  #put(position: Position): void {
    const { bid } = position;
    const nearest = { condition: 'stop_loss', price: 3_400, distance: Math.abs(bid! - 3_400) };
    const evaluation = { nearest } as Evaluation;
    this.#seen.set(position.id, { position, evaluation, watched: null, book: null } as Seen);
  }

  /** From 0 to below `below`, the same each run. */
  #draw(below: number): number {
    this.#random = (this.#random * 48_271) % 2_147_483_647;
    return this.#random % below;
  }
}

/** open → urgent → exiting → walking → open */
function turn(position: Position, at: number): Position {
  switch (position.phase) {
    case 'open':
      return { ...position, phase: 'urgent' };
    case 'urgent':
      return { ...position, phase: 'exiting', exit: exitOf(position, 'limit', at) };
    case 'exiting':
      return { ...position, phase: 'walking', exit: exitOf(position, 'walk', at) };
    default:
      return { ...position, phase: 'open', exit: null };
  }
}

const exitOf = (position: Position, step: 'limit' | 'walk', at: number): RunningExit =>
  ({
    ...{ id: `${position.id}-1`, number: 1, reason: 'profit_target', priority: 'MEDIUM', step },
    ...{ walks: 1, repeats: 0, attempts: 2, deadline: at + STEP_MS, pausedLeft: null, takenOverBy: null },
    ...{ ending: null, waitUntil: null, failure: null, orderEnd: null },
    ...{ execution: method.execution.MEDIUM, attempt: { limitPrice: position.bid, cancelRequested: false } },
  }) as unknown as RunningExit;

const ALERTS: AlertRecord[] = (['critical', 'warning', 'warning', 'info'] as const).map(
  (severity, index) => ({
    alertId: `a${index}`,
    key: `exit_gave_up p${index}`,
    kind: 'exit_gave_up',
    severity,
    positionId: `p${index}`,
    text: `YES MARKET-00${index}-2026 (p${index}, 100.00 left, mark $0.5000): profit_target gave up after 5 walks`,
    raisedAt: Date.now(),
    lastAt: Date.now(),
    times: index + 1,
    resolvedAt: null,
  }),
);
