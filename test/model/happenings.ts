/** Everything that may happen next in a world. */
import type { Price } from '../../src/domain/money.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { aQuote } from '../support/domain-builders.ts';
import { NOW } from './abstract.ts';
import { account } from './account.ts';
import { Choices, type Next } from './choices.ts';
import type { Happening } from './happening.ts';
import { network } from './network.ts';
import { CONTRACT, PRICES, type Scenario, surroundingsOf } from './setting.ts';
import { cancel, fill, type Venue } from './venue.ts';
import type { Parts, World } from './world.ts';

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
  for (const [i, bid] of scenario.bids.entries()) {
    const shown = bid === null ? 'no bid' : `a bid of ${bid / 10_000}`;
    choices.of(`quote ${i}`, `a quote: ${shown}`, (h) => h.tell(quoteOf(bid)));
  }
  choices.add('the cadence comes round without a quote', (h) => h.tell(TICK));
  for (const { event, due } of running.timers)
    if (due <= NOW) choices.add(`the timer ${event.split('.')[2]} fires`, (h) => h.tell({ type: event }));
  if (life.left.words > 0)
    for (const word of scenario.words)
      if (changes(word, monitor, parts))
        choices.fault(`a word: ${wordOf(word)}`, (h) => h.spend('words').tell(word));
  if (scenario.breaker === null) return;
  if (life.breakerOn) choices.add('the breaker is reset', (h) => turnBreaker(h, scenario.breaker, false));
  else if (life.left.breakers > 0)
    choices.fault('the breaker is tripped', (h) => turnBreaker(h.spend('breakers'), scenario.breaker, true));
}

function turnBreaker(h: Happening, breaker: Scenario['breaker'], isOn: boolean): Happening {
  const word: PositionEvent =
    breaker === 'tripped'
      ? { type: 'breaker.changed', dailyLoss: { tripped: isOn, pnl: null, limit: null }, at: NOW }
      : { type: 'patience.changed', patientPaused: isOn, at: NOW };
  return h.live({ breakerOn: isOn }).tell(word);
}

const TICK = { type: 'cadence.due', at: NOW } as const;

const quotes = new Map<Price | null, PositionEvent>();

/** Without a bid an ask makes it a quote; beside a bid none keeps the spread out of it. */
function quoteOf(bid: Price | null): PositionEvent {
  let event = quotes.get(bid);
  if (!event) {
    const ask = bid === null ? PRICES.profit : null;
    event = { type: 'quote', quote: { ...aQuote(bid), ask, askSize: null, observedAt: NOW }, at: NOW };
    quotes.set(bid, event);
  }
  return event;
}

function changes(word: PositionEvent, monitor: number, parts: Parts): boolean {
  const { running, outcome } = parts.positions.send(monitor, word);
  const { state } = parts.positions.pool.at(monitor);
  return running !== monitor && (outcome.row !== null || parts.positions.pool.at(running).state !== state);
}

const wordOf = (word: PositionEvent): string =>
  word.type === 'operator.exit' ? `operator.exit ${word.priority}` : word.type;

export const isOperators = (words: string): boolean => words.startsWith('a word: operator.');

/**
 * Nobody is left behind by more than a turn, and a read is compared in its own. A turn that makes a price too old before its
 * order has left counts as a refusal: the quote is refused.
 */
function time(world: World, parts: Parts, choices: Choices): void {
  const { monitor, life } = world;
  const { reading, shortage } = life;
  if (monitor !== null && parts.positions.pool.at(monitor).position.at < NOW) return;
  if (reading || (shortage && shortage.asOf < NOW)) return;
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
  const closes = life.monitor === 'closed' && queue.some(({ kind }) => kind === 'commit');
  if ((monitor !== null || closes) && life.left.monitorCrashes > 0)
    choices.fault('the monitor throws', (h) => {
      h.world.monitor = null;
      return h.spend('monitorCrashes').live({ monitor: 'crashed' });
    });
}
