/** What must be true of every world, and of every step between two. */

import { cumulativeQuantity } from '../../src/domain/partial-exits.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import { isOperators } from './happenings.ts';
import type { Running } from './position-step.ts';
import { HELD, methodOf } from './setting.ts';
import { type Parts, Violation, type World } from './world.ts';

const must = (holds: boolean, words: string): void => {
  if (!holds) throw new Violation(words);
};

/** A world with its row and its monitor read. */
interface Seen {
  world: World;
  parts: Parts;
  row: Position;
  running: Running | null;
  /** The row, and what the monitor knows beyond it. */
  positions: Position[];
}

interface Invariant {
  name: string;
  check: (seen: Seen) => void;
}

const runningIn = ({ monitor }: World, parts: Parts): Running | null =>
  monitor === null ? null : parts.positions.pool.at(monitor);

const isOver = ({ isOver }: { isOver: boolean }): boolean => isOver;

const neverOversold = ({ world: { venue }, positions }: Seen): void => {
  const live = Object.values(venue.orders).filter((order) => !isOver(order));
  const offered = live.reduce((sum, { terms, filled }) => sum + terms.quantity - filled, 0);
  must(live.length <= 1, 'two orders stand at the exchange');
  // What a person sells while an order rests can't be known before the account is read.
  must(offered <= venue.held + venue.byHand, 'more is offered than is held');
  must(venue.held >= 0 && venue.sold + venue.byHand + venue.held === HELD, 'more was sold than was held');
  for (const { exit } of positions)
    if (exit) must(exit.filled <= exit.quantity, 'an exit sold more than it wanted');
};

const everyOrderOwned = ({ world: { venue, ledger, life, desk }, parts }: Seen): void => {
  const records = new Map(
    ledger.attempts.map((id) => [parts.attempts.at(id).clientId, parts.attempts.at(id)]),
  );
  for (const [clientId, order] of Object.entries(venue.orders)) {
    const record = records.get(clientId);
    must(record !== undefined, `${clientId} stands at the exchange and in no record`);
    must(record!.filled <= order.filled, `${clientId}: more is booked than was sold`);
    if (isOver(order)) continue;
    must(record!.endedAt === null, `nobody owns ${clientId}`);
    if (life.up) must(clientId in desk!.orders, `nobody looks after ${clientId}`);
  }
};

/** What is known never exceeds what was sold; what was written off, what was sold by hand. */
const everyFillBooked = ({ world, row, running, positions }: Seen): void => {
  const { venue } = world;
  for (const position of positions) {
    must(position.sold <= venue.sold, 'more is booked than was sold');
    must(position.writtenOff <= venue.byHand, 'more is written off than was sold by hand');
  }
  if (!isDrained(world) || !running) return;
  must(running.position.sold === venue.sold, 'a fill is lost');
  must(row.sold === running.position.sold, 'the row misses a fill');
};

const closedMeansFlat = ({ world: { venue, net }, row, running }: Seen): void => {
  if (row.phase !== 'closed' && running?.state !== 'closed') return;
  must(venue.held === 0 || venue.status === 'settled', 'closed, and contracts are held');
  must(Object.values(venue.orders).every(isOver), 'closed, and an order stands');
  const mayLand = net.some(
    ({ call, answer, clientId }) => call === 'place' && answer === null && !venue.orders[clientId],
  );
  must(!mayLand, 'closed, and an order may still land');
};

const failedIsAlerted = ({ world: { ledger }, row }: Seen): void =>
  must(row.phase !== 'failed' || ledger.alerts.includes('exit_failed'), 'failed without an alert');

/** An exit never stands still: a timer runs, a message is on its way, or a quote is wanted. */
const alwaysGoesOn = ({ world: { queue, desk, life }, running }: Seen): void => {
  if (!running) return;
  const { state, position, timers, around } = running;
  const [phase, step] = state.split('.');
  if (phase !== 'exiting' && phase !== 'walking') return must(timers.length === 0, `${state} has a timer`);
  const { attempt, due } = position.exit!;
  const timer = timers.length > 0;
  const isOut =
    attempt !== null &&
    (attempt.clientId in desk!.orders ||
      desk!.waiting.some((placing) => placing.attempt.clientId === attempt.clientId) ||
      queue.some(
        ({ place, fact }) =>
          place.some((placing) => placing.attempt.clientId === attempt.clientId) ||
          (fact && 'clientId' in fact && fact.clientId === attempt.clientId),
      ));
  const goesOn: Record<string, boolean> = {
    working: timer && isOut,
    cancelling: isOut && attempt!.cancelRequested,
    paused: timer,
    waiting: timer || due,
    awaitingBid: timer || due,
    placing: true,
  };
  must(goesOn[step!] === true, `${state} stands still`);
  if (attempt) must(isOut || life.missed.length > 0, `nobody looks after ${attempt.clientId}`);
  must(step !== 'placing' || around.status !== 'settled', 'prices an order in a settled market');
};

