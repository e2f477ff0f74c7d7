import type { Side } from '../../../domain/market.ts';
import { amount, type Money, mulDivFloor, type Price, type Quantity } from '../../../domain/money.ts';
import type { FeeModel } from './fees.ts';
import { type Execution, inYesTerms } from './matching.ts';
import { byCreation, byMarketAndSide } from './paper-listing.ts';
import type { PaperChange, PaperHolding, PaperMarket, PaperOrder } from './paper-store.ts';

const holdingKey = (market: string, side: Side): string => `${side}:${market}`;

/** The paper exchange's orders, holdings and cash in memory: exactly what the saved changes add up to. */
export class PaperAccount {
  readonly orders = new Map<string, PaperOrder>();
  readonly #resting = new Map<string, Map<string, PaperOrder>>();
  readonly #holdings = new Map<string, PaperHolding>();
  nextId = 1;
  cash: Money = 0;

  /** Forgets everything: the store is about to be read again. */
  clear(): void {
    this.orders.clear();
    this.#resting.clear();
    this.#holdings.clear();
    this.nextId = 1;
  }

  /** Takes in a saved change, or the whole world at the start. */
  apply(change: PaperChange): void {
    for (const order of change.orders ?? []) {
      this.orders.set(order.clientId, order);
      this.#rest(order);
    }
    for (const holding of change.holdings ?? []) {
      const key = holdingKey(holding.market, holding.side);
      if (holding.quantity > 0) this.#holdings.set(key, holding);
      else this.#holdings.delete(key);
    }
    if (change.nextId !== undefined) this.nextId = change.nextId;
    if (typeof change.cash === 'number') this.cash = change.cash;
  }

