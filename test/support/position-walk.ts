/** A random walk of one position through a world with a venue of its own, and what must be true after every step. */
import { expect } from 'vitest';
import type { TradingStatus } from '../../src/domain/market.ts';
import type { Priority } from '../../src/domain/method.ts';
import type { Price, Quantity } from '../../src/domain/money.ts';
import { cumulativeQuantity } from '../../src/domain/partial-exits.ts';
import { remaining } from '../../src/domain/position.ts';
import type { Watched } from '../../src/domain/position-facts.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { type Given, PositionRig } from './position-rig.ts';

/** What happens next. `lost`: the process dies before what it decided is committed, and starts again from the row. */
export type Step = { lost: boolean } & (
  | { do: 'quote'; bid: Price | null; spread: Price | null; ageSeconds: number }
  | { do: 'tick' }
  | { do: 'pass'; seconds: number }
  | { do: 'fill'; share: number; late: boolean }
  | { do: 'end'; code: string | null; late: boolean }
  | { do: 'deliver'; index: number }
  | { do: 'repeat'; index: number }
  | { do: 'market'; status: TradingStatus }
  | { do: 'exit'; priority: Priority; quantity: Quantity | null }
  | { do: 'operator'; word: 'release' | 'resume' | 'retry' }
  | { do: 'hold'; cancel: boolean }
  | { do: 'breaker'; tripped: boolean }
  | { do: 'patience'; paused: boolean }
  | { do: 'missing'; quantity: Quantity }
  | { do: 'model'; probability: number }
  | { do: 'restart'; seconds: number }
);

/** An order as the venue has it. */
interface VenueOrder {
  clientId: string;
  price: Price;
  quantity: Quantity;
  filled: Quantity;
  isOver: boolean;
  cancelAsked: boolean;
}

export class PositionWalk {
  readonly rig: PositionRig;
  readonly #orders: VenueOrder[] = [];
  /** Facts that are still on their way, and all that were ever told. */
  readonly #underWay: PositionEvent[] = [];
  readonly #told: PositionEvent[] = [];
  /** What the step asks for: done once it is committed. */
  #requests: (() => void)[] = [];
  #soldByEndedExits = 0;
  #stages: string[] = [];

