/** What must be true of every world. */
import type { Position } from '../../src/domain/position.ts';
import type { Running } from './position-step.ts';
import { HELD } from './scenarios.ts';
import { type Parts, Violation, type World } from './world.ts';

const must = (holds: boolean, words: string): void => {
  if (!holds) throw new Violation(words);
};

export function check(world: World, parts: Parts): void {
  const row = parts.rows.at(world.row);
  const running = world.monitor === null ? null : parts.positions.pool.at(world.monitor);
  checkExchange(world, parts);
  checkBooks(world, row, running);
  checkFlat(world, row, running);
  checkAlerts(world, row);
  if (running) checkGoesOn(world, running);
}

function checkExchange({ venue, ledger }: World, parts: Parts): void {
  const live = Object.entries(venue.orders).filter(([, { isOver }]) => !isOver);
  const offered = live.reduce((sum, [, { terms, filled }]) => sum + terms.quantity - filled, 0);
  must(live.length <= 1, 'two orders stand at the exchange');
  // What a person sells while an order rests can't be known before the account is read.
  must(offered <= venue.held + venue.byHand, 'more is offered than is held');
  must(venue.held >= 0 && venue.sold + venue.byHand + venue.held === HELD, 'more was sold than was held');
  const records = new Map(
    ledger.attempts.map((id) => [parts.attempts.at(id).clientId, parts.attempts.at(id)]),
  );
  for (const [clientId, { filled }] of Object.entries(venue.orders)) {
    const record = records.get(clientId);
    must(record !== undefined, `${clientId} stands at the exchange and in no record`);
    must(record!.filled <= filled, `${clientId}: more is booked than was sold`);
  }
  for (const [clientId] of live) must(records.get(clientId)!.endedAt === null, `nobody owns ${clientId}`);
}

/** What is known never exceeds what was sold; what was written off, what was sold by hand. */
function checkBooks(world: World, row: Position, running: Running | null): void {
  const { venue } = world;
  for (const position of running ? [row, running.position] : [row]) {
    must(position.sold <= venue.sold, 'more is booked than was sold');
    must(position.writtenOff <= venue.byHand, 'more is written off than was sold by hand');
    const { exit } = position;
    if (exit) must(exit.filled <= exit.quantity, 'an exit sold more than it wanted');
  }
  if (isDrained(world) && running) {
    must(running.position.sold === venue.sold, 'a fill is lost');
    must(row.sold === running.position.sold, 'the row misses a fill');
  }
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
  Object.values(venue.orders).every(({ isOver }) => isOver);

function checkFlat({ venue, net }: World, row: Position, running: Running | null): void {
  const isClosed = row.phase === 'closed' || running?.state === 'closed';
  if (!isClosed) return;
  must(venue.held === 0 || venue.status === 'settled', 'closed, and contracts are held');
  must(
    Object.values(venue.orders).every(({ isOver }) => isOver),
    'closed, and an order stands',
  );
  const mayLand = net.some(
    ({ call, answer, clientId }) => call === 'place' && answer === null && !venue.orders[clientId],
  );
  must(!mayLand, 'closed, and an order may still land');
}

const checkAlerts = ({ ledger }: World, row: Position): void =>
  must(row.phase !== 'failed' || ledger.alerts.includes('exit_failed'), 'failed without an alert');

/** An exit never stands still: a timer runs, a message is on its way, or a quote is wanted. */
function checkGoesOn({ queue, desk, life }: World, { state, position, timers, around }: Running): void {
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
}

/** Where an exit may come to rest: closed, watched without an exit, or failed and alerted. */
export function isSettled(world: World, parts: Parts): boolean {
  const { phase } = parts.rows.at(world.row);
  if (!isDrained(world)) return false;
  if (phase === 'closed') return true;
  const running = world.monitor === null ? null : parts.positions.pool.at(world.monitor);
  return running !== null && ['open', 'urgent', 'failed'].includes(running.state);
}

export const isClosed = (world: World, parts: Parts): boolean =>
  isDrained(world) && parts.rows.at(world.row).phase === 'closed';
