import {
  compareHoldings,
  type HeldQuantity,
  type HoldingsComparison,
  type HoldingsMemory,
  keyOf,
  type Lot,
  NO_MEMORY,
} from '../../domain/holdings.ts';
import type { MarketInfo, Side } from '../../domain/market.ts';
import { formatQuantity, mulDivFloor, type Quantity } from '../../domain/money.ts';
import { type Position, remaining } from '../../domain/position.ts';
import { isOverForGood } from '../../domain/position-facts.ts';
import type { Post } from '../mail.ts';
import type { AccountReport, AlertRecord, Clock } from '../ports.ts';
import { describePosition } from '../watch/alert-texts.ts';

/** A position with its market as it is known; null: not yet. */
export interface Compared {
  position: Position;
  market: MarketInfo | null;
  /** When the venue last said so (ms); null: never. */
  marketSeenAt: number | null;
}

export interface AccountComparisonOptions {
  post: Post;
  clock: Clock;
  /** Holdings that no position covers: adopted as new positions, alerted, or left alone. */
  uncovered: 'adopt' | 'alert' | 'ignore';
  /** What an earlier life left open. */
  openAlerts: readonly AlertRecord[];
}

/** Compares each read of the account with the lots under watch, and says what differs. */
export class AccountComparison {
  readonly #options: AccountComparisonOptions;
  readonly #startedAt: number;
  /** When the last lot of a market and side was closed (ms): holdings read before it are ours no more. */
  readonly #closedAt = new Map<string, number>();
  /** When the last entry in a market and side ended (ms): infinite while one buys there. */
  readonly #boughtUntil = new Map<string, number>();
  #memory: HoldingsMemory = NO_MEMORY;
  /** Excess that is alerted, by the alert's key. */
  #alerted: Map<string, Quantity>;
  /** Excess that discovery was told of, or an earlier life could not adopt: market and side. */
  #offered: ReadonlySet<string>;
  /** Positions whose lot was found too large, until a read agrees with it. */
  readonly #short: Set<string>;
  /** As of when the last read was (ms). */
  #asOf = Number.NEGATIVE_INFINITY;

