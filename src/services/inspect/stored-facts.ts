import { formatMoney, formatPrice, formatQuantity, type Price } from '../../domain/money.ts';
import { type Position, type RunningExit, remaining } from '../../domain/position.ts';
import type { OrderContext } from '../../machines/order-machine.ts';
import { isoTime } from '../reports/replay-result.ts';

type Facts = Record<string, unknown>;

/** Of what an actor keeps, as much as fits beside its chart; null: nothing of it is worth that. */
export function storedFacts(machine: string | null, context: unknown): Facts | null {
  if (machine === 'position') return positionFacts((context as { position: Position }).position);
  return machine === 'order' ? orderFacts(context as OrderContext) : null;
}

const positionFacts = (position: Position): Facts => ({
  phase: position.phase,
  remaining: formatQuantity(remaining(position)),
  bid: priceOf(position.bid),
  ask: priceOf(position.ask),
  peak: priceOf(position.peak),
  trailing_stop: priceOf(position.trailingStop),
  stages: position.stages,
  held: position.held,
  exit: position.exit && exitFacts(position.exit),
  at: isoTime(position.at),
});

const exitFacts = (exit: RunningExit): Facts => ({
  id: exit.id,
  reason: exit.reason,
  priority: exit.priority,
  quantity: formatQuantity(exit.quantity),
  filled: formatQuantity(exit.filled),
  proceeds: formatMoney(exit.proceeds),
  step: exit.step,
  walks: exit.walks,
  repeats: exit.repeats,
  last_price: priceOf(exit.lastPrice),
  deadline: timeOf(exit.deadline),
  wait_until: timeOf(exit.waitUntil),
  order: exit.attempt?.clientId ?? null,
  failure: exit.failure?.cause ?? null,
});

const orderFacts = ({ terms, view, cancelAsked, refusal, tries }: OrderContext): Facts => ({
  side: terms.side,
  action: terms.action,
  quantity: formatQuantity(terms.quantity),
  limit_price: priceOf(terms.limitPrice),
  time_in_force: terms.timeInForce,
  venue_order_id: view?.venueOrderId ?? null,
  status: view?.status ?? null,
  filled: view && formatQuantity(view.filled),
  cancel_asked: cancelAsked,
  refusal: refusal?.code ?? null,
  tries,
});

const priceOf = (price: Price | null): string | null => (price === null ? null : formatPrice(price));
const timeOf = (at: number | null): string | null => (at === null ? null : isoTime(at));
