import type {
  Capabilities,
  OrderAnswer,
  OrderRef,
  OrderRequest,
  PlaceAnswer,
  Venue,
  VenueListener,
} from '../../src/actors/ports.ts';
import type { Side } from '../../src/domain/market.ts';
import type { Quantity } from '../../src/domain/money.ts';
import type { CallKind } from './faults.ts';
import { type Life, never } from './life.ts';

const UNKNOWN = { kind: 'unknown', reason: 'timeout' } as const;
const UNAVAILABLE = { kind: 'unavailable', reason: 'timeout' } as const;

interface Request<T> {
  kind: CallKind;
  about: string;
  carryOut: () => Promise<T>;
  /** What the caller is told when the answer is lost. */
  unheard: T;
  /** The request never leaves. */
  dropped?: () => void;
}

/** The exchange as one process reaches it: over a line that can break before, during and after every call. */
export class FaultyVenue implements Venue {
  readonly name = 'simulated';
  readonly capabilities: Capabilities;
  readonly #life: Life;

  constructor(life: Life) {
    this.#life = life;
    const streaming = life.world.variant.mode === 'stream';
    this.capabilities = {
      marketOrders: false,
      batchSize: 100,
      callsBeside: 0,
      pollsBesideStream: false,
      streaming,
      orderPollMs: streaming ? 30_000 : 3_000,
      quantityStep: 1,
    };
  }

  books(markets: string[]) {
    return this.#call({
      kind: 'books',
      about: '',
      carryOut: () => this.#exchange.books(markets),
      unheard: UNAVAILABLE,
    });
  }

  markets(markets: string[]) {
    const carryOut = () => this.#exchange.markets(markets);
    return this.#call({ kind: 'markets', about: '', carryOut, unheard: UNAVAILABLE });
  }

  async place(order: OrderRequest): Promise<PlaceAnswer> {
    const life = this.#life;
    if (!life.alive) return never();
    const { world } = life;
    world.audit.leaves(order, life.number);
    const { clientId, quantity, limitPrice, timeInForce } = order;
    return this.#call<PlaceAnswer>({
      kind: 'place',
      about: `${clientId} ${timeInForce} ${quantity / 100} at ${limitPrice! / 100}`,
      carryOut: () => world.landPlace(order),
      unheard: UNKNOWN,
      dropped: () => world.audit.landed(clientId, null),
    });
  }

  cancel(ref: OrderRef): Promise<OrderAnswer> {
    const carryOut = () => this.#life.world.landCancel(ref);
    return this.#call<OrderAnswer>({ kind: 'cancel', about: ref.clientId, carryOut, unheard: UNKNOWN });
  }

  findOrder(ref: OrderRef): Promise<OrderAnswer> {
    const carryOut = () => this.#find(ref);
    return this.#call<OrderAnswer>({ kind: 'findOrder', about: ref.clientId, carryOut, unheard: UNKNOWN });
  }

  account() {
    const carryOut = () => this.#exchange.account();
    return this.#call({ kind: 'account', about: '', carryOut, unheard: UNAVAILABLE });
  }

  costBasis(held: { market: string; side: Side; quantity: Quantity }) {
    const carryOut = () => this.#exchange.costBasis(held);
    return this.#call({ kind: 'account', about: '', carryOut, unheard: UNAVAILABLE });
  }

  balance() {
    const carryOut = () => this.#exchange.balance();
    return this.#call({ kind: 'account', about: '', carryOut, unheard: UNAVAILABLE });
  }

  feeOf(order: Parameters<Venue['feeOf']>[0]) {
    return this.#exchange.feeOf(order);
  }

  warn(): () => void {
    return () => {};
  }

  subscribe(markets: string[], listener: VenueListener): () => void {
    const life = this.#life;
    const whileAlive =
      <A>(tell: (argument: A) => void) =>
      (argument: A): void => {
        if (life.alive) tell(argument);
      };
    const unsubscribe = this.#exchange.subscribe(markets, {
      book: whileAlive((book) => listener.book(book)),
      order: whileAlive((report) => listener.order(report)),
      market: whileAlive((info) => listener.market(info)),
      account: () => listener.account(),
    });
    life.atDeath(unsubscribe);
    return unsubscribe;
  }

  async close(): Promise<void> {}

  get #exchange() {
    return this.#life.world.exchange;
  }

  /** Reads lag: an order that has only just landed is not found yet. */
  async #find(ref: OrderRef): Promise<OrderAnswer> {
    const { world } = this.#life;
    const order = world.truth.orders.get(ref.clientId);
    const now = world.clock.now();
    if (order && now - order.createdAt < world.readLagMs)
      return { kind: 'not_found', at: now, mayLand: false };
    return this.#exchange.findOrder(ref);
  }

  async #call<T>({ kind, about, carryOut, unheard, dropped = () => {} }: Request<T>): Promise<T> {
    const life = this.#life;
    const { world } = life;
    if (!life.alive) return never();
    const fault = life.meet(kind, about);
    if (fault?.kind === 'crash' && fault.when === 'before') {
      dropped();
      life.die(fault.restartMs);
      return never();
    }
    if (fault?.kind === 'crash in flight') {
      world.after(fault.landMs, () => void carryOut());
      life.die(fault.restartMs);
      return never();
    }
    if (fault?.kind === 'answer lost' && fault.landMs > 0) {
      world.after(fault.landMs, () => void carryOut());
      return this.#answer(unheard);
    }
    if (fault?.kind === 'freeze' && fault.when === 'before') await world.freeze(fault.ms);
    await this.#travel();
    const answer = await carryOut();
    if (!life.alive) return never();
    if (fault?.kind === 'crash') {
      life.die(fault.restartMs);
      return never();
    }
    if (fault?.kind === 'freeze') {
      if (fault.when === 'after') await world.freeze(fault.ms);
    }
    return this.#answer(fault?.kind === 'answer lost' ? unheard : answer);
  }

  async #answer<T>(answer: T): Promise<T> {
    await this.#travel();
    return this.#life.alive ? answer : never();
  }

  /** Half of the way there and back; a request that has left goes on when its process is gone. */
  async #travel(): Promise<void> {
    const { world } = this.#life;
    const ms = world.variant.latencyMs / 2;
    if (ms > 0) await new Promise<void>((resolve) => world.clock.setTimeout(resolve, ms));
  }
}
