/** One entry's statechart in virtual time: facts go in, requests come out as lines. */
import { createActor, type InspectionEvent } from 'xstate';
import { assessEntry, type EntryContext, type EntryRules, type Offer } from '../../src/domain/entry.ts';
import type { MarketInfo } from '../../src/domain/market.ts';
import {
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  ONE_CONTRACT,
  type Price,
  type Quantity,
} from '../../src/domain/money.ts';
import type { Exposure } from '../../src/domain/risk.ts';
import { type EntryActor, type EntryEvent, entryMachine } from '../../src/machines/entry-machine.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { defaultMethod, NOON, openMarket, SECOND } from './domain-builders.ts';

/** Half a cent a contract. */
const feeOf = (quantity: Quantity): Money => quantity * 50;

export const ENTRY_RULES: EntryRules = {
  method: { name: 'default', version: 1 },
  confidence: 'high',
  minEdge: 50_000,
  kellyFraction: 200_000,
  confidenceScale: 1_000_000,
  maxBookShare: 250_000,
  step: ONE_CONTRACT,
  orderTimeoutMs: 30 * SECOND,
  maxQuoteAgeMs: 15 * SECOND,
  time: defaultMethod().conditions.time_based_urgent,
};

export interface EntryGiven {
  context?: Partial<EntryContext>;
  /** What is at stake already, and an operator's pause. */
  exposures?: Exposure[];
  paused?: boolean;
}

export class EntryRig {
  readonly clock = new VirtualClock(NOON);
  readonly #actor: EntryActor;
  #log: string[] = [];
  #isAsked = false;
  readonly #given: EntryGiven;

  constructor(given: EntryGiven = {}, inspect?: (event: InspectionEvent) => void) {
    this.#given = given;
    const say = (line: string) => this.#log.push(line);
    const machine = entryMachine.provide({
      actions: {
        lookAround: (_, missing) => {
          const names = Object.entries(missing).flatMap(([name, is]) => (is ? name : []));
          if (names.length > 0) say(`look for ${names.join(', ')}`);
        },
        askForAssessment: () => {
          this.#isAsked = true;
        },
        requestOrder: (_, { order }) =>
          say(
            `order ${order.clientId}: ${formatQuantity(order.quantity)} at ${formatPrice(order.limitPrice)} for ${formatMoney(order.reserved)}`,
          ),
        requestCancel: (_, { clientId }) => say(`cancel ${clientId}`),
        journal: (_, { step }) => say(step),
        end: (_, { status, cause }) => say(`${status}: ${cause}`),
      },
    });
    this.#actor = createActor(machine, {
      clock: this.clock as never,
      input: anEntry(given.context),
      ...(inspect ? { inspect } : {}),
    });
    this.#actor.subscribe({ next: () => this.#assess(), error: () => {} });
    this.#actor.start();
  }

  get state(): string {
    const { value } = this.#actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }
  get context(): EntryContext {
    return this.#actor.getSnapshot().context;
  }
  take(): string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }
  send(event: EntryEvent): this {
    this.#actor.send(event);
    return this;
  }
  /** The book asks this for the side; null: nobody asks. */
  offer(ask: Price | null, change: Partial<Offer> = {}): this {
    const at = this.clock.now();
    const offer =
      ask === null ? null : { bid: ask - 100, ask, size: 100_000, fee: feeOf(100), observedAt: at };
    return this.send({ type: 'offer.seen', offer: offer && { ...offer, ...change }, at });
  }
  market(change: Partial<MarketInfo> = {}): this {
    const info = openMarket({ closeTime: null, ...change });
    return this.send({ type: 'market.changed', info, at: this.clock.now() });
  }
  cash(cash: Money): this {
    return this.send({ type: 'cash.read', cash, at: this.clock.now() });
  }
  /** All that it must know: asked at 0.50 in an open market, with $1,000. */
  all(): this {
    return this.market().cash(1_000_000_000).offer(5000);
  }
  recorded(): this {
    return this.send({ type: 'order.recorded', at: this.clock.now() });
  }
  filled(total: Quantity): this {
    return this.send({ type: 'order.filled', ...this.#totals(total) });
  }
  over(status: 'filled' | 'cancelled' | 'rejected', total: Quantity, refusal: string | null = null): this {
    return this.send({ type: 'order.over', ...this.#totals(total), status, refusal });
  }
  callOff(why = 'entries are paused'): this {
    return this.send({ type: 'called.off', why, at: this.clock.now() });
  }
  pass(seconds: number): this {
    const until = this.clock.now() + seconds * SECOND;
    while (this.clock.fireNext(until));
    this.clock.moveTo(until);
    return this;
  }

  #totals(total: Quantity) {
    const { clientId, limitPrice } = this.context.order!;
    const costTotal = total * limitPrice;
    return { clientId, filledTotal: total, costTotal, feesTotal: feeOf(total), at: this.clock.now() };
  }

  /** As the host answers: in the same instant. */
  #assess(): void {
    if (!this.#isAsked) return;
    this.#isAsked = false;
    const { context } = this;
    const { exposures = [], paused = false } = this.#given;
    const assessment = assessEntry(
      context,
      context.offer!,
      context.rules,
      {
        cash: context.cash!,
        balance: context.cash!,
        exposures,
        limits: {
          maxOpenPositions: 10,
          maxDeployed: 500_000,
          maxGroupExposure: 100_000,
          maxCorrelatedExposure: 200_000,
          marketGroups: [],
          correlatedGroups: [],
        },
        breakers: { dailyLoss: false, api: false, database: false },
        paused,
      },
      feeOf,
    );
    this.send({ type: 'assessed', assessment, at: this.clock.now() });
  }
}

/** YES of GAME-A at 0.60, just detected. */
export const anEntry = (change: Partial<EntryContext> = {}): EntryContext => ({
  edgeId: 'abc123',
  market: 'GAME-A',
  side: 'yes',
  probability: 600_000,
  rules: ENTRY_RULES,
  instance: 'test',
  offer: null,
  info: null,
  cash: null,
  assessment: null,
  order: null,
  calledOff: null,
  lookUntil: NOON + 30 * SECOND,
  at: NOON,
  ...change,
});
