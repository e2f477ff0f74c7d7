/** Everything that may happen next in a world. */
import { compareHoldings } from '../../src/domain/holdings.ts';
import { remaining } from '../../src/domain/position.ts';
import { isOverForGood } from '../../src/domain/position-facts.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { aQuote } from '../support/domain-builders.ts';
import { NOW, TURN } from './abstract.ts';
import type { Answer } from './desk-step.ts';
import { CONTRACT, PRICES, surroundingsOf } from './scenarios.ts';
import { cancel, fill, look, place, type Venue } from './venue.ts';
import { Happening, type Message, type Parts, type World, without } from './world.ts';

/** `fault`: trouble, or somebody's will, that may stop. `luck`: somebody buys. */
export type Kind = 'usual' | 'fault' | 'luck';

export interface Next {
  words: string;
  kind: Kind;
  run: () => World;
}

/** A list of what comes next, in words and as a function to the world after it. */
class Choices {
  readonly list: Next[] = [];
  readonly #world: World;
  readonly #parts: Parts;

  constructor(world: World, parts: Parts) {
    this.#world = world;
    this.#parts = parts;
  }

  add(words: string, run: (happening: Happening) => Happening): void {
    this.#push(words, 'usual', run);
  }
  fault(words: string, run: (happening: Happening) => Happening): void {
    this.#push(words, 'fault', run);
  }
  luck(words: string, run: (happening: Happening) => Happening): void {
    this.#push(words, 'luck', run);
  }
  #push(words: string, kind: Kind, run: (happening: Happening) => Happening): void {
    this.list.push({ words, kind, run: () => run(new Happening(this.#world, this.#parts)).world });
  }
}

export function happenings(world: World, parts: Parts): Next[] {
  const choices = new Choices(world, parts);
  if (!world.life.up) choices.add('the program starts', (h) => h.start());
  ledger(world, parts, choices);
  network(world, parts, choices);
  exchange(world, parts, choices);
  position(world, parts, choices);
  account(world, parts, choices);
  time(world, parts, choices);
  crashes(world, choices);
  return choices.list;
}

function ledger({ queue, life, monitor }: World, parts: Parts, choices: Choices): void {
  const [head] = queue;
  if (life.monitor === 'crashed' && life.up)
    choices.add("the supervisor asks for the monitor's row", (h) => {
      h.world.queue = [
        ...h.world.queue,
        { kind: 'read', row: null, attempts: [], place: [], cancel: [], alerts: [], fact: null },
      ];
      return h.live({ monitor: 'asked back' });
    });
  if (!head) return;
  const what =
    head.kind === 'read'
      ? 'the row is read'
      : head.kind === 'commit'
        ? `the position's step is stored (${parts.rows.at(head.row!).phase})`
        : `the order's progress is stored (${parts.attempts.at(head.attempts[0]!).status})`;
  choices.add(what, (h) => h.commit());
  if (head.fact && monitor !== null && life.left.monitorCrashes > 0)
    choices.fault(`${what}, and the monitor throws as it hears of it`, (h) => {
      h.store();
      h.world.monitor = null;
      return h.spend('monitorCrashes').live({ monitor: 'crashed' });
    });
}

function network(world: World, parts: Parts, choices: Choices): void {
  for (const message of world.net) {
    const name = `${message.call} ${message.clientId.slice(3)}`;
    if (message.orphan) orphan(message, name, world, choices);
    else if (message.answer === null) arrives(message, name, world, parts.scenario.refusals, choices);
    else {
      choices.add(`the answer to ${name} comes: ${wordsOf(message.answer)}`, (h) =>
        h.deliver(message, message.answer),
      );
      if (world.life.left.unknowns > 0)
        choices.fault(`the answer to ${name} is lost`, (h) =>
          h.spend('unknowns').deliver(message, { kind: 'unknown' }),
        );
    }
  }
  if (world.queue.length > parts.scenario.mostWrites) return;
  for (const [clientId, { order }] of Object.entries(world.desk?.orders ?? {})) {
    const waits = world.net.some((message) => message.clientId === clientId && !message.orphan);
    if (!waits)
      for (const timer of order.timers)
        choices.add(`the order's timer ${timer.split('.')[2]} fires`, (h) =>
          h.onDesk((step) => step.fire(clientId, timer)),
        );
  }
}

const wordsOf = (answer: Answer): string =>
  'order' in answer
    ? `${answer.order.status}, sold ${answer.order.filled / CONTRACT}`
    : answer.kind === 'rejected'
      ? answer.code
      : answer.kind;

/** What the exchange makes of a call, by what it knows at this moment. */
function outcomesOf(message: Message, world: World): { words: string; venue: Venue; answer: Answer }[] {
  const { venue, net } = world;
  const { clientId } = message;
  if (message.call === 'place') return place(venue, message.terms!);
  // The adapter says so for as long as one may: within a minute of the last sending, or of its start, that had no answer.
  const mayLand = net.some((other) => other.orphan && other.call === 'place' && other.clientId === clientId);
  const after = message.call === 'find' ? venue : cancel(venue, clientId);
  const answer = look(after, clientId, mayLand);
  return [{ words: wordsOf(answer), venue: after, answer }];
}

function arrives(
  message: Message,
  name: string,
  world: World,
  codes: readonly string[],
  choices: Choices,
): void {
  const { unknowns, refusals } = world.life.left;
  const isWrite = message.call === 'place';
  const later = (h: Happening, answer: Answer): Happening => {
    h.world.net = [...without(h.world.net, message), { ...message, answer }];
    return h;
  };
  // Between an order's arrival and its answer anything may happen; other answers are late by way of trouble.
  const answered = (h: Happening, answer: Answer): Happening =>
    isWrite ? later(h, answer) : h.deliver(message, answer);
  if (message.quote === 'old')
    choices.add(`${name} is not sent: its quote is old`, (h) =>
      answered(h, { kind: 'rejected', code: 'stale_price' }),
    );
  for (const { words, venue, answer } of outcomesOf(message, world)) {
    choices.add(`${name} arrives: ${words}`, (h) => answered(h.venue(venue), answer));
    if (unknowns > 0 && !isWrite)
      choices.fault(`${name} arrives: ${words}, and the answer takes long`, (h) =>
        later(h.spend('unknowns').venue(venue), answer),
      );
    if (unknowns > 0 && 'order' in answer && answer.order.status !== 'resting')
      choices.fault(`${name} arrives: ${words}, and its fills are not listed yet`, (h) => {
        const order = { ...answer.order, status: 'resting' as const, filled: 0, fills: [] };
        return answered(h.spend('unknowns').venue(venue), { ...answer, order });
      });
  }
  // A refusal says that the order does not stand: not of one that does.
  if (message.call === 'place' && refusals > 0 && !world.venue.orders[message.clientId])
    for (const code of codes)
      choices.fault(`${name} is refused: ${code}`, (h) =>
        answered(h.spend('refusals'), { kind: 'rejected', code }),
      );
  if (message.call === 'cancel' && refusals > 0)
    choices.fault(`${name} is refused: rate_limited`, (h) =>
      answered(h.spend('refusals'), { kind: 'rejected', code: 'rate_limited' }),
    );
  if (unknowns === 0) return;
  choices.fault(`${name} is lost on its way`, (h) =>
    h.spend('unknowns').deliver(message, { kind: 'unknown' }),
  );
  if (message.call === 'find') return;
  choices.fault(`${name} is given up, and still on its way`, (h) => {
    h.spend('unknowns').deliver(message, { kind: 'unknown' });
    h.world.net = [...h.world.net, { ...message, quote: 'any', orphan: true }];
    return h;
  });
}

/** Nobody waits for it any more: it is carried out late, or never. */
function orphan(message: Message, name: string, world: World, choices: Choices): void {
  choices.add(`${name}, given up before, never arrives`, (h) => h.deliver(message, null));
  for (const { words, venue } of outcomesOf(message, world))
    if (venue !== world.venue)
      choices.add(`${name}, given up before, arrives: ${words}`, (h) =>
        h.venue(venue).deliver(message, null),
      );
}

function exchange({ venue, life, monitor }: World, parts: Parts, choices: Choices): void {
  const { scenario } = parts;
  for (const [clientId, order] of Object.entries(venue.orders)) {
    if (order.isOver) continue;
    const sold = fill(venue, clientId);
    if (sold) choices.luck(`a contract of ${clientId.slice(3)} is sold`, (h) => h.venue(sold));
    if (venue.status === 'paused')
      choices.add(`the exchange sweeps ${clientId.slice(3)} away`, (h) => h.venue(cancel(venue, clientId)));
  }
  if (life.left.byHand > 0 && venue.held >= CONTRACT)
    choices.fault('a contract is sold by hand', (h) =>
      h.spend('byHand').venue({ ...venue, held: venue.held - CONTRACT, byHand: venue.byHand + CONTRACT }),
    );
  if (life.left.market > 0)
    for (const status of scenario.market[venue.status] ?? [])
      choices.fault(`the market: ${status}`, (h) => h.spend('market').venue(turned(venue, status)));
  const end = RECOVERY[venue.status];
  if (end) choices.add(`the market: ${end}`, (h) => h.venue(turned(venue, end)));
  if (monitor !== null && parts.positions.pool.at(monitor).around.status !== venue.status) {
    const around = { status: venue.status, tripped: false, patientPaused: false };
    choices.add(`the position hears that the market is ${venue.status}`, (h) =>
      h.tell({ type: 'market.changed', market: surroundingsOf(around).market, at: NOW }),
    );
  }
}

/** A pause ends, and what is closed is settled: nobody has to do anything for it. */
const RECOVERY: Partial<Record<Venue['status'], Venue['status']>> = { paused: 'open', closed: 'settled' };

/** Trading that is over for good ends every order. */
function turned(venue: Venue, status: Venue['status']): Venue {
  const after = { ...venue, status };
  if (status !== 'closed' && status !== 'settled') return after;
  return Object.keys(venue.orders).reduce(cancel, after);
}

function position({ monitor, life, queue }: World, parts: Parts, choices: Choices): void {
  const { scenario, positions } = parts;
  if (monitor === null || queue.length > scenario.mostWrites) return;
  const running = positions.pool.at(monitor);
  for (const bid of scenario.bids) {
    // Without a bid an ask makes it a quote; beside a bid none keeps the spread out of it.
    const quote = {
      ...aQuote(bid),
      ask: bid === null ? PRICES.profit : null,
      askSize: null,
      observedAt: NOW,
    };
    const shown = bid === null ? 'no bid' : `a bid of ${bid / 10_000}`;
    choices.add(`a quote: ${shown}`, (h) => h.tell({ type: 'quote', quote, at: NOW }));
  }
  choices.add('the cadence comes round without a quote', (h) => h.tell({ type: 'cadence.due', at: NOW }));
  for (const { event, due } of running.timers)
    if (due <= NOW) choices.add(`the timer ${event.split('.')[2]} fires`, (h) => h.tell({ type: event }));
  if (life.left.words > 0)
    for (const word of scenario.words)
      if (changes(word, monitor, parts))
        choices.fault(`an operator: ${wordOf(word)}`, (h) => h.spend('words').tell(word));
  if (scenario.breaker && life.left.breakers > 0) {
    const breakerOn = !life.breakerOn;
    const word: PositionEvent =
      scenario.breaker === 'tripped'
        ? { type: 'breaker.changed', dailyLoss: { tripped: breakerOn, pnl: null, limit: null }, at: NOW }
        : { type: 'patience.changed', patientPaused: breakerOn, at: NOW };
    choices.fault(`the breaker is ${breakerOn ? 'tripped' : 'reset'}`, (h) =>
      h.spend('breakers').live({ breakerOn }).tell(word),
    );
  }
}

function changes(word: PositionEvent, monitor: number, parts: Parts): boolean {
  const { running, outcome } = parts.positions.send(monitor, word);
  const { state } = parts.positions.pool.at(monitor);
  return running !== monitor && (outcome.row !== null || parts.positions.pool.at(running).state !== state);
}

const wordOf = (word: PositionEvent): string =>
  word.type === 'operator.exit' ? `exit ${word.priority}` : word.type.slice('operator.'.length);

/** The account is read at one moment, and compared at a later one. */
function account({ life, desk, venue }: World, parts: Parts, choices: Choices): void {
  if (!desk) return;
  const { reading } = life;
  if (reading === null) {
    const { readsAccount } = parts.scenario;
    if (desk.open && !readsAccount) return;
    const orders = Object.values(venue.orders)
      .filter(({ isOver }) => !isOver)
      .map(({ terms, filled }) => ({ clientId: terms.clientId, quantity: terms.quantity, filled }));
    const read = { held: venue.held, orders, asOf: NOW };
    choices.add(`the account is read: ${venue.held / CONTRACT} held`, (h) =>
      readsAccount ? h.live({ reading: read }) : compare(h, read),
    );
    return;
  }
  choices.add('what was read of the account is compared', (h) => compare(h.live({ reading: null }), reading));
}

function compare(h: Happening, { held, orders, asOf }: NonNullable<World['life']['reading']>): Happening {
  const { world, parts } = h;
  const running = world.monitor === null ? null : parts.positions.pool.at(world.monitor);
  const { market, side } = { market: 'GAME-A', side: 'yes' as const };
  if (world.life.monitor !== 'closed') {
    const seen = running?.position ?? parts.rows.at(world.row);
    const before = world.life.shortage;
    const key = `${side} ${market}`;
    const { reductions, overcommitted, memory } = compareHoldings(
      [
        {
          ...{ positionId: seen.id, market, side, remaining: remaining(seen), openedAt: seen.openedAt },
          liveOrder: seen.exit?.attempt ?? null,
          lastOrderEndedAt: seen.lastOrderEndedAt,
          awaitsSettlement: running !== null && isOverForGood(surroundingsOf(running.around).market),
        },
      ],
      {
        holdings: held > 0 ? [{ market, side, quantity: held }] : [],
        openOrders: orders.map((order) => ({ ...order, market, side, action: 'sell' as const })),
        ...{ offered: [], asOf },
      },
      { shortages: new Map(before ? [[key, before]] : []), excess: new Map() },
      { soldUntil: () => 0, boughtUntil: () => Number.NEGATIVE_INFINITY },
    );
    h.live({ shortage: memory.shortages.get(key) ?? null });
    for (const { clientId } of overcommitted) h.onDesk((step) => step.cancel(clientId));
    for (const { missing } of reductions) h.tell({ type: 'holdings.reduced', missing, asOf: NOW, at: NOW });
  } else h.live({ shortage: null });
  return h.onDesk((step) => {
    step.cancelStrays(orders.map(({ clientId }) => clientId));
    if (!step.desk.open) step.openUp();
  });
}

/**
 * Nobody is left behind by more than a turn, and a read is no older than one. A turn that makes a price too old before its
 * order has left counts as a refusal: the quote is refused.
 */
function time(world: World, parts: Parts, choices: Choices): void {
  const { monitor, life } = world;
  const { reading, shortage } = life;
  if (monitor !== null && parts.positions.pool.at(monitor).position.at < NOW) return;
  if (reading && reading.asOf < NOW) return;
  if (shortage && shortage.asOf <= NOW - 2 * TURN) return;
  if (!waitsToLeave(world)) choices.add('a turn passes', (h) => h.turn());
  else if (life.left.refusals > 0)
    choices.fault('a turn passes before the order has left', (h) => h.spend('refusals').turn());
}

const waitsToLeave = ({ queue, desk, net }: World): boolean =>
  queue.some(({ place }) => place.some(({ sendBy }) => sendBy >= NOW)) ||
  (desk?.waiting ?? []).some(({ sendBy }) => sendBy >= NOW) ||
  net.some(({ call, quote, answer }) => call === 'place' && quote === 'fresh' && answer === null);

function crashes({ life, queue, monitor }: World, choices: Choices): void {
  if (life.up && life.left.crashes > 0)
    for (let durable = 0; durable <= queue.length; durable++)
      choices.fault(
        `the program dies${queue.length ? `, ${durable} of ${queue.length} writes stored` : ''}`,
        (h) => h.die(durable).spend('crashes'),
      );
  if (monitor !== null && life.left.monitorCrashes > 0)
    choices.fault('the monitor throws', (h) => {
      h.world.monitor = null;
      return h.spend('monitorCrashes').live({ monitor: 'crashed' });
    });
}
