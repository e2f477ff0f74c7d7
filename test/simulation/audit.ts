import type {
  AlertRecord,
  AttemptRecord,
  FillRecord,
  OrderRequest,
  PlaceAnswer,
  StoreWrite,
} from '../../src/actors/ports.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import type { ExchangeTruth } from './exchange-truth.ts';

interface Priced {
  attempt: AttemptRecord;
  /** When the book its price comes from was seen by the venue (ms). */
  quotedAt: number | null;
  life: number;
  committed: boolean;
}

export interface AuditOptions {
  truth: ExchangeTruth;
  held: number;
  maxQuoteAgeMs: number;
  now: () => number;
  violated: (what: string) => void;
}

/** Holds every request and every commit against the exchange's own truth, at the instant it happens. */
export class Audit {
  readonly attempts = new Map<string, Priced>();
  /** Open alerts by kind, as stored. */
  readonly openAlerts = new Set<string>();
  /** The position as stored. */
  position: Position | null = null;
  readonly #options: AuditOptions;
  /** Requests that have left and not landed, by client id. */
  readonly #underWay = new Map<string, { quantity: number; requests: number }>();
  readonly #sentBefore = new Set<string>();
  /** Orders that left for the first time, with the age of the book behind their price (ms). */
  readonly quoteAges: number[] = [];

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  // ── What leaves for the exchange ───────────────────────────────────────────────────────────────────────

  /** An order leaves: it was committed before, in these terms, and its price is from a fresh book. */
  leaves(order: OrderRequest, life: number): void {
    const { violated, now, maxQuoteAgeMs } = this.#options;
    const known = this.attempts.get(order.clientId);
    if (!known?.committed) return violated(`order ${order.clientId} was sent before it was committed`);
    const { limitPrice, quantity, side, market, timeInForce } = known.attempt;
    const asCommitted =
      order.limitPrice === limitPrice &&
      order.quantity === quantity &&
      order.side === side &&
      order.market === market &&
      order.timeInForce === timeInForce;
    if (!asCommitted) violated(`order ${order.clientId} was sent in other terms than committed`);
    if (known.attempt.endedAt !== null)
      violated(`order ${order.clientId} was sent after it was written off as over`);
    const again = this.#sentBefore.has(order.clientId) || known.life !== life;
    if (!again && known.quotedAt !== null) {
      const age = now() - known.quotedAt;
      this.quoteAges.push(age);
      if (age > maxQuoteAgeMs)
        violated(`order ${order.clientId} left with a price from a book ${age} ms old`);
    }
    this.#sentBefore.add(order.clientId);
    const before = this.#underWay.get(order.clientId);
    this.#underWay.set(order.clientId, { quantity: order.quantity, requests: (before?.requests ?? 0) + 1 });
    this.check();
  }

  /** A request has landed (with its answer), or never will (null). */
  landed(clientId: string, answer: PlaceAnswer | null): void {
    const before = this.#underWay.get(clientId)!;
    if (before.requests === 1) this.#underWay.delete(clientId);
    else this.#underWay.set(clientId, { ...before, requests: before.requests - 1 });
    if (answer?.kind === 'rejected' && answer.code === 'not_held')
      this.#options.violated(`order ${clientId} would have sold more than is held: ${answer.message}`);
    this.check();
  }

  // ── What is committed ──────────────────────────────────────────────────────────────────────────────────

  /** A position has priced an order, now: the book that it saw is fresh. */
  decided(clientId: string, quotedAt: number): void {
    const { now, maxQuoteAgeMs, violated } = this.#options;
    if (now() - quotedAt > maxQuoteAgeMs)
      violated(`attempt ${clientId} was priced from a book ${now() - quotedAt} ms old`);
  }

  /** A commit is asked for. */
  proposed(writes: readonly StoreWrite[], life: number): void {
    for (const [index, write] of writes.entries()) {
      if (write.kind !== 'attempt' || write.attempt.status !== 'recorded') continue;
      const { attempt } = write;
      const decided = writes
        .slice(index)
        .find((w) => w.kind === 'position' && w.position.id === attempt.positionId);
      const quotedAt = decided?.kind === 'position' ? decided.position.quotedAt : null;
      if (this.attempts.has(attempt.clientId)) continue;
      this.attempts.set(attempt.clientId, { attempt, quotedAt, life, committed: false });
    }
  }

  /** A commit was applied. */
  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'attempt') this.#checkAttempt(write.attempt);
      else if (write.kind === 'fill') this.#checkFill(write.fill);
      else if (write.kind === 'position') this.#checkPosition(write.position);
      else if (write.kind === 'alert') this.#noteAlert(write.alert);
    }
    this.check();
  }

  /** A commit was never applied: what it would have recorded was not recorded. */
  lost(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind !== 'attempt') continue;
      const { clientId } = write.attempt;
      if (this.attempts.get(clientId)?.committed === false) this.attempts.delete(clientId);
    }
  }

  /** The first invariant, with every request under way counted as live (SPEC 6). */
  check(): void {
    const { truth, held, violated } = this.#options;
    const sold = truth.sold();
    const live = truth.live();
    let underWay = 0;
    for (const [clientId, { quantity }] of this.#underWay)
      if (!truth.orders.has(clientId)) underWay += quantity;
    if (sold + live + underWay > held)
      violated(`sold ${sold} + live ${live} + under way ${underWay} exceeds the ${held} held`);
  }

  #checkAttempt(attempt: AttemptRecord): void {
    const { truth, violated } = this.#options;
    const { clientId, filled, endedAt } = attempt;
    const known = this.attempts.get(clientId);
    if (!known) return violated(`attempt ${clientId} came out of nowhere`);
    known.attempt = attempt;
    known.committed = true;
    const order = truth.orders.get(clientId);
    if (filled > (order?.filled ?? 0))
      violated(`attempt ${clientId} claims ${filled} sold, the exchange ${order?.filled}`);
    if (endedAt === null) return;
    if (order?.status === 'resting')
      violated(`attempt ${clientId} is written off as over while its order rests`);
    if (filled !== (order?.filled ?? 0))
      violated(`attempt ${clientId} ended with ${filled} sold, at the exchange with ${order?.filled ?? 0}`);
    if (!order && this.#underWay.has(clientId))
      violated(`attempt ${clientId} is written off as over while its request is under way`);
  }

  #checkFill(fill: FillRecord): void {
    const { truth, violated } = this.#options;
    const actual = truth.orders.get(fill.clientId)?.fills.find(({ fillId }) => fillId === fill.fillId);
    const same =
      actual && actual.price === fill.price && actual.quantity === fill.quantity && actual.fee === fill.fee;
    if (!same) violated(`fill ${fill.fillId} of ${fill.clientId} is not the exchange's`);
  }

  #noteAlert({ kind, resolvedAt }: AlertRecord): void {
    if (resolvedAt === null) this.openAlerts.add(kind);
    else this.openAlerts.delete(kind);
  }

  #checkPosition(position: Position): void {
    this.position = position;
    const { truth, held, violated } = this.#options;
    const sold = truth.sold();
    if (position.sold > sold) violated(`the position claims ${position.sold} sold, the exchange ${sold}`);
    if (position.writtenOff !== 0) violated(`${position.writtenOff} contracts were written off`);
    if (position.phase !== 'closed') return;
    if (sold !== held || remaining(position) !== 0)
      violated(`closed without evidence: the exchange has sold ${sold} of ${held}`);
    if (truth.resting().length > 0) violated('closed while an order rests');
  }
}
