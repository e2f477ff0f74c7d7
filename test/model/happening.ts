/** One happening as it is carried out: the position, the ledger, starts and ends of the process, the desk, time. */
import { endedFact } from '../../src/actors/orders/attempt-progress.ts';
import type { AttemptRecord } from '../../src/actors/ports.ts';
import { restorePosition } from '../../src/actors/watch/restore.ts';
import { lastOrder } from '../../src/actors/watch/watched.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { NOW, positionAfter, TURN, turnsOf } from './abstract.ts';
import { type Answer, CLOSED_DESK, DeskStep, type Progress } from './desk-step.ts';
import type { Around, Outcome } from './position-step.ts';
import { type Bounds, HELD, openingPosition } from './setting.ts';
import type { Venue } from './venue.ts';
import { type Entry, type Life, type Message, type Parts, Violation, type World } from './world.ts';

/** The program has started, and nothing else has happened yet. */
export function firstWorld(parts: Parts): World {
  const { scenario } = parts;
  const before: World = {
    monitor: null,
    row: parts.rows.id(openingPosition(scenario)),
    ledger: { attempts: [], folded: 0, foldedExit: null, alerts: [] },
    queue: [],
    desk: null,
    net: [],
    venue: { status: 'open', held: HELD, sold: 0, byHand: 0, orders: {} },
    life: {
      ...{ up: false, monitor: 'crashed', missed: [], reading: null, shortage: null, breakerOn: false },
      left: scenario.bounds,
    },
  };
  return new Happening(before, parts).start().onDesk((step) => step.openUp()).world;
}

/** One happening as it is carried out: a copy of the world that changes step by step. */
export class Happening {
  world: World;
  readonly parts: Parts;

  constructor(world: World, parts: Parts) {
    this.world = { ...world };
    this.parts = parts;
  }

  live(change: Partial<Life>): this {
    this.world.life = { ...this.world.life, ...change };
    return this;
  }

  spend(kind: keyof Bounds): this {
    const { left } = this.world.life;
    return this.live({ left: { ...left, [kind]: left[kind] - 1 } });
  }

  venue(venue: Venue): this {
    this.world.venue = venue;
    return this;
  }

  // ── The position ─────────────────────────────────────────────────────────────────────────────────────────

  /** The running monitor is told something; what it decides is queued for the ledger. */
  tell(event: PositionEvent | { type: string }): this {
    const { world, parts } = this;
    if (world.monitor === null) return this;
    const { running, outcome } = guarded(() => parts.positions.send(world.monitor!, event));
    return this.#settled(running, outcome);
  }

