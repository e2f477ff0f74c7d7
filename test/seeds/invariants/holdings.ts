/** In good weather the open lots hold what the account holds, and no order rests for more, whatever people do (SPEC 8.6). */
import { remaining } from '../../../src/domain/position.ts';
import type { OrderTruth } from '../../../src/exchange/exchange.ts';
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { Lasting } from './lasting.ts';
import { buys, isOurs } from './orders.ts';

const EVERY_MS = 5 * SECOND;
/** Two reads of the account, one a minute, and what an adoption or an order under way takes. */
const LONGEST_MS = 3 * MINUTE;
/** After the next read of the account: the cancel that follows. */
const CANCEL_MS = 15 * SECOND;

export class Holdings implements Invariant {
  readonly #hour: Hour;
  readonly #lasting = new Lasting();
  #lookedAt = 0;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    const now = hour.clock.now();
    if (now - this.#lookedAt < EVERY_MS) return;
    this.#lookedAt = now;
    if (hour.calmMs() === 0 || !hour.life.postern) return this.#lasting.clear();
    const resting = hour.books().orders.filter((order) => order.status === 'resting' && isOurs(order));
    const buying = new Set(resting.flatMap(({ clientId, ticker }) => (buys(clientId!) ? [ticker] : [])));
    const lots = this.#lots();
    for (const [ticker, { status }] of Object.entries(hour.truth().markets)) {
      const [ours, theirs] = [lots.get(ticker) ?? 0, hour.books().positions[ticker] ?? 0];
      const differs = status === 'active' && ours !== theirs && !buying.has(ticker);
      if (this.#lasting.note(`lots ${ticker}`, differs, now) > LONGEST_MS)
        hour.violate('lots are what is held', `${ticker}: our lots hold ${ours}, the account ${theirs}`);
      const offered = offeredIn(ticker, resting);
      const isTooMuch = offered.some(
        ([side, count]) => count > Math.max(0, side === 'ask' ? theirs : -theirs),
      );
      if (this.#lasting.note(`offers ${ticker}`, isTooMuch, now) > this.#readEveryMs + CANCEL_MS)
        hour.violate('never oversold', `${ticker}: ${theirs} are held, and for long more was offered`);
    }
  }

  get #readEveryMs(): number {
    const { reconcileIntervalMs, discoveryIntervalMs } = this.#hour.scenario.config.monitoring;
    return Math.min(reconcileIntervalMs, discoveryIntervalMs);
  }

  #lots(): Map<string, number> {
    const lots = new Map<string, number>();
    for (const position of this.#hour.life.postern!.watch().positions()) {
      const sign = position.side === 'yes' ? 1 : -1;
      lots.set(position.market, (lots.get(position.market) ?? 0) + sign * remaining(position));
    }
    return lots;
  }
}

/** What our orders in a market sell, by their side of the book. */
const offeredIn = (ticker: string, resting: readonly OrderTruth[]): [OrderTruth['side'], number][] =>
  (['bid', 'ask'] as const).map((side) => {
    const sales = resting.filter(
      (order) => order.ticker === ticker && order.side === side && !buys(order.clientId!),
    );
    return [side, sales.reduce((sum, order) => sum + order.remaining, 0)];
  });
