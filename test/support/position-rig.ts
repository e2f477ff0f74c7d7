/** One position's statechart in virtual time: facts go in, requests come out as lines that read like a story. */
import { type ActorRefFrom, createActor, type InspectionEvent } from 'xstate';
import { exitRecord } from '../../src/actors/ledger/records.ts';
import type { ExitRecord } from '../../src/actors/ports.ts';
import type { MarketInfo, Quote } from '../../src/domain/market.ts';
import type { Method, Priority } from '../../src/domain/method.ts';
import { formatPrice, formatQuantity, type Price, type Quantity } from '../../src/domain/money.ts';
import type { Position, RunningExit } from '../../src/domain/position.ts';
import type { Watched } from '../../src/domain/position-facts.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { positionMachine } from '../../src/machines/position-machine.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import {
  aPosition,
  aQuote,
  defaultMethod,
  NOON,
  openMarket,
  SECOND,
  someSurroundings,
} from './domain-builders.ts';

export interface Given {
  position?: Partial<Position>;
  method?: Method;
  market?: Partial<MarketInfo>;
  inspect?: (event: InspectionEvent) => void;
}

type OverStatus = 'filled' | 'cancelled' | 'rejected';

/** How an order ended: what it sold in all, at which price, and the venue's refusal. */
interface End {
  sold?: Quantity;
  price?: Price;
  code?: string;
}

export class PositionRig {
  readonly clock = new VirtualClock(NOON);
  readonly method: Method;
  #log: string[] = [];
  #actor: ActorRefFrom<typeof positionMachine>;
  readonly #inspect: Given['inspect'];
  /** How often a quote and the market's status were asked for. */
  asked = { quote: 0, market: 0 };
  /** Every fact about orders sent so far, to be sent again. */
  readonly facts: PositionEvent[] = [];
  /** Replaces what is logged by what a test wants to see of the requests. */
  hear: {
    order?: (watched: Watched) => void;
    cancel?: (clientId: string) => void;
    ended?: (exit: RunningExit) => void;
  } = {};
  error: unknown = null;
  #patientPaused = false;
  /** The last exit's record as it was saved. */
  saved: ExitRecord | null = null;

  constructor({ position = {}, method = defaultMethod(), market = {}, inspect }: Given = {}) {
    this.method = method;
    this.#inspect = inspect;
    this.#actor = this.#start(aPosition(position), openMarket(market), null);
  }

  get watched(): Watched {
    return this.#actor.getSnapshot().context;
  }
  get position(): Position {
    return this.watched.position;
  }
  /** The running exit. Throws without one. */
  get exit(): RunningExit {
    if (!this.position.exit) throw new Error(`no exit runs in ${this.state}`);
    return this.position.exit;
  }
  /** 'open', 'exiting.working', … */
  get state(): string {
    const { value } = this.#actor.getSnapshot();
    return typeof value === 'string' ? value : Object.entries(value).flat().join('.');
  }
  /** Seconds since the test began. */
  get seconds(): number {
    return (this.clock.now() - NOON) / SECOND;
  }

  /** What was requested since the last time it was asked. */
  take(): string[] {
    const log = this.#log;
    this.#log = [];
    return log;
  }

