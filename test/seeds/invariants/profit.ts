/** What a position has realized is what the exchange's fills of its own orders brought, to the last digit (SPEC 1). */
import { amount, ONE_DOLLAR } from '../../../src/domain/money.ts';
import { realizedPnl } from '../../../src/domain/pnl.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { AccountTruth } from '../../../src/exchange/exchange.ts';
import type { Hour } from '../hour.ts';
import { INSTANCE } from '../life.ts';
import type { Invariant } from './invariants.ts';

export class Profit implements Invariant {
  readonly #hour: Hour;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  async end(): Promise<void> {
    const hour = this.#hour;
    if (hour.disks.some((disk) => disk.aside.length > 0)) return;
    for (const position of await hour.store.positions({ closed: true })) this.#check(position);
  }

  #check(position: Position): void {
    const { id, side, quantity, cost, entryFees, sold, settled, writtenOff } = position;
    const fills = this.#fillsOf(id);
    const inAll = fills.reduce((sum, { count }) => sum + count, 0);
    if (inAll !== sold)
      this.#hour.violate('profits are real', `${id} has sold ${sold}, the exchange says ${inAll}`);
    if (writtenOff > 0 || quantity === 0) return;
    const brought = fills.map(
      ({ price, count, fee }) => amount(side === 'yes' ? price : ONE_DOLLAR - price, count) - fee,
    );
    const profit = brought.reduce((sum, money) => sum + money, settled - entryFees - cost);
    const ours = realizedPnl(position);
    if (ours !== profit) this.#hour.violate('profits are real', `${id} made ${profit}, and says ${ours}`);
  }

  #fillsOf(positionId: string): AccountTruth['fills'] {
    const { orders, fills } = this.#hour.books();
    const prefix = `p${INSTANCE}-${positionId}x`;
    const own = new Set(orders.filter(({ clientId }) => clientId?.startsWith(prefix)).map(({ id }) => id));
    return fills.filter(({ orderId }) => own.has(orderId));
  }
}