  constructor(options: AccountComparisonOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
    const open = (kind: string) => options.openAlerts.filter((alert) => alert.kind === kind);
    this.#alerted = new Map(open('holdings_excess').map(({ key }) => [key, 0]));
    this.#offered = new Set(
      open('holding_not_adopted').map(({ key }) => key.slice('holding_not_adopted:'.length)),
    );
    this.#short = new Set(open('holdings_short').flatMap(({ positionId }) => positionId ?? []));
  }

  /** A lot is closed: what older reads show of it is nobody's. */
  noteClosed({ market, side, at }: Pick<Position, 'market' | 'side' | 'at'>): void {
    this.#closedAt.set(keyOf({ market, side }), at);
  }

  /** An entry buys: what the account holds there is on its way into a lot. */
  noteEntryBegan(about: { market: string; side: Side }): void {
    this.#boughtUntil.set(keyOf(about), Number.POSITIVE_INFINITY);
  }

  /** What it bought is a lot now: older reads prove nothing. */
  noteEntryEnded({ at, ...about }: { market: string; side: Side; at: number }): void {
    this.#boughtUntil.set(keyOf(about), at);
  }

  /** The lots that shrink, by how many contracts. */
  compare(all: readonly Compared[], report: AccountReport): { positionId: string; missing: Quantity }[] {
    const { post, clock, uncovered } = this.#options;
    const at = clock.now();
    const comparison = compareHoldings(all.map(lotOf), report, this.#memory, {
      soldUntil: (held) => Math.max(this.#startedAt, this.#closedAt.get(keyOf(held)) ?? 0),
      boughtUntil: (held) => this.#boughtUntil.get(keyOf(held)) ?? Number.NEGATIVE_INFINITY,
    });
    this.#memory = comparison.memory;
    const positionOf = (id: string): Position => all.find(({ position }) => position.id === id)!.position;
    this.#resolveShortages(all, comparison, at);
    for (const { positionId, missing } of comparison.reductions)
      this.#alertShortage(positionOf(positionId), missing, at);
    for (const { positionId, clientId } of comparison.overcommitted)
      this.#cancelOvercommitted(positionOf(positionId), clientId, at);
    // The next read decides; the market's own word by then tells a settlement from a sale by hand.
    for (const market of comparison.unseen) post('feed', { type: 'market.wanted', market });
    if (comparison.suspicions.length + comparison.overcommitted.length > 0)
      post('reconciler', { type: 'account.wanted' });
    if (uncovered === 'alert') this.#alertExcess(comparison.excess, at);
    if (uncovered === 'adopt') {
      for (const held of comparison.uncovered)
        post('discovery', { type: 'holding.found', holding: { ...held, ...coverOf(held, all) } });
      this.#noteOffered(comparison);
      // Reads that stand still are not asked for more often than usual.
      const isNew = report.asOf > this.#asOf;
      if (isNew && (comparison.isTooOld || comparison.excess.length > comparison.uncovered.length))
        post('reconciler', { type: 'account.wanted' });
    }
    this.#asOf = Math.max(this.#asOf, report.asOf);
    return comparison.reductions;
  }

  /** What discovery was told of and is not there any more is nobody's concern. */
  #noteOffered({ excess, uncovered, silent }: HoldingsComparison): void {
    const still = new Set([...excess.map(keyOf), ...silent]);
    for (const key of this.#offered)
      if (!still.has(key)) this.#options.post('discovery', { type: 'holding.gone', key });
    this.#offered = new Set([...[...this.#offered].filter((key) => still.has(key)), ...uncovered.map(keyOf)]);
  }

  /** A lot that a later read agrees with is as large as what is held. */
  #resolveShortages(all: readonly Compared[], { memory, silent }: HoldingsComparison, at: number): void {
    for (const { position } of all) {
      const key = keyOf(position);
      if (!this.#short.has(position.id) || memory.shortages.has(key) || silent.has(key)) continue;
      this.#short.delete(position.id);
      this.#options.post('ledger', { type: 'alert.resolve', key: `holdings_short:${position.id}`, at });
    }
  }

  #alertShortage(position: Position, missing: Quantity, at: number): void {
    this.#short.add(position.id);
    this.#options.post('ledger', {
      type: 'alert.raise',
      key: `holdings_short:${position.id}`,
      kind: 'holdings_short',
      severity: 'critical',
      positionId: position.id,
      text: `${describePosition(position)}: the venue holds ${formatQuantity(missing)} contracts fewer than we thought; the lot shrinks to what is held`,
      at,
    });
  }

  /** It would sell what is not there and turn the position over: it goes before anything else is found out. */
  #cancelOvercommitted(position: Position, clientId: string, at: number): void {
    const { post } = this.#options;
    const summary = `${describePosition(position)}: order ${clientId} rests for more than the account holds: cancelled`;
    post('ledger', {
      type: 'journal',
      decision: {
        positionId: position.id,
        exitId: position.exit?.id ?? null,
        at,
        kind: 'order.overcommitted',
        summary,
        data: { clientId },
      },
    });
    post('desk', { type: 'order.cancel', clientId });
  }

  #alertExcess(excess: readonly HeldQuantity[], at: number): void {
    const { post } = this.#options;
    const found = new Map(excess.map((e) => [`holdings_excess:${keyOf(e)}`, e]));
    for (const key of this.#alerted.keys())
      if (!found.has(key)) post('ledger', { type: 'alert.resolve', key, at });
    for (const [key, { market, side, quantity }] of found) {
      if (this.#alerted.get(key) === quantity) continue;
      post('ledger', {
        type: 'alert.raise',
        key,
        kind: 'holdings_excess',
        severity: 'warning',
        positionId: null,
        text: `the venue holds ${formatQuantity(quantity)} ${side.toUpperCase()} contracts of ${market} that no position covers; \`postern track\` them or nobody watches them`,
        at,
      });
    }
    this.#alerted = new Map([...found].map(([key, e]) => [key, e.quantity]));
  }
}

/** What the lots of a market and side hold, and what they paid for that. */
function coverOf({ market, side }: HeldQuantity, all: readonly Compared[]) {
  const lots = all.map(({ position }) => position).filter((p) => p.market === market && p.side === side);
  return {
    covered: lots.reduce((sum, lot) => sum + remaining(lot), 0),
    coveredCost: lots.reduce((sum, lot) => sum + mulDivFloor(lot.cost, remaining(lot), lot.quantity), 0),
  };
}

const lotOf = ({ position, market, marketSeenAt }: Compared): Lot => ({
  positionId: position.id,
  market: position.market,
  side: position.side,
  remaining: remaining(position),
  openedAt: position.openedAt,
  liveOrder: position.exit?.attempt ?? null,
  lastOrderEndedAt: position.lastOrderEndedAt,
  awaitsSettlement: market !== null && isOverForGood(market),
  marketSeenAt,
});
