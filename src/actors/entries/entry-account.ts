import type { AccountPicture } from '../../domain/entry.ts';
import { amount, checked, type Money } from '../../domain/money.ts';
import { costOfRemaining } from '../../domain/pnl.ts';
import { type Position, remaining } from '../../domain/position.ts';
import type { Exposure } from '../../domain/risk.ts';
import type { Holding } from '../ports.ts';
import type { EntryWorker } from './entry-worker.ts';

/** So long the venue's books may not show yet what was paid (ms). */
const LAG_MS = 60_000;

type Spender = Pick<EntryWorker, 'seed' | 'reserved'>;

/** What is at stake and what is left of the cash, with every entry counted from the instant at which it was sized. */
export class EntryAccount {
  /** What entries that are over have paid, by when they ended (ms). */
  #spent: { at: number; money: Money }[] = [];

  noteEnded(money: Money, at: number): void {
    if (money > 0) this.#spent.push({ at, money });
  }

  /**
   * Positions and entries, each once: an entry counts until its position is there. Cash is what was read less all that
   * entries may still take or have taken within the last minute; the balance is cash and positions at their marks.
   */
  picture(
    read: Money,
    positions: readonly Position[],
    entries: readonly Spender[],
    now: number,
  ): Pick<AccountPicture, 'cash' | 'balance' | 'exposures'> {
    this.#spent = this.#spent.filter(({ at }) => now - at < LAG_MS);
    const spent = this.#spent.reduce((sum, { money }) => checked(sum + money), 0);
    const held = new Set(positions.map(({ id }) => id));
    const working = entries.filter(({ seed, reserved }) => reserved > 0 && !held.has(seed.edgeId));
    const reserved = working.reduce((sum, entry) => checked(sum + entry.reserved), 0);
    const worth = positions.reduce((sum, position) => checked(sum + worthOf(position)), 0);
    return {
      cash: checked(read - spent - reserved),
      balance: Math.max(0, checked(read - spent + worth)),
      exposures: [...positions.map(exposureOf), ...working.map(reservationOf)],
    };
  }
}

/** What is held of the other side and no position covers: the venue would set a purchase off against it. */
export function nettedBy(
  { market, side }: Pick<Exposure, 'market' | 'side'>,
  known: readonly Exposure[],
  holdings: readonly Holding[],
): Exposure[] {
  if (known.some((exposure) => exposure.market === market)) return [];
  return holdings
    .filter((held) => held.market === market && held.side !== side)
    .map((held) => ({ market, side: held.side, cost: held.cost ?? 0, kind: 'position' }));
}

const exposureOf = (position: Position): Exposure => ({
  market: position.market,
  side: position.side,
  cost: checked(costOfRemaining(position) + position.entryFees),
  kind: 'position',
});

const reservationOf = ({ seed, reserved }: Spender): Exposure => ({
  market: seed.market,
  side: seed.side,
  cost: reserved,
  kind: 'entry',
});

/** At the last mark; at cost where there is none. */
const worthOf = (position: Position): Money =>
  position.mark === null ? costOfRemaining(position) : amount(position.mark, remaining(position));