/** Nothing repeats for ever unalerted. */
const ordersAreCounted = ({ positions, parts: { scenario } }: Seen): void => {
  for (const position of positions) {
    const { exit } = position;
    if (!exit) continue;
    must(exit.walks <= exit.execution.maxWalks, 'more walks than the method allows');
    must(
      exit.repeats <= methodOf(scenario, position).numbers.marketRepeats + 1,
      'more repeats than the method allows',
    );
  }
};

/** What an exit for a stage is to sell, with all that was sold before it, is no more than the stages up to it. */
const stagesSoldOnce = ({ positions, parts: { scenario } }: Seen): void => {
  for (const position of positions) {
    const { exit, sold } = position;
    if (exit?.stage == null) continue;
    const due = cumulativeQuantity(HELD, methodOf(scenario, position).partialExits, exit.stage);
    must(sold - exit.filled + exit.quantity <= due, `stage ${exit.stage + 1} is sold twice`);
  }
};

export const INVARIANTS: readonly Invariant[] = [
  { name: 'sold + live never exceeds held', check: neverOversold },
  { name: 'every order has a record and an owner', check: everyOrderOwned },
  { name: 'every fill is booked once', check: everyFillBooked },
  { name: 'closed means flat, by evidence', check: closedMeansFlat },
  { name: 'failed is alerted', check: failedIsAlerted },
  { name: 'every exit has a timer or a request ahead', check: alwaysGoesOn },
  { name: 'no more walks and repeats than the method allows', check: ordersAreCounted },
  { name: 'a partial stage is sold at most once', check: stagesSoldOnce },
];

/** `Happening` holds the first, `checkStep` the second. */
export const STEP_RULES = [
  'an order leaves recorded, for no more than is left, and while no other stands or may land',
  'a CRITICAL exit ends filled, or failed with an alert, unless somebody or the market ends it',
  'nothing throws',
];

/** `Explorer` holds them. */
export const GRAPH_RULES = [
  'something other than trouble leads out of every state that is not settled',
  'once trouble stops, everything can settle, though nobody buys and whatever the bid stays at',
  'once trouble stops, the position can be closed',
];

export function check(world: World, parts: Parts): void {
  const row = parts.rows.at(world.row);
  const running = runningIn(world, parts);
  const seen = { world, parts, row, running, positions: running ? [row, running.position] : [row] };
  for (const { check } of INVARIANTS) check(seen);
}

/** A CRITICAL exit is filled, or fails with an alert, unless somebody or the market ends it: it never just ends. */
export function checkStep(before: World, after: World, words: string, parts: Parts): void {
  if (after.monitor === before.monitor || after.monitor === null) return;
  const was = runningIn(before, parts);
  const exit = was?.position.exit;
  if (exit?.priority !== 'CRITICAL') return;
  const { position, around } = runningIn(after, parts)!;
  if (position.exit?.id === exit.id) return;
  const isFilled = position.sold - was!.position.sold + exit.filled >= exit.quantity;
  must(
    isFilled ||
      remaining(position) === 0 ||
      was!.state === 'failed' ||
      exit.ending !== null ||
      exit.takenOverBy !== null ||
      isOperators(words) ||
      around.status !== 'open',
    'a CRITICAL exit ends unfilled and unalerted',
  );
}

/** Nothing is under way: no order, no message, no write. */
export const isDrained = ({ queue, desk, net, life, venue }: World): boolean =>
  life.up &&
  queue.length === 0 &&
  net.length === 0 &&
  life.missed.length === 0 &&
  Object.keys(desk!.orders).length === 0 &&
  desk!.waiting.length === 0 &&
  desk!.strays.length === 0 &&
  Object.values(venue.orders).every(isOver);

/** Where an exit may come to rest: closed, watched without an exit, or failed and alerted. */
export function isSettled(world: World, parts: Parts): boolean {
  const { phase } = parts.rows.at(world.row);
  if (!isDrained(world)) return false;
  if (phase === 'closed') return true;
  const running = runningIn(world, parts);
  return running !== null && ['open', 'urgent', 'failed'].includes(running.state);
}

export const isClosed = (world: World, parts: Parts): boolean =>
  isDrained(world) && parts.rows.at(world.row).phase === 'closed';