  constructor(given: Given) {
    this.rig = new PositionRig(given);
    this.rig.hear = {
      order: (watched) => this.#place(watched),
      cancel: (clientId) => this.#requests.push(() => this.#cancel(clientId)),
      ended: (exit) =>
        this.#requests.push(() => {
          this.#soldByEndedExits += exit.filled;
        }),
    };
  }

  take(step: Step): void {
    const row = this.rig.row;
    const fact = this.#do(step);
    if (step.lost) this.#dieBeforeCommit(row, fact);
    for (const request of this.#requests) request();
    this.#requests = [];
    this.#check();
  }

  // ── The world ────────────────────────────────────────────────────────────────────────────────────────────

  /** Does the step; returns the fact about an order that was told with it. */
  #do(step: Step): PositionEvent | null {
    const { rig } = this;
    switch (step.do) {
      case 'quote': {
        const { bid, spread, ageSeconds } = step;
        const ask = spread === null ? null : Math.min(9_900, (bid ?? 5_000) + spread);
        rig.quote(bid, ask, ageSeconds * 1000);
        return null;
      }
      case 'pass':
        rig.pass(step.seconds);
        expect(this.#orderedNothing, 'a timer places no order').toBe(true);
        return null;
      case 'fill':
        return this.#tell(this.#fill(step.share), step.late);
      case 'end':
        return this.#tell(this.#end(step.code), step.late);
      case 'deliver':
        return this.#tell(
          this.#underWay.splice(step.index % Math.max(1, this.#underWay.length), 1)[0] ?? null,
          false,
        );
      case 'repeat':
        return this.#tell(this.#told[step.index % Math.max(1, this.#told.length)] ?? null, false);
      case 'market':
        rig.market({ status: step.status, settlementValue: step.status === 'settled' ? 10_000 : null });
        return null;
      case 'exit':
        rig.send({
          type: 'operator.exit',
          quantity: step.quantity,
          priority: step.priority,
          note: null,
          ...rig.now(),
        });
        return null;
      case 'model':
        rig.send({
          type: 'model.changed',
          probability: step.probability,
          modelAt: rig.clock.now(),
          ...rig.now(),
        });
        return null;
      case 'tick':
        rig.tick();
        return null;
      case 'operator':
        rig.operator(step.word);
        return null;
      case 'hold':
        rig.hold(step.cancel);
        return null;
      case 'breaker':
        rig.breaker(step.tripped);
        return null;
      case 'patience':
        rig.patience(step.paused);
        return null;
      case 'missing':
        rig.missing(step.quantity);
        return null;
      case 'restart':
        rig.restart({ seconds: step.seconds });
        return null;
    }
  }

  get #live(): VenueOrder | undefined {
    return this.#orders.find((order) => !order.isOver);
  }
  get #sold(): Quantity {
    return this.#orders.reduce((sum, order) => sum + order.filled, 0);
  }

  #fill(share: number): PositionEvent | null {
    const order = this.#live;
    if (!order) return null;
    order.filled += Math.ceil(((order.quantity - order.filled) * share) / 100);
    return { type: 'order.filled', ...this.#totals(order) };
  }

  #end(code: string | null): PositionEvent | null {
    const order = this.#live;
    if (!order) return null;
    order.isOver = true;
    const full = order.filled >= order.quantity;
    const refused = code !== null && order.filled === 0 && !order.cancelAsked;
    const status = full ? 'filled' : refused ? 'rejected' : 'cancelled';
    return { type: 'order.over', ...this.#totals(order), status, code: refused ? code : null };
  }

  #totals({ clientId, filled, price }: VenueOrder) {
    return {
      clientId,
      filledTotal: filled,
      proceedsTotal: filled * price,
      feesTotal: filled,
      ...this.rig.now(),
    };
  }

  #tell(fact: PositionEvent | null, late: boolean): PositionEvent | null {
    if (fact === null) return null;
    if (late) {
      this.#underWay.push(fact);
      return null;
    }
    this.#told.push(fact);
    this.rig.send(fact);
    return fact;
  }

  #orderedNothing = true;

  #place({ position, surroundings }: Watched): void {
    const exit = position.exit!;
    const { clientId, limitPrice, quantity } = exit.attempt!;
    this.#orderedNothing = false;
    expect(surroundings.market.status, 'orders go to trading markets').toBe('open');
    const urgent = exit.priority === 'CRITICAL' || exit.priority === 'HIGH';
    expect(urgent || !surroundings.patientPaused, 'the database breaker pauses MEDIUM and LOW').toBe(true);
    expect(
      this.#orders.filter((o) => !o.isOver && o.clientId !== clientId),
      'one live order',
    ).toEqual([]);
    expect(this.#sold + quantity + position.writtenOff, 'sold + live ≤ held').toBeLessThanOrEqual(
      position.quantity,
    );
    expect(limitPrice! % 100, 'on the grid').toBe(0);
    const floor = Math.max(100, (exit.step === 'market' ? exit.marketFloor : exit.walkFloor) ?? 0);
    expect(limitPrice, 'above the floor').toBeGreaterThanOrEqual(floor);
    this.#requests.push(() => {
      this.#orders.push({
        clientId,
        price: limitPrice!,
        quantity,
        filled: 0,
        isOver: false,
        cancelAsked: false,
      });
    });
  }

  #cancel(clientId: string): void {
    const order = this.#orders.find((each) => each.clientId === clientId);
    expect(order, 'only known orders are cancelled').toBeDefined();
    order!.cancelAsked = true;
  }

  /** Nothing of the step was committed; what it was told is told again, from the ledger. */
  #dieBeforeCommit(row: string, fact: PositionEvent | null): void {
    this.#requests = [];
    this.rig.restart({ row });
    if (fact) this.#underWay.push(fact);
  }

  // ── The invariants ───────────────────────────────────────────────────────────────────────────────────────

  #check(): void {
    const { rig } = this;
    const { position } = rig;
    this.#orderedNothing = true;
    rig.take();
    expect(rig.error).toBeNull();
    expect(remaining(position), 'remaining').toBeGreaterThanOrEqual(0);
    expect(position.sold, 'only fills are sales').toBeLessThanOrEqual(this.#sold);
    if (this.#underWay.length === 0) expect(position.sold, 'no fill is lost').toBe(this.#sold);
    expect(this.#soldByEndedExits + (position.exit?.filled ?? 0), 'exits add up').toBe(position.sold);
    if (position.exit) expect(position.exit.filled).toBeLessThanOrEqual(position.exit.quantity);
    this.#checkStages();
    if (rig.state === 'closed') this.#checkEvidence();
    else this.#checkGoesOn();
  }

  #checkStages(): void {
    const { stages, exit, quantity, sold } = this.rig.position;
    this.#stages.forEach((before, i) => {
      if (before === 'finished') expect(stages[i], 'finished for good').toBe('finished');
    });
    this.#stages = stages;
    if (exit?.stage == null) return;
    const due = cumulativeQuantity(quantity, this.rig.method.partialExits, exit.stage);
    expect(sold - exit.filled + exit.quantity, 'a stage sells its share once').toBeLessThanOrEqual(due);
  }

  #checkEvidence(): void {
    const { position, watched } = this.rig;
    const settled = watched.surroundings.market.status === 'settled';
    expect(settled || position.sold + position.writtenOff === position.quantity, 'evidence').toBe(true);
    expect(this.#live, 'nothing is left behind').toBeUndefined();
    expect(position.exit).toBeNull();
  }

  /** An exit never stands still: a timer runs, or something was asked for. */
  #checkGoesOn(): void {
    const { state, clock, position } = this.rig;
    const [phase, step] = state.split('.');
    if (phase !== 'exiting' && phase !== 'walking') {
      expect(clock.nextDeadline(), `${state} has no timer`).toBeNull();
      return;
    }
    const timer = clock.nextDeadline() !== null;
    const goesOn = {
      working: timer,
      paused: timer,
      waiting: timer || position.exit!.due,
      awaitingBid: timer || position.exit!.due,
      placing: this.rig.asked.quote > 0,
      cancelling: position.exit!.attempt?.cancelRequested === true,
    }[step!];
    expect(goesOn, `${state} goes on`).toBe(true);
  }
}
