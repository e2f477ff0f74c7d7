/** What Postern says it did, against the exchange's own books. */
import type { Store, VenueFill } from '../../src/actors/ports.ts';
import { amount, type Money, ONE_DOLLAR, type Quantity } from '../../src/domain/money.ts';
import { remaining } from '../../src/domain/position.ts';
import type { AccountTruth, OrderTruth } from '../../src/exchange/exchange.ts';
import { type KalshiWorld, START } from './kalshi-world.ts';

/** Every difference in words; empty when the books agree, nothing was oversold and nothing rests without an owner. */
export const audit = (world: KalshiWorld): Promise<string[]> =>
  auditBooks(world.link.exchange.truth().accounts.tests!, world.store, 'pworld-');

/** The same for an account of any exchange and the store of any daemon, whose orders begin with `prefix`. */
export async function auditBooks(truth: AccountTruth, store: Books, prefix: string): Promise<string[]> {
  const orders = truth.orders.filter(({ clientId }) => clientId?.startsWith(prefix));
  return [
    ...compareFills(truth, orders, await ledgerFills(store)),
    ...oversold(truth, orders),
    ...(await restingWithoutOwner(orders, store)),
    ...(await compareHoldings(truth, store)),
  ];
}

type Books = Pick<Store, 'positions' | 'position' | 'entry' | 'edges'>;

type LedgerFill = VenueFill & { clientId: string };

/** What was sold for exits and bought for edges. */
async function ledgerFills(store: Books): Promise<Map<string, LedgerFill>> {
  const positions = [
    ...(await store.positions({ closed: false })),
    ...(await store.positions({ closed: true })),
  ];
  const fills = new Map<string, LedgerFill>();
  for (const { id } of positions)
    for (const fill of (await store.position(id))!.fills) fills.set(fill.fillId, fill);
  for (const { edgeId } of await store.edges({ limit: 100_000 }))
    for (const fill of (await store.entry(edgeId))!.fills) fills.set(fill.fillId, fill);
  return fills;
}

/** An order that buys for an edge names the edge and `n1`. */
const isEntry = (clientId: string): boolean => /n1-1$/.test(clientId);

/** Each fill of an order of ours once and only once, at its price, with its fee. */
function compareFills(
  truth: AccountTruth,
  orders: readonly OrderTruth[],
  ledger: Map<string, LedgerFill>,
): string[] {
  const ours = new Map(orders.map((order) => [order.id, order.clientId!]));
  const differences: string[] = [];
  const known = new Set<string>();
  for (const fill of truth.fills) {
    const clientId = ours.get(fill.orderId);
    if (clientId === undefined) continue;
    known.add(fill.id);
    const entry = ledger.get(fill.id);
    const isYes = fill.side === (isEntry(clientId) ? 'bid' : 'ask');
    const price = isYes ? fill.price : ONE_DOLLAR - fill.price;
    const want = [clientId, price, fill.count, fill.fee, !fill.isTaker].join(' ');
    const have = entry && [entry.clientId, entry.price, entry.quantity, entry.fee, entry.maker].join(' ');
    if (have !== want) differences.push(`fill ${fill.id}: the exchange says ${want}, the ledger ${have}`);
  }
  for (const { fillId, clientId } of ledger.values())
    if (!known.has(fillId)) differences.push(`fill ${fillId} of ${clientId} is unknown to the exchange`);
  return differences;
}

/** An order of ours that sells never takes the position across zero, nor away from it. */
function oversold(truth: AccountTruth, orders: readonly OrderTruth[]): string[] {
  const ours = new Set(orders.filter(({ clientId }) => !isEntry(clientId!)).map(({ id }) => id));
  const held = transferred(truth);
  const settled = new Set(truth.settlements.map(({ ticker }) => ticker));
  const found: string[] = [];
  for (const fill of truth.fills) {
    if (settled.has(fill.ticker)) continue;
    const before = held.get(fill.ticker) ?? 0;
    const after = before + (fill.side === 'bid' ? fill.count : -fill.count);
    held.set(fill.ticker, after);
    if (!ours.has(fill.orderId)) continue;
    if (Math.sign(after) === -Math.sign(before) || Math.abs(after) > Math.abs(before))
      found.push(`fill ${fill.id} of ${fill.ticker} went from ${before} to ${after}`);
  }
  return found;
}

