/** A program that buys, in a world of its own; what it bought is compared with the exchange's books. */
import type { ModelValue } from '../../src/domain/model-value.ts';
import { formatMoney, formatQuantity } from '../../src/domain/money.ts';
import { remaining } from '../../src/domain/position.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { audit, auditCash } from '../support/kalshi-audit.ts';
import { KalshiWorld, type KalshiWorldOptions } from '../support/kalshi-world.ts';
import { A, aMarket, sent, show } from './rig.ts';

const defaults = loadConfig({ env: {} });

export const CASH = 10_000_000_000;

export interface BuyingOptions extends Partial<KalshiWorldOptions> {
  entry?: Partial<Config['entry']>;
}

/** A world that trades, holds nothing and may buy; $0.50 and $0.51, 1,000 contracts each. */
export async function buying({ entry, config, ...options }: BuyingOptions = {}): Promise<KalshiWorld> {
  const world = await KalshiWorld.open({
    markets: [aMarket()],
    ...options,
    config: { ...config, entry: { ...defaults.entry, enabled: true, ...entry } },
  });
  return world.passUntil(() => world.postern.isTrading(), 60, 'the account read').then(() => world.pass(10));
}

/** A model speaks; its edge of YES at $0.51 is 12 points unless told otherwise. */
export function say(world: KalshiWorld, value: Partial<ModelValue> = {}): void {
  const at = world.clock.now();
  const whole: ModelValue = {
    ...{ market: A, side: 'yes', probability: 650_000, at, confidence: 'high', method: null, source: 'test' },
    ...value,
  };
  world.postern.post('entries', { type: 'model.says', values: [whole], done: () => {} });
}

const orderedOf = (world: KalshiWorld): number =>
  world.journal.filter(({ kind }) => kind === 'entry.ordered').length;

/** An edge is said, and its order committed; nothing has reached the exchange yet. */
export async function decided(world: KalshiWorld, value: Partial<ModelValue> = {}): Promise<KalshiWorld> {
  const before = orderedOf(world);
  say(world, value);
  return world.passUntil(() => orderedOf(world) > before, 60, 'an order recorded');
}

/** The same, and its order rests at the exchange: what was offered went just before it came. */
export async function resting(world: KalshiWorld, offered = 0): Promise<KalshiWorld> {
  await decided(world);
  show(
    world,
    [[5000, 100_000]],
    offered > 0
      ? [
          [5100, offered],
          [5300, 100_000],
        ]
      : [[5300, 100_000]],
  );
  return world.passUntil(() => sent(world).length > 0, 10, 'the order sent').then(() => world.pass(1));
}

/** Every edge: "e1 filled", with what became of its position and its numbers. */
export async function outcome(world: KalshiWorld) {
  const edges = await world.store.edges({ limit: 1_000 });
  const positions = [
    ...(await world.store.positions({ closed: false })),
    ...(await world.store.positions({ closed: true })),
  ];
  const { positions: held, orders } = world.link.exchange.truth().accounts.tests!;
  return {
    edges: edges.map(({ edgeId, status }) => `${edgeId} ${status}`).reverse(),
    positions: positions.map(
      (position) =>
        `${position.id} ${position.side} ${formatQuantity(position.quantity)} for ${formatMoney(position.cost)} + ${formatMoney(position.entryFees)}, ${position.phase} ${formatQuantity(remaining(position))}`,
    ),
    held,
    resting: orders
      .filter(({ status, clientId }) => status === 'resting' && clientId?.startsWith('pworld-'))
      .map(({ clientId }) => clientId),
    differences: [...(await audit(world)), ...(await auditCash(world, CASH))],
    crashed: world.end,
  };
}

export const SOUND = { resting: [], differences: [], crashed: null };

/** Alerts that a program which buys for itself must never raise. */
export const strangers = (world: KalshiWorld): string[] =>
  world.alerts.filter((alert) => /holdings|holding_|order_conflict|stray|foreign/.test(alert));

/** Why edges were not bought. */
export const reasons = async (world: KalshiWorld): Promise<string[]> =>
  (await world.store.edges({ limit: 1_000 })).map(({ edgeId, reason }) => `${edgeId} ${reason}`).reverse();
