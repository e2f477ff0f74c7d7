import type { BreakerRecord, OrderRequest, StoreWrite } from '../../src/actors/ports.ts';
import { marketGroupOf } from '../../src/domain/market-groups.ts';
import { type Money, mulDivFloor } from '../../src/domain/money.ts';
import { type Position, remaining } from '../../src/domain/position.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { CASH, type EntryWorld } from './entry-world.ts';

/** Alerts that a daemon which buys for itself must never raise. */
const NEVER_ALERTED = ['holdings_excess', 'holdings_short', 'holding_not_adopted'];

/** Holds every entry against the exchange's own truth. */
export class EntryAudit {
  readonly #world: EntryWorld;
  readonly #limits: Config['entry'];
  readonly #attempts = new Map<string, { edgeId: string; balance: Money }>();
  readonly #balances = new Map<string, Money>();
  readonly #ordersOf = new Map<string, Set<string>>();
  #hasTripped = false;
  /** Since when entries are forbidden, as an operator or a breaker said (ms); null: they are allowed. */
  forbiddenSince: number | null = null;
  /** How often what happened: a test that nothing happens in proves nothing. */
  readonly seen = { ordered: 0, filled: 0, partial: 0, exits: 0, tripped: 0, flattened: 0 };

  constructor(world: EntryWorld, limits: Config['entry']) {
    this.#world = world;
    this.#limits = limits;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'edge' && write.edge.work)
        this.#balances.set(write.edge.edgeId, write.edge.work.balance);
      if (write.kind === 'entry_attempt' && write.attempt.status === 'recorded')
        this.#recorded(write.attempt);
      if (write.kind === 'exit' && write.exit.endedAt !== null) this.seen.exits += 1;
      if (write.kind === 'breaker') this.#noteBreaker(write.breaker);
      if (write.kind === 'edge' && write.edge.status === 'filled') this.seen.filled += 1;
      if (write.kind === 'position' && write.position.id.startsWith('adopted'))
        this.#world.violate(`position ${write.position.id} was adopted from what an entry had bought`);
    }
  }

  #noteBreaker({ name, tripped }: BreakerRecord): void {
    if (name !== 'daily_loss') return;
    if (tripped && !this.#hasTripped) this.seen.tripped += 1;
    this.#hasTripped = tripped;
  }

  /** Long after the loss breaker has tripped: nothing is held but by positions that failed, and those are alerted. */
  async checkFlat(): Promise<void> {
    const alerts = new Set((await this.#world.store.alerts({ open: true })).map(({ key }) => key));
    for (const { id, phase } of await this.#world.store.positions({ closed: false }))
      if (phase !== 'failed')
        this.#world.violate(`position ${id} is ${phase} though the loss breaker tripped`);
      else if (!alerts.has(`exit_failed:${id}`))
        this.#world.violate(`position ${id} failed without an alert`);
    this.seen.flattened += 1;
  }

  #recorded({ clientId, edgeId, placedAt }: { clientId: string; edgeId: string; placedAt: number }): void {
    const orders = this.#ordersOf.get(edgeId) ?? new Set();
    if (!orders.has(clientId)) this.seen.ordered += 1;
    this.#ordersOf.set(edgeId, orders.add(clientId));
    if (orders.size > 1) this.#world.violate(`edge ${edgeId} has ${orders.size} orders`);
    this.#attempts.set(clientId, { edgeId, balance: this.#balances.get(edgeId)! });
    if (this.forbiddenSince !== null && placedAt > this.forbiddenSince)
      this.#world.violate(`order ${clientId} was decided while entries were forbidden`);
  }

  /** A buy has landed: all that is held and all that rests stays within the limits that it was sized by. */
  landed({ clientId, action, market }: OrderRequest, answer: string): void {
    if (action !== 'buy' || answer !== 'accepted') return;
    const known = this.#attempts.get(clientId);
    if (!known) return this.#world.violate(`order ${clientId} was sent before it was committed`);
    const { maxDeployed, maxGroupExposure, marketGroups } = this.#limits;
    const at = this.#exposures();
    const sum = (of: typeof at) => of.reduce((total, { cost }) => total + cost, 0);
    const group = marketGroupOf(market, marketGroups);
    const inGroup = at.filter((held) => marketGroupOf(held.market, marketGroups) === group);
    const within = (what: string, cost: Money, share: number) => {
      const limit = mulDivFloor(known.balance, share, 1_000_000);
      if (cost > limit)
        this.#world.violate(`${what}: ${cost} at the exchange, ${limit} allowed for ${clientId}`);
    };
    within('deployed', sum(at), maxDeployed);
    within(`group ${group}`, sum(inGroup), maxGroupExposure);
    const markets = new Set(at.map((held) => held.market));
    if (markets.size > this.#limits.maxOpenPositions) this.#world.violate(`${markets.size} markets are held`);
  }

  /** What the exchange itself knows: cost and fees of what is held, and what resting buys may still take. */
  #exposures(): { market: string; cost: Money }[] {
    const { truth, exchange } = this.#world;
    const bought = new Map<string, { quantity: number; cost: Money }>();
    const orders = [...truth.orders.values()].sort((a, b) => a.createdAt - b.createdAt);
    const fills = orders.flatMap((order) => order.fills.map((fill) => ({ ...fill, order })));
    for (const { order, quantity, price } of fills.sort((a, b) => a.at - b.at)) {
      const key = `${order.side} ${order.market}`;
      const held = bought.get(key) ?? { quantity: 0, cost: 0 };
      if (order.action === 'buy')
        bought.set(key, { quantity: held.quantity + quantity, cost: held.cost + quantity * price });
      else {
        const left = held.quantity - quantity;
        bought.set(key, {
          quantity: left,
          cost: left === 0 ? 0 : mulDivFloor(held.cost, left, held.quantity),
        });
      }
    }
    const resting = truth.resting().filter(({ action }) => action === 'buy');
    return [
      ...[...bought]
        .filter(([, { quantity }]) => quantity > 0)
        .map(([key, { cost }]) => ({ market: key.slice(key.indexOf(' ') + 1), cost })),
      ...resting.map(({ market, limitPrice, quantity, filled }) => {
        const left = quantity - filled;
        const fee = exchange.feeOf({ market, action: 'buy', price: limitPrice!, quantity: left });
        return { market, cost: left * limitPrice! + fee };
      }),
    ];
  }

  alerted(kind: string, text: string): void {
    if (NEVER_ALERTED.includes(kind)) this.#world.violate(`alert ${kind}: ${text}`);
  }

  /** Once all is quiet: what positions hold is what the exchange holds, and the cash adds up to the cent. */
  async checkEnd(): Promise<void> {
    const { store, exchange, truth, postern } = this.#world;
    const account = await exchange.account();
    const balance = await exchange.balance();
    if (account.kind !== 'ok' || balance.kind !== 'ok') throw new Error('the exchange answers');
    const open = await store.positions({ closed: false });
    const closed = await store.positions({ closed: true });
    const held = (of: { market: string; side: string; quantity: number }[]) =>
      of
        .map(({ market, side, quantity }) => `${side} ${market} ${quantity}`)
        .sort()
        .join();
    this.#expect('open orders', truth.resting().length, 0);
    this.#expect(
      'held',
      held(open.map((p) => ({ ...p, quantity: remaining(p) }))),
      held(account.value.holdings),
    );
    this.#expect(
      'under watch',
      held(
        postern
          .watch()
          .positions()
          .map((p) => ({ ...p, quantity: remaining(p) })),
      ),
      held(account.value.holdings),
    );
    this.#expect('entries at work', (await store.entriesAtWork()).length, 0);
    const all = [...open, ...closed];
    this.#expect('cash', CASH + all.reduce((sum, p) => sum + netOf(p), 0), balance.value);
    const edges = await store.edges({ limit: 100_000 });
    const filled = edges.filter(({ status }) => status === 'filled').map(({ edgeId }) => edgeId);
    this.#expect(
      'positions',
      all
        .map(({ id }) => id)
        .sort()
        .join(),
      filled.sort().join(),
    );
    this.seen.partial = await this.#partial(filled);
  }

  async #partial(filled: string[]): Promise<number> {
    const files = await Promise.all(filled.map((id) => this.#world.store.entry(id)));
    return files.filter((file) => file!.attempts[0]!.status === 'partial').length;
  }

  #expect(what: string, actual: unknown, wanted: unknown): void {
    if (actual !== wanted) this.#world.violate(`${what}: ${actual}, not ${wanted}`);
  }
}

const netOf = (p: Position): Money => p.proceeds + p.settled - p.fees - p.cost - p.entryFees;