/** Contracts that came or went without a fill, as if they had from the start; nothing is known of settled markets. */
function transferred(truth: AccountTruth): Map<string, Quantity> {
  const moved = new Map(Object.entries(truth.positions));
  for (const { ticker, side, count } of truth.fills)
    moved.set(ticker, (moved.get(ticker) ?? 0) + (side === 'bid' ? -count : count));
  for (const { ticker } of truth.settlements) moved.delete(ticker);
  return moved;
}

/**
 * The account's cash against the books, empty when they agree: what it had at the start, what the ledger's fills brought
 * and took, what settlements paid to positions, and what fills that no order of ours had moved.
 */
export async function auditCash(world: Pick<KalshiWorld, 'link' | 'store'>, start: Money): Promise<string[]> {
  const truth = world.link.exchange.truth().accounts.tests!;
  const positions = [
    ...(await world.store.positions({ closed: false })),
    ...(await world.store.positions({ closed: true })),
  ];
  const ledger = [...(await ledgerFills(world.store)).values()].map(({ clientId, price, quantity, fee }) =>
    isEntry(clientId) ? -amount(price, quantity) - fee : amount(price, quantity) - fee,
  );
  const sum = (flows: readonly Money[]): Money => flows.reduce((total, flow) => total + flow, 0);
  const expected =
    start + sum(ledger) + sum(othersFlows(truth)) + sum(positions.map(({ settled }) => settled));
  const actual = sum(Object.values(truth.cash));
  return actual === expected ? [] : [`cash: the exchange says ${actual}, the books ${expected}`];
}

/** What the fills of other orders than ours brought since the start, where holdings cost nothing: what closes is sold, what opens is bought, on the side it is of. */
function othersFlows(truth: AccountTruth): Money[] {
  const ours = new Set(
    truth.orders.filter(({ clientId }) => clientId?.startsWith('pworld-')).map(({ id }) => id),
  );
  const held = transferred(truth);
  return truth.fills.flatMap(({ orderId, ticker, side, price, count, fee, at }) => {
    const sign = side === 'bid' ? 1 : -1;
    const before = held.get(ticker) ?? 0;
    held.set(ticker, before + sign * count);
    if (ours.has(orderId) || at <= START) return [];
    const closing = Math.sign(before) === -sign ? Math.min(count, Math.abs(before)) : 0;
    const [bought, sold] = side === 'bid' ? [price, ONE_DOLLAR - price] : [ONE_DOLLAR - price, price];
    return [amount(sold, closing) - amount(bought, count - closing) - fee];
  });
}

async function restingWithoutOwner(orders: readonly OrderTruth[], store: Books): Promise<string[]> {
  const open = await store.positions({ closed: false });
  const owned = new Set(open.flatMap(({ exit }) => exit?.attempt?.clientId ?? []));
  return orders
    .filter(({ status, clientId }) => status === 'resting' && !owned.has(clientId!))
    .map(({ clientId }) => `order ${clientId} rests and no exit owns it`);
}

/** What the open lots say they hold is what the account holds. */
async function compareHoldings(truth: AccountTruth, store: Books): Promise<string[]> {
  const lots = new Map<string, Quantity>();
  for (const position of await store.positions({ closed: false })) {
    const sign = position.side === 'yes' ? 1 : -1;
    lots.set(position.market, (lots.get(position.market) ?? 0) + sign * remaining(position));
  }
  return [...new Set([...lots.keys(), ...Object.keys(truth.positions)])].flatMap((market) => {
    const [ours, theirs] = [lots.get(market) ?? 0, truth.positions[market] ?? 0];
    return ours === theirs ? [] : [`${market}: our lots hold ${ours}, the account ${theirs}`];
  });
}
