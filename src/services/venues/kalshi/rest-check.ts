import type { Clock, OrderRequest, PlaceAnswer } from '../../../actors/ports.ts';
import { formatQuantity, type Quantity } from '../../../domain/money.ts';
import type { Account } from './account.ts';
import { reasonOf } from './client/outcomes.ts';
import type { Lane } from './client/pacer.ts';
import type { OwnOrders } from './own-orders.ts';
import { toWireSide, type WireOrder } from './wire/orders.ts';
import { heldOf } from './wire/portfolio.ts';

interface RestCheckOptions {
  account: Account;
  own: OwnOrders;
  clock: Clock;
}

/** What reads of the account say of the order's market. */
interface Look {
  owned: Quantity;
  /** Other orders that rest in its direction. */
  resting: WireOrder[];
  /** As of when both are true at least (ms, the exchange's clock); 0 where nobody says. */
  asOf: number;
}

type Rejected = Extract<PlaceAnswer, { kind: 'rejected' }>;

/** `stillFits`: whether it is so yet, by what is known of our other orders at that moment. */
export type RestAnswer = { kind: 'fits'; stillFits: () => boolean } | { kind: 'refused'; answer: Rejected };

/** Where reads and our records leave a doubt it is looked again for longer than an order's poll takes to clear it. */
const LOOK_AGAIN_MS = [100, 200, 400, 800, 1_600, 0];

/**
 * Whether the account holds what an order that is to rest would sell, beside whatever else may sell it: the exchange takes no
 * reduce-only for those (FACTS section 7).
 */
export class RestCheck {
  readonly #options: RestCheckOptions;

  constructor(options: RestCheckOptions) {
    this.#options = options;
  }

  /**
   * Looks at the account for an order that is noted among our own. `not_held` at once where the account's own reads say so,
   * and after some looks where only our records do; `unseen` where reads fail or don't say.
   */
  async check(order: OrderRequest, lane: Lane): Promise<RestAnswer> {
    const { own, clock } = this.#options;
    own.forgetSales(clock.now());
    let look: Look | null = null;
    for (const ms of LOOK_AGAIN_MS) {
      const asOf = await this.#asOf(order, lane);
      if (look === null || asOf >= own.lastTradeAt(placeOf(order))) {
        const read = await this.#read(order, asOf, lane);
        if (typeof read === 'string') return cannotLook(read);
        look = read;
      }
      const seen = look;
      if (order.quantity > seen.owned - this.#listed(seen))
        return unheld(order, seen.owned, this.#listed(seen));
      const stillFits = () => order.quantity <= this.#free(order, seen);
      if (stillFits()) return { kind: 'fits', stillFits };
      await new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    }
    const { owned } = look!;
    const offered = this.#offered(order, look!);
    if (order.quantity > owned - offered) return unheld(order, owned, offered);
    return cannotLook('reads of the account do not show yet what was just sold');
  }

  /** Asked for only where we have sold lately, and no reason to wait where nobody answers. */
  async #asOf(order: OrderRequest, lane: Lane): Promise<number> {
    const { account, own } = this.#options;
    if (own.lastTradeAt(placeOf(order)) === 0) return 0;
    const asOf = await account.asOfThere(lane);
    return asOf.kind === 'ok' ? asOf.value : 0;
  }

  /** Orders before positions: what is sold in between is then gone and counted as offered still. A reason where it fails. */
  async #read(order: OrderRequest, asOf: number, lane: Lane): Promise<Look | string> {
    const { account } = this.#options;
    const { clientId, market, side } = order;
    const orders = await account.restingOrders(lane, market);
    if (orders.kind !== 'ok') return reasonOf(orders);
    const positions = await account.positions(lane, market);
    if (positions.kind !== 'ok') return reasonOf(positions);
    const position = positions.value.find((known) => known.market === market);
    const held = position ? heldOf(position) : null;
    const { direction } = placeOf(order);
    const resting = orders.value.filter(
      (other) => other.direction === direction && other.clientId !== clientId,
    );
    return { owned: held?.side === side ? held.quantity : 0, resting, asOf };
  }

  /** What is offered for sure, by the account's own list. */
  #listed({ resting }: Look): Quantity {
    return resting.reduce(
      (sum, { clientId, remaining }) => sum + (this.#isOver(clientId) ? 0 : remaining),
      0,
    );
  }

  /** What may be offered: by the list or by our own records, whichever says more of an order. */
  #offered(order: OrderRequest, { resting }: Look): Quantity {
    const offered = this.#options.own.beside(order.clientId, placeOf(order));
    for (const { clientId, orderId, remaining } of resting) {
      if (this.#isOver(clientId)) continue;
      const id = clientId ?? orderId;
      offered.set(id, Math.max(remaining, offered.get(id) ?? 0));
    }
    return [...offered.values()].reduce((sum, remaining) => sum + remaining, 0);
  }

  /** What is held, not offered, and not sold by us since. */
  #free(order: OrderRequest, look: Look): Quantity {
    const sold = this.#options.own.tradedSince(look.asOf, placeOf(order));
    return look.owned - this.#offered(order, look) - sold;
  }

  #isOver(clientId: string | null): boolean {
    return clientId !== null && this.#options.own.isOver(clientId);
  }
}

const placeOf = ({ market, side, action }: OrderRequest) => ({ market, direction: toWireSide(side, action) });

/** Nothing is sent blindly. */
const cannotLook = (reason: string): RestAnswer =>
  refused('unseen', `never sent: what is held can't be read (${reason})`);

function unheld({ quantity, side }: OrderRequest, owned: Quantity, offered: Quantity): RestAnswer {
  const wanted = `${formatQuantity(quantity)} ${side.toUpperCase()} to sell`;
  const held = `${formatQuantity(owned)} held and ${formatQuantity(offered)} of them offered already`;
  return refused('not_held', `never sent: ${wanted}, ${held}`);
}

const refused = (code: Rejected['code'], message: string): RestAnswer => ({
  kind: 'refused',
  answer: { kind: 'rejected', code, message },
});
