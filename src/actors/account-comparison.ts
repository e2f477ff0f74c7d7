import { compareHoldings, type HeldQuantity, type Lot, type Shortages } from '../domain/holdings.ts';
import { formatQuantity, type Quantity } from '../domain/money.ts';
import { type Position, remaining } from '../domain/position.ts';
import { describePosition } from './alert-texts.ts';
import type { Post } from './mail.ts';
import type { AccountReport, Clock } from './ports.ts';

/** Compares each read of the account with the lots under watch, and alerts what differs. */
export class AccountComparison {
  readonly #post: Post;
  readonly #clock: Clock;
  #shortages: Shortages = new Map();
  #excess = new Map<string, Quantity>();

  constructor(post: Post, clock: Clock) {
    this.#post = post;
    this.#clock = clock;
  }

  /** The lots that shrink, by how many contracts. */
  compare(positions: Position[], report: AccountReport): { positionId: string; missing: Quantity }[] {
    const comparison = compareHoldings(positions.map(lotOf), report.holdings, report.asOf, this.#shortages);
    this.#shortages = comparison.shortages;
    const at = this.#clock.now();
    for (const { positionId, missing } of comparison.reductions)
      this.#alertShortage(positions.find((p) => p.id === positionId)!, missing, at);
    this.#alertExcess(comparison.excess, at);
    return comparison.reductions;
  }

  #alertShortage(position: Position, missing: Quantity, at: number): void {
    this.#post('ledger', {
      type: 'alert.raise',
      key: `holdings_short:${position.id}`,
      kind: 'holdings_short',
      severity: 'critical',
      positionId: position.id,
      text: `${describePosition(position)}: the venue holds ${formatQuantity(missing)} contracts fewer than we thought; the lot shrinks to what is held`,
      at,
    });
  }

  #alertExcess(excess: readonly HeldQuantity[], at: number): void {
    const found = new Map(excess.map((e) => [`holdings_excess:${e.side} ${e.market}`, e]));
    for (const key of this.#excess.keys())
      if (!found.has(key)) this.#post('ledger', { type: 'alert.resolve', key, at });
    for (const [key, { market, side, quantity }] of found) {
      if (this.#excess.get(key) === quantity) continue;
      this.#post('ledger', {
        type: 'alert.raise',
        key,
        kind: 'holdings_excess',
        severity: 'warning',
        positionId: null,
        text: `the venue holds ${formatQuantity(quantity)} ${side.toUpperCase()} contracts of ${market} that no position covers; \`postern track\` them or nobody watches them`,
        at,
      });
    }
    this.#excess = new Map([...found].map(([key, e]) => [key, e.quantity]));
  }
}

const lotOf = (position: Position): Lot => ({
  positionId: position.id,
  market: position.market,
  side: position.side,
  remaining: remaining(position),
  openedAt: position.openedAt,
  orderIsOut: position.exit?.attempt != null,
  lastOrderEndedAt: position.lastOrderEndedAt,
});
