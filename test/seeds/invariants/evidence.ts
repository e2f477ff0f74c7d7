/** A position is closed only when the exchange holds nothing of it; each fill is in the ledger once, as it was. */
import type { FillRecord, StoreWrite } from '../../../src/actors/ports.ts';
import { amount, ONE_DOLLAR } from '../../../src/domain/money.ts';
import { realizedPnl } from '../../../src/domain/pnl.ts';
import { type Position, remaining } from '../../../src/domain/position.ts';
import { MINUTE } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import { INSTANCE } from '../life.ts';
import type { Invariant } from './invariants.ts';

/** What a person trades is known once two reads of the account agree on it. */
const HAND_MS = 3 * MINUTE;

export class Evidence implements Invariant {
  readonly #hour: Hour;
  /** The stored positions that are not closed. */
  readonly #open = new Map<string, Position>();
  readonly #closed = new Set<string>();
  readonly #fills = new Map<string, string>();
  /** What each stage sold, by exit. */
  readonly #stages = new Map<string, Map<string, number>>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'fill') this.#fill(write.fill);
      if (write.kind === 'exit' && write.exit.stage !== null) this.#stage(write.exit);
    }
    for (const write of writes) if (write.kind === 'position') this.#position(write.position);
  }

  #position(position: Position): void {
    if (position.phase !== 'closed') {
      if (!this.#closed.has(position.id)) this.#open.set(position.id, position);
      return;
    }
    this.#open.delete(position.id);
    if (this.#closed.has(position.id)) return;
    this.#closed.add(position.id);
    this.#checkFlat(position);
    this.#checkPnl(position);
  }

  #checkFlat({ id, market, side, closeReason }: Position): void {
    const hour = this.#hour;
    const { status } = hour.truth().markets[market]!;
    if (closeReason === 'settled') {
      if (status !== 'finalized')
        hour.violate('flat by evidence', `${id} is settled, its market is ${status}`);
      return;
    }
    const handAt = hour.handTradeAt(market);
    const now = hour.clock.now();
    const goodSince = Math.max(now - hour.calmMs(), hour.life.tradingSince ?? now);
    const isNews = handAt !== null && now - Math.max(handAt, goodSince) < HAND_MS;
    if (isNews || status === 'finalized') return;
    const held = hour.books().positions[market] ?? 0;
    const onSide = Math.max(0, side === 'yes' ? held : -held);
    const others = [...this.#open.values()].filter((other) => other.market === market && other.side === side);
    const covered = others.reduce((sum, other) => sum + remaining(other), 0);
    if (onSide > covered)
      hour.violate(
        'flat by evidence',
        `${id} is closed (${closeReason}), and ${onSide} of ${market} are held`,
      );
  }

  /** Its P&L is what the exchange's fills of its orders brought, and its settlement, less what it had cost. */
  #checkPnl(position: Position): void {
    const { id, cost, quantity, writtenOff, settled, entryFees } = position;
    if (writtenOff > 0 || quantity === 0) return;
    const { fills, orders } = this.#hour.books();
    const own = new Set(
      orders.filter(({ clientId }) => clientId?.startsWith(`p${INSTANCE}-${id}x`)).map((order) => order.id),
    );
    const brought = fills
      .filter(({ orderId }) => own.has(orderId))
      .reduce((sum, { side, price, count, fee }) => {
        return sum + amount(side === 'ask' ? price : ONE_DOLLAR - price, count) - fee;
      }, 0);
    const truth = brought + settled - cost - entryFees;
    if (realizedPnl(position) !== truth)
      this.#hour.violate('the books agree', `the P&L of ${id} is ${realizedPnl(position)}, not ${truth}`);
  }

  #fill({ fillId, clientId, positionId, price, quantity, fee }: FillRecord): void {
    const hour = this.#hour;
    const known = `${clientId} ${positionId} ${price} ${quantity} ${fee}`;
    const before = this.#fills.get(fillId);
    if (before === known) return;
    if (before !== undefined)
      return hour.violate('each fill once', `${fillId} was ${before} and is ${known}`);
    this.#fills.set(fillId, known);
    const { fills, orders } = hour.books();
    const fill = fills.find(({ id }) => id === fillId);
    const order = orders.find(({ id }) => id === fill?.orderId);
    if (!fill || order?.clientId !== clientId)
      return hour.violate('each fill once', `fill ${fillId} of ${clientId} is unknown to the exchange`);
    const truePrice = fill.side === 'ask' ? fill.price : ONE_DOLLAR - fill.price;
    if (truePrice !== price || fill.count !== quantity || fill.fee !== fee)
      hour.violate(
        'each fill once',
        `${fillId} is ${known}, the exchange says ${truePrice} ${fill.count} ${fill.fee}`,
      );
  }

  /** A stage sells at most once: what a second exit for it sold is sold twice (SPEC 5). */
  #stage({
    positionId,
    exitId,
    stage,
    filled,
    quantity,
  }: Extract<StoreWrite, { kind: 'exit' }>['exit']): void {
    const key = `${positionId} stage ${stage}`;
    const exits = this.#stages.get(key) ?? new Map<string, number>();
    this.#stages.set(key, exits.set(exitId, filled));
    if (filled > quantity) this.#hour.violate('a stage once', `${key}: ${filled} sold of ${quantity}`);
    const selling = [...exits.values()].filter((sold) => sold > 0);
    const first = Math.max(...exits.values());
    if (
      selling.length > 1 &&
      this.#soldUpTo(positionId, stage!) > Math.max(first, this.#planned(positionId, stage!))
    )
      this.#hour.violate('a stage once', `${key} was sold by ${selling.length} exits`);
  }

  /** What a stage and those before it sold. */
  #soldUpTo(positionId: string, stage: number): number {
    const exits = Array.from({ length: stage + 1 }, (_, i) => this.#stages.get(`${positionId} stage ${i}`));
    return exits.flatMap((sold) => [...(sold?.values() ?? [])]).reduce((sum, sold) => sum + sold, 0);
  }

  /** What they were to sell. */
  #planned(positionId: string, stage: number): number {
    const position = this.#open.get(positionId);
    const { stages } = this.#hour.scenario.methods[0]!.partialExits;
    const share = stages.slice(0, stage + 1).reduce((sum, { percentage }) => sum + percentage, 0);
    return position ? Math.floor((position.quantity * share) / 100) : Number.MAX_SAFE_INTEGER;
  }
}
