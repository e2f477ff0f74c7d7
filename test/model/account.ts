/** The account as it is read, and what is made of it. */
import { compareHoldings } from '../../src/domain/holdings.ts';
import { remaining } from '../../src/domain/position.ts';
import { isOverForGood } from '../../src/domain/position-facts.ts';
import { NOW } from './abstract.ts';
import type { Choices } from './choices.ts';
import type { Happening } from './happening.ts';
import { CONTRACT, surroundingsOf } from './setting.ts';
import type { Parts, World } from './world.ts';

/** The account is read at one moment, and compared at a later one. */
export function account({ life, desk, venue }: World, parts: Parts, choices: Choices): void {
  if (!desk) return;
  const { reading } = life;
  if (reading === null) {
    const { readsAccount } = parts.scenario;
    if (desk.open && !readsAccount) return;
    const orders = Object.values(venue.orders)
      .filter(({ isOver }) => !isOver)
      .map(({ terms, filled }) => ({ clientId: terms.clientId, quantity: terms.quantity, filled }));
    const read = { held: venue.held, orders, asOf: NOW };
    choices.add(`the account is read: ${venue.held / CONTRACT} held`, (h) =>
      readsAccount ? h.live({ reading: read }) : compare(h, read),
    );
    return;
  }
  choices.add('what was read of the account is compared', (h) => compare(h.live({ reading: null }), reading));
}

function compare(h: Happening, { held, orders, asOf }: NonNullable<World['life']['reading']>): Happening {
  const { world, parts } = h;
  const running = world.monitor === null ? null : parts.positions.pool.at(world.monitor);
  const { market, side } = { market: 'GAME-A', side: 'yes' as const };
  if (world.life.monitor !== 'closed') {
    const seen = running?.position ?? parts.rows.at(world.row);
    const before = world.life.shortage;
    const key = `${side} ${market}`;
    const { reductions, overcommitted, memory } = compareHoldings(
      [
        {
          ...{ positionId: seen.id, market, side, remaining: remaining(seen), openedAt: seen.openedAt },
          liveOrder: seen.exit?.attempt ?? null,
          lastOrderEndedAt: seen.lastOrderEndedAt,
          // Asked, the venue says nothing new; otherwise it has not been asked yet.
          marketSeenAt: running?.around.status === world.venue.status ? NOW : null,
          awaitsSettlement: running !== null && isOverForGood(surroundingsOf(running.around).market),
        },
      ],
      {
        holdings: held > 0 ? [{ market, side, quantity: held }] : [],
        openOrders: orders.map((order) => ({ ...order, market, side, action: 'sell' as const })),
        ...{ offered: [], asOf },
      },
      { shortages: new Map(before ? [[key, before]] : []), excess: new Map() },
      { soldUntil: () => 0, boughtUntil: () => Number.NEGATIVE_INFINITY },
    );
    h.live({ shortage: memory.shortages.get(key) ?? null });
    for (const { clientId } of overcommitted) h.onDesk((step) => step.cancel(clientId));
    for (const { missing } of reductions) h.tell({ type: 'holdings.reduced', missing, asOf: NOW, at: NOW });
  } else h.live({ shortage: null });
  return h.onDesk((step) => {
    step.cancelStrays(orders.map(({ clientId }) => clientId));
    if (!step.desk.open) step.openUp();
  });
}