  send(event: PositionEvent): this {
    this.#actor.send(event);
    return this;
  }
  now(): { at: number } {
    return { at: this.clock.now() };
  }
  /** Both sides as given; the ask is one cent above the bid unless told. */
  quote(bid: Price | null, ask: Price | null = bid === null ? null : bid + 100, ageMs = 0): this {
    const quote: Quote = { ...aQuote(bid), ask, observedAt: this.clock.now() - ageMs };
    return this.send({ type: 'quote', quote, ...this.now() });
  }
  tick(): this {
    return this.send({ type: 'cadence.due', ...this.now() });
  }
  /** The working order has sold so much in all. */
  filled(total: Quantity, price: Price = this.exit.attempt!.limitPrice!): this {
    return this.fact({ type: 'order.filled', ...this.#totals(total, price) });
  }
  /** The working order is over. */
  over(
    status: OverStatus,
    {
      sold = status === 'filled' ? this.exit.attempt!.quantity : this.exit.attempt!.filled,
      price,
      code,
    }: End = {},
  ): this {
    const totals = this.#totals(sold, price ?? this.exit.attempt!.limitPrice!);
    return this.fact({ type: 'order.over', ...totals, status, code: code ?? null });
  }
  fact(event: PositionEvent): this {
    this.facts.push(event);
    return this.send(event);
  }
  market(change: Partial<MarketInfo>): this {
    const market = { ...this.watched.surroundings.market, ...change };
    return this.send({ type: 'market.changed', market, ...this.now() });
  }
  operatorExit(change: { quantity?: Quantity; priority?: Priority; note?: string } = {}): this {
    const { quantity = null, priority = 'HIGH', note = null } = change;
    return this.send({ type: 'operator.exit', quantity, priority, note, ...this.now() });
  }
  hold(cancel = false): this {
    return this.send({ type: 'operator.hold', cancel, note: null, ...this.now() });
  }
  operator(word: 'release' | 'resume' | 'retry'): this {
    return this.send({ type: `operator.${word}`, note: null, ...this.now() });
  }
  breaker(tripped: boolean): this {
    return this.send({
      type: 'breaker.changed',
      dailyLoss: { tripped, pnl: null, limit: null },
      ...this.now(),
    });
  }
  /** The database breaker pauses MEDIUM and LOW exits, or does so no more; a new process finds it as it is. */
  patience(paused: boolean): this {
    this.#patientPaused = paused;
    return this.send({ type: 'patience.changed', patientPaused: paused, ...this.now() });
  }
  missing(quantity: Quantity): this {
    return this.send({ type: 'holdings.reduced', missing: quantity, asOf: this.clock.now(), ...this.now() });
  }

  /** Time passes; timers fire at their times. */
  pass(seconds: number): this {
    const until = this.clock.now() + seconds * SECOND;
    while (this.clock.fireNext(until));
    this.clock.moveTo(until);
    return this;
  }
  /** Time passes, then a quote comes. */
  later(seconds: number, bid: Price | null, ask?: Price | null): this {
    return this.pass(seconds).quote(bid, ask);
  }

  /** The row as it is stored. */
  get row(): string {
    return JSON.stringify(this.position);
  }

  /** A new process goes on from the stored row `seconds` later; `market` is what it finds. */
  restart({
    seconds = 0,
    market = {},
    row = this.row,
  }: {
    seconds?: number;
    market?: Partial<MarketInfo>;
    row?: string;
  } = {}): this {
    const { surroundings } = this.watched;
    this.#actor.stop();
    this.clock.jump(seconds * SECOND);
    const position = JSON.parse(row) as Position;
    const stored = { ...position, at: Math.max(position.at, this.clock.now()) };
    this.#actor = this.#start(stored, { ...surroundings.market, ...market }, stored.mark);
    return this;
  }

  #totals(total: Quantity, price: Price) {
    const { attempt } = this.exit;
    const more = total - attempt!.filled;
    return {
      clientId: attempt!.clientId,
      filledTotal: total,
      proceedsTotal: attempt!.proceeds + more * price,
      feesTotal: attempt!.fees + more,
      at: this.clock.now(),
    };
  }

  #start(position: Position, market: MarketInfo, lastMark: Price | null) {
    const surroundings = { ...someSurroundings({ market }), patientPaused: this.#patientPaused };
    const input: Watched = {
      position,
      method: this.method,
      surroundings,
      evaluation: null,
      lastMark: lastMark ?? position.mark,
      instance: 'test',
    };
    const actor = createActor(this.#machine(), {
      clock: this.clock as never,
      input,
      ...(this.#inspect ? { inspect: this.#inspect } : {}),
    });
    actor.subscribe({
      error: (error) => {
        this.error = error;
      },
    });
    actor.start();
    return actor;
  }

  #machine() {
    const say = (line: string) => this.#log.push(line);
    return positionMachine.provide({
      actions: {
        saveExit: ({ context }, { exit, ending }) => {
          const record = exitRecord(context.position, exit, ending);
          const { status, filled, number, reason } = record;
          this.saved = record;
          if (ending === null) return;
          this.hear.ended?.(exit);
          say(`exit ${number} ${reason} ${status}, sold ${formatQuantity(filled)}`);
        },
        requestOrder: ({ context }, { exit }) => {
          const { number, orderType, quantity, limitPrice } = exit.attempt!;
          const step = exit.step === 'walk' ? `walk ${exit.walks + 1}` : orderType;
          say(
            `order ${exit.number}-${number} ${step} ${formatQuantity(quantity)} at ${formatPrice(limitPrice!)}`,
          );
          this.hear.order?.(context);
        },
        requestCancel: (_, { clientId }) => {
          say(`cancel ${clientId.split('x')[1]}`);
          this.hear.cancel?.(clientId);
        },
        askForQuote: () => {
          this.asked.quote += 1;
        },
        askForMarket: () => {
          this.asked.market += 1;
        },
        raiseAlert: (_, { kind, severity, exit }) => {
          const cause = exit.failure ? ` (${exit.failure.code ?? exit.failure.cause})` : '';
          say(`alert ${severity} ${kind}${cause}`);
        },
        saveMethod: (_, { from, method, changes }) => {
          say(`method.changed ${from} → ${method.name}@${method.version}, ${changes.length} settings`);
        },
        journal: ({ context }, { kind, note }) => {
          const exit = context.position.exit;
          const what = kind === 'exit.triggered' ? ` ${exit!.reason} ${exit!.priority}` : '';
          say(`${kind}${what}${note ? `: ${note}` : ''}`);
        },
      },
    });
  }
}
