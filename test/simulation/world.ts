import type { OrderRef, OrderRequest, PlaceAnswer, TimerHandle } from '../../src/actors/ports.ts';
import { adoptPosition } from '../../src/domain/adoption.ts';
import type { Money } from '../../src/domain/money.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { pulledSource } from '../../src/services/venues/paper/book-source.ts';
import { feeModel } from '../../src/services/venues/paper/fees.ts';
import { PaperVenue } from '../../src/services/venues/paper/paper-venue.ts';
import { NOON } from '../support/domain-builders.ts';
import { Audit } from './audit.ts';
import { ExchangeTruth } from './exchange-truth.ts';
import type { Call, FaultPlan } from './faults.ts';
import {
  BOOK_EVERY_MS,
  bookOf,
  groupAt,
  MARKET,
  marketOf,
  quantityOf,
  type Scenario,
  sceneAt,
  type Variant,
} from './scenario.ts';

export const INSTANCE = 'simul8';
export const POSITION = 'g1';
const ENTRY_CENTS = 50;

/** What outlives every crash of the daemon: time, the exchange with its books, and the store. */
export class World {
  readonly clock = new VirtualClock(NOON);
  readonly scenario: Scenario;
  readonly variant: Variant;
  readonly plan: FaultPlan;
  readonly truth = new ExchangeTruth(() => this.audit.check());
  readonly audit: Audit;
  readonly store: MemoryStore;
  readonly trace: string[] = [];
  /** The first thing that went wrong. */
  violation: string | null = null;
  /** A request that lands later than its process lived. */
  lastLandingAt = NOON;
  /** An order of ours that rests at the exchange and that the store knows nothing of. */
  stray: OrderRequest | null = null;
  /** How long an order that has landed is not found yet (ms). */
  readLagMs = 0;
  /** The store says that the position is closed. */
  isClosed = false;
  /** Hears of every call over the edge. */
  met?: (call: Call) => void;
  exchange!: PaperVenue;
  #nextGroupAt = NOON;
  #cancels = 0;
  /** Ids of edges given so far. */
  edges = 0;

  constructor(scenario: Scenario, variant: Variant, plan: FaultPlan) {
    this.scenario = scenario;
    this.variant = variant;
    this.plan = plan;
    this.audit = new Audit({
      truth: this.truth,
      held: this.held,
      maxQuoteAgeMs: scenario.method.maxQuoteAgeMs,
      now: () => this.clock.now(),
      violated: (what) => this.violate(what),
    });
    this.store = new MemoryStore({
      now: () => this.clock.now(),
      instance: INSTANCE,
      afterCommit: (writes) => {
        this.audit.committed(writes);
        this.isClosed ||= writes.some((w) => w.kind === 'position' && w.position.phase === 'closed');
      },
    });
  }

  get held(): number {
    return quantityOf(this.scenario.contracts);
  }

  get cost(): Money {
    return this.held * ENTRY_CENTS * 100;
  }

  /** Opens the exchange with the holding, and the store with the position. */
  async open(): Promise<void> {
    const { clock, scenario, variant, held, cost } = this;
    const { side } = variant;
    this.exchange = await PaperVenue.open({
      source: pulledSource([marketOf(sceneAt(scenario, 0))]),
      store: this.truth,
      clock,
      fees: feeModel('kalshi'),
      cash: 10_000_000_000,
      adopt: [{ market: MARKET, side, quantity: held, cost }],
    });
    const lease = await this.store.acquireLease('setup', 1);
    if (!('epoch' in lease)) throw new Error('the store is new');
    const position = adoptPosition({
      id: POSITION,
      market: MARKET,
      side,
      quantity: held,
      cost,
      entryFees: 0,
      openedAt: NOON - 60_000,
      confidence: 'medium',
      modelProbability: scenario.modelProbability,
      modelAt: null,
      method: scenario.method,
      at: NOON - 60_000,
    });
    await this.store.commit(lease.epoch, [
      { kind: 'method', method: scenario.method },
      { kind: 'position', position, evaluation: null },
    ]);
    await this.store.releaseLease(lease.epoch);
    await this.showBooks(NOON);
    if (this.stray) await this.exchange.place(this.stray);
  }

  violate(what: string): void {
    this.note(`VIOLATION: ${what}`);
    this.violation ??= what;
  }

  note(what: string): void {
    this.trace.push(`${((this.clock.now() - NOON) / 1000).toFixed(3).padStart(9)} s  ${what}`);
  }

  after(ms: number, act: () => void): TimerHandle {
    this.lastLandingAt = Math.max(this.lastLandingAt, this.clock.now() + ms);
    return this.clock.setTimeout(act, ms);
  }

  // ── Books over time ────────────────────────────────────────────────────────────────────────────────────

  get nextGroupAt(): number {
    return this.#nextGroupAt;
  }

  /** Shows every book that is due by `until`. */
  async showBooks(until: number): Promise<void> {
    while (this.#nextGroupAt <= until) {
      const at = this.#nextGroupAt;
      this.#nextGroupAt += BOOK_EVERY_MS;
      await this.exchange.advance(groupAt(this.scenario, this.variant.side, NOON, at));
    }
  }

  /** The process stands still; the exchange doesn't. */
  async freeze(ms: number): Promise<void> {
    this.note(`the process freezes for ${ms / 1000} s`);
    this.clock.jump(ms);
    await this.showBooks(this.clock.now());
  }

  // ── Requests as they land at the exchange ──────────────────────────────────────────────────────────────

  async landPlace(order: OrderRequest): Promise<PlaceAnswer> {
    const answer = await this.exchange.place(order);
    this.audit.landed(order.clientId, answer);
    this.note(`  exchange: ${order.clientId} ${answerText(answer)}`);
    return answer;
  }

  async landCancel(ref: OrderRef) {
    this.#cancels += 1;
    if (this.#cancels === 1 && this.scenario.beforeFirstCancel) await this.#showForAnInstant();
    const answer = await this.exchange.cancel(ref);
    this.note(
      `  exchange: cancel ${ref.clientId} ${answer.kind === 'found' ? orderText(answer.order) : answer.kind}`,
    );
    return answer;
  }

  async #showForAnInstant(): Promise<void> {
    const at = this.clock.now();
    const { side } = this.variant;
    const scene = sceneAt(this.scenario, at - NOON);
    const bids = this.scenario.beforeFirstCancel!;
    await this.exchange.advance({ at, books: [bookOf(bids, [[99, 1]], side, at)] });
    await this.exchange.advance({ at, books: [bookOf(scene.bids, scene.asks, side, at)] });
  }
}

const answerText = (answer: PlaceAnswer): string =>
  answer.kind === 'accepted'
    ? orderText(answer.order)
    : answer.kind === 'rejected'
      ? `rejected ${answer.code}`
      : answer.reason;

const orderText = (order: { status: string; filled: number; quantity: number }): string =>
  `${order.status} ${order.filled / 100} of ${order.quantity / 100}`;
