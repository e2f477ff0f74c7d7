/** What Postern says it did, against the exchange's own books. */
import type { FillRecord } from '../../src/actors/ports.ts';
import { ONE_DOLLAR, type Quantity } from '../../src/domain/money.ts';
import { remaining } from '../../src/domain/position.ts';
import type { AccountTruth } from '../../src/exchange/exchange.ts';
import type { KalshiWorld } from './kalshi-world.ts';

const OURS = 'pworld-';

/** Every difference in words; empty when the books agree, nothing was oversold and nothing rests without an owner. */
export async function audit(world: KalshiWorld): Promise<string[]> {
  const truth = world.link.exchange.truth().accounts.tests!;
  const ledger = await ledgerFills(world);
  return [
    ...compareFills(truth, ledger),
    ...oversold(truth),
    ...(await restingWithoutOwner(world, truth)),
    ...(await compareHoldings(world, truth)),
  ];
}

async function ledgerFills(world: KalshiWorld): Promise<Map<string, FillRecord>> {
  const positions = [
    ...(await world.store.positions({ closed: false })),
    ...(await world.store.positions({ closed: true })),
  ];
  const fills = new Map<string, FillRecord>();
  for (const { id } of positions)
    for (const fill of (await world.store.position(id))!.fills) fills.set(fill.fillId, fill);
  return fills;
}

/** Each fill of an order of ours once and only once, at its price, with its fee. */
function compareFills(truth: AccountTruth, ledger: Map<string, FillRecord>): string[] {
  const ours = new Map(
    truth.orders
      .filter(({ clientId }) => clientId?.startsWith(OURS))
      .map((order) => [order.id, order.clientId!]),
  );
  const differences: string[] = [];
  const known = new Set<string>();
  for (const fill of truth.fills) {
    const clientId = ours.get(fill.orderId);
    if (clientId === undefined) continue;
    known.add(fill.id);
    const entry = ledger.get(fill.id);
    const price = fill.side === 'ask' ? fill.price : ONE_DOLLAR - fill.price;
    const want = [clientId, price, fill.count, fill.fee, !fill.isTaker].join(' ');
    const have = entry && [entry.clientId, entry.price, entry.quantity, entry.fee, entry.maker].join(' ');
    if (have !== want) differences.push(`fill ${fill.id}: the exchange says ${want}, the ledger ${have}`);
  }
  for (const { fillId, clientId } of ledger.values())
    if (!known.has(fillId)) differences.push(`fill ${fillId} of ${clientId} is unknown to the exchange`);
  return differences;
}

/** An order of ours never takes the position across zero, nor away from it. */
function oversold(truth: AccountTruth): string[] {
  const ours = new Set(truth.orders.filter(({ clientId }) => clientId?.startsWith(OURS)).map(({ id }) => id));
  const held = new Map<string, Quantity>();
  const found: string[] = [];
  for (const fill of truth.fills) {
    const before = held.get(fill.ticker) ?? 0;
    const after = before + (fill.side === 'bid' ? fill.count : -fill.count);
    held.set(fill.ticker, after);
    if (!ours.has(fill.orderId)) continue;
    if (Math.sign(after) === -Math.sign(before) || Math.abs(after) > Math.abs(before))
      found.push(`fill ${fill.id} of ${fill.ticker} went from ${before} to ${after}`);
  }
  return found;
}

async function restingWithoutOwner(world: KalshiWorld, truth: AccountTruth): Promise<string[]> {
  const open = await world.store.positions({ closed: false });
  const owned = new Set(open.flatMap(({ exit }) => exit?.attempt?.clientId ?? []));
  return truth.orders
    .filter((order) => order.status === 'resting' && order.clientId?.startsWith(OURS))
    .filter(({ clientId }) => !owned.has(clientId!))
    .map(({ clientId }) => `order ${clientId} rests and no exit owns it`);
}

/** What the open lots say they hold is what the account holds. */
async function compareHoldings(world: KalshiWorld, truth: AccountTruth): Promise<string[]> {
  const lots = new Map<string, Quantity>();
  for (const position of await world.store.positions({ closed: false })) {
    const sign = position.side === 'yes' ? 1 : -1;
    lots.set(position.market, (lots.get(position.market) ?? 0) + sign * remaining(position));
  }
  return [...new Set([...lots.keys(), ...Object.keys(truth.positions)])].flatMap((market) => {
    const [ours, theirs] = [lots.get(market) ?? 0, truth.positions[market] ?? 0];
    return ours === theirs ? [] : [`${market}: our lots hold ${ours}, the account ${theirs}`];
  });
}
