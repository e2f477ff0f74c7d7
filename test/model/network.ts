/** What may become of every call to the exchange, and of every answer. */
import type { Choices } from './choices.ts';
import type { Answer } from './desk-step.ts';
import { type Happening, without } from './happening.ts';
import { CONTRACT } from './setting.ts';
import { cancel, look, place, reportOf, taken, type Venue } from './venue.ts';
import type { Message, Parts, World } from './world.ts';

export function network(world: World, parts: Parts, choices: Choices): void {
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
    const waits = world.net.some(
      ({ clientId: about, orphan, answer }) => about === clientId && !orphan && answer === null,
    );
    if (!waits)
      for (const timer of order.timers)
        choices.add(`the order's timer ${timer.split('.')[2]} fires`, (h) =>
          h.onDesk((step) => step.fire(clientId, timer)),
        );
    const standing = world.venue.orders[clientId];
    if (standing && world.life.left.seen > 0)
      choices.fault(`the stream tells of ${clientId.slice(3)}`, (h) =>
        h.spend('seen').onDesk((step) => step.see(reportOf(standing))),
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
    const isLuck = isWrite && 'order' in answer && answer.order.filled > 0;
    choices.of(isLuck ? 'luck' : 'usual', `${name} arrives: ${words}`, (h) =>
      answered(h.venue(venue), answer),
    );
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
  const standing = world.venue.orders[message.clientId];
  if (unknowns > 0 && !isWrite && standing)
    choices.fault(`${name} arrives where the order is not listed yet`, (h) =>
      h.spend('unknowns').deliver(message, { kind: 'notFound', mayLand: true }),
    );
  // A refusal says that the order does not stand: not of one that does.
  if (isWrite && refusals > 0 && !standing)
    for (const code of codes)
      if (code === 'already_exists')
        choices.fault(`${name} finds its id taken by an order of somebody else`, (h) =>
          h.spend('refusals').venue(taken(world.venue, message.terms!)),
        );
      else
        choices.fault(`${name} is refused: ${code}`, (h) =>
          answered(h.spend('refusals'), { kind: 'rejected', code }),
        );
  if (message.call === 'cancel' && refusals > 0)
    choices.fault(`${name} is refused: rate_limited`, (h) =>
      answered(h.spend('refusals'), { kind: 'rejected', code: 'rate_limited' }),
    );
  if (message.call === 'cancel' && refusals > 0 && unknowns > 0)
    choices.fault(`${name} is refused: rate_limited, and the answer takes long`, (h) =>
      later(h.spend('refusals').spend('unknowns'), { kind: 'rejected', code: 'rate_limited' }),
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