  #settled(running: number, outcome: Outcome): this {
    const { world, parts } = this;
    world.monitor = running;
    if (outcome.row !== null) {
      const entry: Entry = {
        kind: 'commit',
        row: parts.rows.id(outcome.row),
        attempts: outcome.attempts.map((attempt) => parts.attempts.id(parts.recordOf(attempt))),
        place: outcome.place.map((placing) => ({
          ...placing,
          attempt: parts.recordOf(placing.attempt as AttemptRecord),
          sendBy: turnsOf(placing.sendBy, 1),
        })),
        ...{ cancel: outcome.cancel, alerts: outcome.alerts, fact: null },
      };
      if (parts.patches.sendsBeforeCommit) {
        this.#send(entry);
        entry.place = [];
        entry.cancel = [];
      }
      world.queue = [...world.queue, entry];
    }
    if (parts.positions.pool.at(running).state === 'closed') {
      world.monitor = null;
      this.live({ monitor: 'closed', missed: [] });
    }
    return this;
  }

  /** A fact about an order, as the watch passes it on. */
  hear(fact: PositionEvent): this {
    const { world } = this;
    if (world.monitor !== null) return this.tell({ ...fact, at: NOW } as PositionEvent);
    if (world.life.monitor === 'closed') return this;
    return this.live({ missed: [...world.life.missed, { ...fact, at: NOW } as PositionEvent] });
  }

  // ── The ledger ───────────────────────────────────────────────────────────────────────────────────────────

  /** The first of the queue becomes durable. */
  store(): Entry {
    const { world, parts } = this;
    const [entry, ...queue] = world.queue as [Entry, ...Entry[]];
    world.queue = queue;
    const { ledger } = world;
    const names = new Map(ledger.attempts.map((id) => [parts.attempts.at(id).clientId, id]));
    for (const id of entry.attempts) names.set(parts.attempts.at(id).clientId, id);
    const alerts = new Set(ledger.alerts);
    for (const word of entry.alerts)
      if (word.startsWith('+')) alerts.add(word.slice(1));
      else alerts.delete(word.slice(1));
    world.ledger = { ...ledger, attempts: [...names.values()], alerts: [...alerts].sort() };
    if (entry.row !== null) world.row = entry.row;
    return entry;
  }

  /** …and is announced. */
  commit(): this {
    const entry = this.store();
    this.#send(entry);
    if (entry.kind === 'read') this.#reload();
    if (entry.fact) this.hear(entry.fact);
    return this;
  }

  #send({ place, cancel }: Entry): void {
    this.onDesk((step) => {
      for (const placing of place) step.place(placing);
      for (const clientId of cancel) step.cancel(clientId);
    });
  }

  get file() {
    const { world, parts } = this;
    const position = parts.rows.at(world.row);
    const attempts = world.ledger.attempts.map((id) => parts.attempts.at(id));
    const { folded, foldedExit } = world.ledger;
    if (folded > 0)
      attempts.push({
        ...({ exitId: foldedExit, clientId: 'folded', endedAt: NOW } as AttemptRecord),
        ...{ filled: folded, proceeds: folded, fees: 0, filledAt: null },
      });
    return { position, attempts, exits: [], fills: [], evaluation: null };
  }

  // ── Start and restart ────────────────────────────────────────────────────────────────────────────────────

  start(): this {
    const { world } = this;
    world.desk = CLOSED_DESK;
    this.live({ up: true });
    if (this.file.position.phase === 'closed') return this.live({ monitor: 'closed' });
    return this.#beginMonitor();
  }

  #reload(): void {
    if (this.world.life.monitor === 'asked back') this.#beginMonitor();
  }

  /** As `actors/watch/monitors.ts` starts one: its order is adopted, then it hears how its last one ended. */
  #beginMonitor(): this {
    const { world, parts } = this;
    const { file } = this;
    const last = lastOrder(file);
    if (last && last.endedAt === null) {
      const cancelRequested = last.cancelRequested || file.position.exit?.attempt?.cancelRequested === true;
      this.onDesk((step) => step.adopt({ ...last, cancelRequested }));
    }
    const restore = parts.patches.restore ?? restorePosition;
    const around: Around = {
      status: world.venue.status,
      tripped: parts.scenario.breaker === 'tripped' && world.life.breakerOn,
      patientPaused: parts.scenario.breaker === 'patientPaused' && world.life.breakerOn,
    };
    const { running, outcome } = guarded(() =>
      parts.positions.start(positionAfter(restore(file), 0), around),
    );
    const { missed } = world.life;
    this.live({ monitor: 'runs', missed: [] });
    this.#settled(running, outcome);
    if (last && last.endedAt !== null) this.tell(endedFact(last));
    for (const fact of missed) this.hear(fact);
    return this;
  }

  /** The process dies; the first `durable` entries of the queue were written, and nobody heard of it. */
  die(durable: number): this {
    for (let i = 0; i < durable; i++) this.store();
    const { world } = this;
    Object.assign(world, { queue: [], desk: null, monitor: null });
    world.net = world.net
      .filter(({ call, answer }) => answer === null && call !== 'find')
      .map((message) => ({ ...message, orphan: true }));
    return this.live({
      ...{ up: false, monitor: 'crashed', missed: [], reading: null, shortage: null },
    });
  }

  // ── The desk and the network ─────────────────────────────────────────────────────────────────────────────

  onDesk(act: (step: DeskStep) => void): this {
    const { world, parts } = this;
    const step = new DeskStep(world.desk!, parts.orders);
    guarded(() => act(step));
    world.desk = {
      ...step.desk,
      orders: Object.fromEntries(
        Object.entries(step.desk.orders).map(([id, order]) => [
          id,
          { ...order, attempt: parts.recordOf(order.attempt) },
        ]),
      ),
    };
    for (const call of step.calls) {
      if (call.call === 'place') this.#mayPlace(call.clientId, call.terms!.quantity);
      this.world.net = [...this.world.net, { ...call, answer: null, orphan: false }];
    }
    for (const mail of step.posted) this.#post(mail);
    return this;
  }

  #post({ attempt, fact }: Progress): void {
    const { world, parts } = this;
    const entry: Entry = {
      ...{ kind: 'progress', row: null, place: [], cancel: [], alerts: [] },
      attempts: [parts.attempts.id(parts.recordOf(attempt))],
      fact: fact && ({ ...fact, at: NOW } as PositionEvent),
    };
    world.queue = [...world.queue, entry];
  }

  /** Nothing leaves while another order may stand at the exchange, or may still come to stand there (SPEC 6, 8.3). */
  #mayPlace(clientId: string, quantity: number): void {
    const { venue, net, ledger } = this.world;
    if (!venue.orders[clientId] && quantity > venue.held + venue.byHand)
      throw new Violation(`${clientId} asks for more than is left`);
    for (const [other, order] of Object.entries(venue.orders))
      if (other !== clientId && !order.isOver)
        throw new Violation(`${clientId} is sent while ${other} stands at the exchange`);
    for (const message of net)
      if (message.call === 'place' && message.clientId !== clientId && message.answer === null)
        if (!venue.orders[message.clientId])
          throw new Violation(`${clientId} is sent while ${message.clientId} may still land`);
    const record = ledger.attempts
      .map((id) => this.parts.attempts.at(id))
      .find((attempt) => attempt.clientId === clientId);
    if (!record) throw new Violation(`${clientId} is sent before it is recorded`);
  }

  /** The message is answered, and the desk hears it; null: it is gone without a word. */
  deliver(message: Message, answer: Answer | null): this {
    const { world } = this;
    world.net = without(world.net, message);
    if (answer === null) return this;
    const heard = this.parts.patches.hear?.(answer) ?? answer;
    return this.onDesk((step) => step.hear(message, heard));
  }

  /** One turn passes. */
  turn(): this {
    const { world, parts } = this;
    const attemptLater = (id: number): number =>
      parts.attempts.id(parts.recordOf(parts.attempts.at(id), TURN));
    const placeLater = (placing: Outcome['place'][number]) => ({
      ...placing,
      sendBy: turnsOf(placing.sendBy - TURN, 1),
    });
    world.row = parts.rowLater(world.row);
    if (world.monitor !== null) world.monitor = parts.positions.later(world.monitor);
    world.ledger = { ...world.ledger, attempts: world.ledger.attempts.map(attemptLater) };
    world.queue = world.queue.map((entry) => ({
      ...entry,
      row: entry.row === null ? null : parts.rowLater(entry.row),
      attempts: entry.attempts.map(attemptLater),
      place: entry.place.map(placeLater),
    }));
    if (world.desk) world.desk = { ...world.desk, waiting: world.desk.waiting.map(placeLater) };
    world.net = world.net.map((message) =>
      message.quote === 'fresh' && message.answer === null ? { ...message, quote: 'old' } : message,
    );
    const { reading, shortage } = world.life;
    return this.live({
      reading: reading && { ...reading, asOf: reading.asOf - TURN },
      shortage: shortage && { ...shortage, asOf: shortage.asOf - TURN },
    });
  }
}

export const without = <T>(list: readonly T[], one: T): T[] => list.filter((each) => each !== one);

/** A machine that throws is a finding like any other. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Violation) throw error;
    throw new Violation(`threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}
