import { MemoryPaperStore } from '../../src/services/venues/paper/memory-paper-store.ts';
import type { PaperChange, PaperOrder, PaperStore } from '../../src/services/venues/paper/paper-store.ts';

/** What the exchange has saved, readable at any instant: the only truth about what was sold and what is live. */
export class ExchangeTruth implements PaperStore {
  readonly orders = new Map<string, PaperOrder>();
  readonly #store = new MemoryPaperStore();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  load() {
    return this.#store.load();
  }

  async save(change: PaperChange): Promise<void> {
    for (const order of change.orders ?? []) this.orders.set(order.clientId, order);
    const saved = this.#store.save(change);
    this.#changed();
    return saved;
  }

  sold(): number {
    return [...this.orders.values()].reduce((sum, order) => sum + order.filled, 0);
  }

  live(): number {
    return this.resting().reduce((sum, order) => sum + order.quantity - order.filled, 0);
  }

  resting(): PaperOrder[] {
    return [...this.orders.values()].filter((order) => order.status === 'resting');
  }

  fills() {
    return [...this.orders.values()].flatMap((order) =>
      order.fills.map((fill) => ({ ...fill, clientId: order.clientId })),
    );
  }
}
