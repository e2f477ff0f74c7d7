import type { Ids, Notifier, PositionFile } from './actors/ports.ts';
import { composePostern, type Postern } from './compose.ts';
import { adoptPosition } from './domain/adoption.ts';
import type { MarketInfo } from './domain/market.ts';
import { formatMoney, formatQuantity, type Money } from './domain/money.ts';
import { realizedPnl } from './domain/pnl.ts';
import { type Position, remaining } from './domain/position.ts';
import { VirtualClock } from './services/clock.ts';
import { assignVersions, methodsOf } from './services/config/methods.ts';
import type { Config } from './services/config/schema.ts';
import {
  describeReplayed,
  isoTime,
  type ReplayResult,
  type ReplaySummary,
} from './services/reports/replay-result.ts';
import { MemoryStore } from './services/store/memory-store.ts';
import { type MarketGroup, plainMarket, pulledSource } from './services/venues/paper/book-source.ts';
import { feeModel } from './services/venues/paper/fees.ts';
import { marketAt } from './services/venues/paper/market-facts.ts';
import { MemoryPaperStore } from './services/venues/paper/memory-paper-store.ts';
import { PaperVenue } from './services/venues/paper/paper-venue.ts';
import type { TrackedPosition } from './services/venues/paper/positions-file.ts';
import type { Recording } from './services/venues/paper/recording.ts';

export interface ReplayOptions {
  recording: Recording;
  positions: TrackedPosition[];
  config: Config;
  mode: 'poll' | 'stream';
  /** Each alert and decision as it comes, for who wants to watch. */
  notifier?: Partial<Notifier>;
  /** Hears after each moment of the recording how many of its rows, and ms of its time, are behind us. */
  advanced?: (rows: number, ms: number) => void;
}

export interface Replay {
  result: ReplayResult;
  store: MemoryStore;
}

const EPOCH = 1;

/** Where the configuration speaks of a real account: $10,000. */
const CASH: Money = 10_000_000_000;

/** A position of the file that names a market the recording lacks, or a method the config lacks. */
export class ReplayInputError extends Error {
  override name = 'ReplayInputError';
}

/** Runs the whole program over a recording under virtual time. The same input gives the same result to the byte. */
export async function replay(options: ReplayOptions): Promise<Replay> {
  return new ReplayDriver(options).run();
}

class ReplayDriver {
  readonly #options: ReplayOptions;
  readonly #clock: VirtualClock;
  readonly #store: MemoryStore;
  readonly #alerts: ReplaySummary['alerts'] = [];
  readonly #methods: ReturnType<typeof methodsOf>;
  /** Not opened yet, in the order of the file. */
  #waiting: { position: TrackedPosition; id: string }[];
  readonly #facts = new Map<string, TrackedPosition>();
  #postern!: Postern;
  #venue!: PaperVenue;

  constructor(options: ReplayOptions) {
    const { recording, positions, config } = options;
    this.#options = options;
    this.#clock = new VirtualClock(recording.firstAt);
    this.#store = new MemoryStore({ now: () => this.#clock.now(), instance: 'replay' });
    this.#methods = assignVersions(methodsOf(config), []);
    this.#waiting = positions.map((position, index) => ({ position, id: String(index + 1) }));
    for (const position of positions) this.#check(position);
  }

  #check(position: TrackedPosition): void {
    const { recording, config } = this.#options;
    if (!recording.markets.includes(position.market))
      throw new ReplayInputError(
        `line ${position.line}: market "${position.market}" is not in ${recording.file}, which has ${recording.markets.join(', ')}`,
      );
    const method = position.method ?? config.adoption.method;
    if (!this.#methods.some((m) => m.name === method))
      throw new ReplayInputError(
        `line ${position.line}: there is no method "${method}": must be one of ${this.#methods.map((m) => m.name).join(', ')}`,
      );
  }