  resting(market: string): readonly PaperOrder[] {
    return [...(this.#resting.get(market)?.values() ?? [])];
  }

  hasResting(market: string): boolean {
    return this.#resting.has(market);
  }

  openOrders(): PaperOrder[] {
    return [...this.#resting.values()].flatMap((orders) => [...orders.values()]).sort(byCreation);
  }

  #rest(order: PaperOrder): void {
    const { market, clientId, status } = order;
    const orders = this.#resting.get(market) ?? new Map<string, PaperOrder>();
    if (status === 'resting') orders.set(clientId, order);
    else orders.delete(clientId);
    if (orders.size > 0) this.#resting.set(market, orders);
    else this.#resting.delete(market);
  }

  holdings(): PaperHolding[] {
    return [...this.#holdings.values()].sort(byMarketAndSide);
  }

  holding(market: string, side: Side): PaperHolding {
    return this.#holdings.get(holdingKey(market, side)) ?? { market, side, quantity: 0, cost: 0 };
  }

  /** What is held and not already offered by a live sell. */
  sellable(market: string, side: Side): Quantity {
    const offered = this.resting(market)
      .filter((o) => o.side === side && o.action === 'sell')
      .reduce((sum, o) => sum + o.quantity - o.filled, 0);
    return this.holding(market, side).quantity - offered;
  }

  /** Cash that no resting buy binds. */
  freeCash(fees: FeeModel): Money {
    return this.openOrders()
      .filter(({ action }) => action === 'buy')
      .reduce((free, order) => free - boundBy(order, order.quantity - order.filled, fees), this.cash);
  }
}

/** What `quantity` of a buy binds while it rests: its own price and the fee of a fill there. */
export function boundBy(
  { limitPrice }: Pick<PaperOrder, 'limitPrice'>,
  quantity: Quantity,
  fees: FeeModel,
): Money {
  const price = limitPrice!;
  return amount(price, quantity) + fees.bound({ action: 'buy', price, quantity, maker: true });
}

/** One mutation being prepared: nothing is seen of it until it has been saved and applied. */
export class PaperDraft {
  readonly #account: PaperAccount;
  readonly #fees: FeeModel;
  readonly #orders = new Map<string, PaperOrder>();
  readonly #holdings = new Map<string, PaperHolding>();
  #nextId: number;
  #cash: Money;

  constructor(account: PaperAccount, fees: FeeModel) {
    this.#account = account;
    this.#fees = fees;
    this.#nextId = account.nextId;
    this.#cash = account.cash;
  }

  get isEmpty(): boolean {
    return this.#orders.size === 0 && this.#holdings.size === 0;
  }

  takeId(): string {
    const id = `paper-${this.#nextId}`;
    this.#nextId += 1;
    return id;
  }

  put(order: PaperOrder): PaperOrder {
    this.#orders.set(order.clientId, order);
    return order;
  }

  /** Books executions on an order, its holding and the cash. Throws when it would sell more than is held: that is a bug. */
  fill(order: PaperOrder, executions: Execution[], maker: boolean, at: number): PaperOrder {
    if (executions.length === 0) return this.put(order);
    const { action } = order;
    const fills = executions.map(({ price, quantity }, i) => ({
      fillId: `${order.venueOrderId}-${order.fills.length + i + 1}`,
      price,
      quantity,
      fee: this.#fees.fee({ action, price, quantity, maker }),
      maker,
      at,
    }));
    for (const { price, quantity, fee } of fills) this.#move(order, quantity, amount(price, quantity), fee);
    const filled = order.filled + executions.reduce((sum, e) => sum + e.quantity, 0);
    const status = filled === order.quantity ? 'filled' : order.status;
    return this.put({ ...order, filled, status, at, fills: [...order.fills, ...fills] });
  }

  /** Adds to a holding what was paid for elsewhere: no cash moves. */
  credit(market: string, side: Side, quantity: Quantity, cost: Money): void {
    const held = this.#holding(market, side);
    this.#setHolding({ ...held, quantity: held.quantity + quantity, cost: held.cost + cost });
  }

  /** Takes contracts off a holding with their share of its cost. Throws when it would take more than is held. */
  debit(market: string, side: Side, quantity: Quantity): void {
    const held = this.#holding(market, side);
    if (quantity > held.quantity)
      throw new Error(`${market} ${side}: sold ${quantity} of ${held.quantity} held`);
    const cost = held.cost - mulDivFloor(held.cost, quantity, held.quantity);
    this.#setHolding({ ...held, quantity: held.quantity - quantity, cost });
  }

  cancel(order: PaperOrder, at: number): PaperOrder {
    return this.put({ ...order, status: 'cancelled', at });
  }

  /** Settles a market: each contract becomes what it pays, `value` for YES and the rest of the dollar for NO. */
  payOut(market: string, value: Price): void {
    for (const side of ['yes', 'no'] as const) {
      const held = this.#holding(market, side);
      if (held.quantity === 0) continue;
      this.#cash += amount(inYesTerms(side, value), held.quantity);
      this.#setHolding({ ...held, quantity: 0, cost: 0 });
    }
  }

  /** The orders this draft changes, as it leaves them. */
  orders(): PaperOrder[] {
    return [...this.#orders.values()];
  }

  /** What has to be saved, with the rows of the markets that changed along. */
  change(at: number, markets: PaperMarket[]): PaperChange {
    return {
      orders: this.orders(),
      holdings: [...this.#holdings.values()],
      markets,
      nextId: this.#nextId,
      cash: this.#cash,
      at,
    };
  }

  #move({ market, side, action }: PaperOrder, quantity: Quantity, value: Money, fee: Money): void {
    if (action === 'buy') {
      this.credit(market, side, quantity, value);
      this.#cash -= value + fee;
    } else {
      this.debit(market, side, quantity);
      this.#cash += value - fee;
    }
  }

  #holding(market: string, side: Side): PaperHolding {
    return this.#holdings.get(holdingKey(market, side)) ?? this.#account.holding(market, side);
  }

  #setHolding(holding: PaperHolding): void {
    this.#holdings.set(holdingKey(holding.market, holding.side), holding);
  }
}