  async run(): Promise<Replay> {
    const { recording, mode, config, advanced } = this.#options;
    let rows = 0;
    await this.#start();
    for (const group of recording.rows) {
      await this.#fireTimers(group.at - 1);
      this.#clock.moveTo(group.at);
      if (mode === 'stream') await this.#openDue(group);
      const delivered = this.#venue.advance(group);
      if (delivered) {
        await delivered;
        await settle();
      }
      if (mode === 'poll') await this.#openDue(group);
      await this.#settleActivity();
      await this.#fireTimers(group.at);
      rows += group.books.length;
      advanced?.(rows, group.at - recording.firstAt);
    }
    await this.#finish();
    const result = await this.#describe();
    void config;
    return { result, store: this.#store };
  }

  async #start(): Promise<void> {
    const { recording, config, mode, notifier } = this.#options;
    const clock = this.#clock;
    this.#venue = await PaperVenue.open({
      source: pulledSource(recording.markets.map(plainMarket)),
      store: new MemoryPaperStore(),
      clock,
      fees: feeModel(config.venue.fees),
      cash: config.venue.kind === 'paper' ? config.venue.cash : CASH,
    });
    await this.#store.acquireLease('replay', Number.MAX_SAFE_INTEGER / 4);
    await this.#store.commit(
      EPOCH,
      this.#methods.map((method) => ({ kind: 'method', method })),
    );
    this.#postern = composePostern({
      config,
      clock,
      venue: this.#venue,
      store: this.#store,
      notifier: {
        alertRaised: (alert) => {
          this.#alerts.push({
            kind: alert.kind,
            position: alert.positionId,
            at: isoTime(alert.lastAt),
            text: alert.text,
          });
          notifier?.alertRaised?.(alert);
        },
        alertResolved: (alert) => notifier?.alertResolved?.(alert),
        storeFailed: (fact) => notifier?.storeFailed?.(fact),
        storeRecovered: (fact) => notifier?.storeRecovered?.(fact),
        journaled: (decision) => notifier?.journaled?.(decision),
      },
      epoch: EPOCH,
      instance: 'replay',
      ids: countedIds(),
      mode,
      mayTrade: () => true,
      methods: this.#methods,
      positions: [],
      openAlerts: [],
      rowWriteMs: null,
      marketOf: (position, market) => this.#marketOf(position, market),
    });
    this.#postern.ended.then((end) => {
      if (end.kind === 'crashed') this.#crash = `${end.part}: ${end.error}`;
    });
    await this.#fireTimers(clock.now());
  }
  #crash: string | null = null;

  /** What the positions file says of a position's market holds for that position. */
  #marketOf(position: Position, market: MarketInfo): MarketInfo {
    const tracked = this.#facts.get(position.id);
    if (!tracked) return market;
    const own = marketAt(tracked.facts, this.#clock.now());
    return own.status === 'open' ? { ...own, status: market.status } : own;
  }

  /** Opens the positions whose time has come: at `opened_at`, or with the market's first quote. */
  async #openDue(group: MarketGroup): Promise<void> {
    if (this.#waiting.length === 0) return;
    const quoted = new Set(group.books.filter((b) => b.bids.length + b.asks.length > 0).map((b) => b.market));
    const due = this.#waiting.filter(({ position: { openedAt, market } }) =>
      openedAt === null ? quoted.has(market) : openedAt <= group.at,
    );
    if (due.length === 0) return;
    const opened = new Set(due);
    this.#waiting = this.#waiting.filter((entry) => !opened.has(entry));
    for (const { position, id } of due) await this.#open(position, id);
    await settle();
    await this.#fireTimers(this.#clock.now());
  }

  async #open(tracked: TrackedPosition, id: string): Promise<void> {
    const { config } = this.#options;
    const at = this.#clock.now();
    const method = this.#methods.find((m) => m.name === (tracked.method ?? config.adoption.method))!;
    const position = adoptPosition({
      id,
      market: tracked.market,
      side: tracked.side,
      quantity: tracked.quantity,
      cost: tracked.cost,
      entryFees: 0,
      openedAt: tracked.openedAt ?? at,
      confidence: tracked.confidence ?? config.adoption.confidence,
      modelProbability: tracked.modelProbability,
      modelAt: null,
      method,
      at,
    });
    this.#facts.set(id, tracked);
    await this.#venue.credit(tracked.market, tracked.side, tracked.quantity, tracked.cost);
    const file: PositionFile = { position, evaluation: null, exits: [], attempts: [], fills: [] };
    this.#postern.post('ledger', {
      type: 'position.adopt',
      file,
      decision: {
        positionId: id,
        exitId: null,
        at,
        kind: 'position.adopted',
        summary: `adopted from the positions file`,
        data: {},
      },
      done: (error) => {
        if (error) throw error;
      },
    });
    for (const time of [tracked.facts.closeTime, tracked.facts.settledAt])
      if (time !== null && time > at) this.#clock.setTimeout(() => this.#changeMarket(id), time - at);
  }

  #changeMarket(id: string): void {
    const view = this.#postern.watch().view(id);
    if (!view?.market) return;
    const at = this.#clock.now();
    const market = this.#marketOf(view.position, view.market);
    if (market.status === 'settled') {
      const { market: name, side } = view.position;
      void this.#venue.credit(name, side, -remaining(view.position), 0);
    }
    this.#postern.post('watch', {
      type: 'position.event',
      positionId: id,
      event: { type: 'market.changed', market, at },
    });
  }

  /** Lets what comes after the last book still happen: closings, settlements, and orders at work until then. */
  async #finish(): Promise<void> {
    const { recording, positions } = this.#options;
    const end = Math.max(
      recording.lastAt,
      ...positions.flatMap(({ facts }) => [facts.closeTime ?? 0, facts.settledAt ?? 0]),
    );
    await this.#fireTimers(end);
    await settle();
    if (this.#crash !== null) throw new Error(`the replay crashed in ${this.#crash}`);
  }

  #seen = 0;

  /** Waits for the program to come to rest, when it has been set in motion. */
  async #settleActivity(): Promise<void> {
    const activity = this.#postern.activity();
    if (activity === this.#seen) return;
    await settle();
    this.#seen = this.#postern.activity();
  }

  async #fireTimers(until: number): Promise<void> {
    while (this.#clock.fireNext(until)) await settle();
  }

  async #describe(): Promise<ReplayResult> {
    const { positions, recording, mode } = this.#options;
    const files: PositionFile[] = [];
    for (let index = 0; index < positions.length; index++) {
      const file = await this.#store.position(String(index + 1));
      files.push(file ?? unopened(positions[index]!, String(index + 1), this.#methods[0]!));
    }
    const exits = files.flatMap((file) => file.exits);
    const total = (pick: (file: PositionFile) => Money) => files.reduce((sum, file) => sum + pick(file), 0);
    const byReason: Record<string, number> = {};
    for (const { reason } of exits) byReason[reason] = (byReason[reason] ?? 0) + 1;
    return {
      positions: files.map(describeReplayed),
      summary: {
        from: isoTime(recording.firstAt),
        to: isoTime(this.#clock.now()),
        mode,
        positions: files.length,
        closed: files.filter((file) => file.position.phase === 'closed').length,
        exits: exits.length,
        exits_by_reason: byReason,
        attempts: total((file) => file.attempts.length),
        contracts_sold: formatQuantity(total((file) => file.position.sold)),
        realized_pnl: formatMoney(total((file) => realizedPnl(file.position))),
        fees: formatMoney(total((file) => file.position.fees)),
        alerts: this.#alerts,
        notes: this.#notes(),
      },
    };
  }

  #notes(): string[] {
    const { positions } = this.#options;
    const silent = positions.filter((p) => p.facts.volume24h === null).length;
    const late = this.#waiting.length;
    return [
      ...(silent > 0
        ? [
            `${count(silent, 'position')} without volume_24h: the volume rule of liquidity_dried_up is silent there`,
          ]
        : []),
      ...(late > 0
        ? [
            `${count(late, 'position')} never opened: opened_at lies after the last quote, or no quote ever came`,
          ]
        : []),
    ];
  }
}

const unopened = (
  tracked: TrackedPosition,
  id: string,
  method: Parameters<typeof adoptPosition>[0]['method'],
): PositionFile => ({
  position: adoptPosition({
    ...tracked,
    id,
    entryFees: 0,
    openedAt: tracked.openedAt ?? 0,
    confidence: 'medium',
    modelAt: null,
    method,
    at: 0,
  }),
  evaluation: null,
  exits: [],
  attempts: [],
  fills: [],
});

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** All promises that depend on no timer have run after one turn of the event loop. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same in every replay. */
function countedIds(): Ids {
  let count = 0;
  return { next: () => `e${++count}` };
}
