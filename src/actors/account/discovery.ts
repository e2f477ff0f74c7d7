import { keyOf, type UncoveredHolding } from '../../domain/holdings.ts';
import { formatQuantity } from '../../domain/money.ts';
import type { DiscoveryMail, Part, Post } from '../mail.ts';
import type { Clock, DecisionRecord, PositionFile, Store } from '../ports.ts';

/** A position to be adopted, with the journal's line about it. */
export interface Adopted {
  file: PositionFile;
  decision: DecisionRecord;
}

/** How often it is said again that a holding is not watched. */
const REPEAT_MS = 600_000;

export interface DiscoveryOptions {
  store: Store;
  clock: Clock;
  post: Post;
  intervalMs: number;
  /**
   * Makes a position of contracts that none covers; null when what they cost can't be read now, refused when it can't be
   * known. Absent: none is adopted.
   */
  adopt: ((holding: UncoveredHolding) => Promise<Adopted | { refused: string } | null>) | undefined;
  crash: (error: unknown) => void;
}

/**
 * Finds positions that came by another way than ours: into the store, every 15 s and when asked (SPEC 2), and into the
 * account, when two reads agree on them (SPEC 8.6). Those of the store that nobody watches are read by the ledger, behind
 * all that waits to be written: a position that closes meanwhile does not come back.
 */
export class Discovery implements Part<DiscoveryMail> {
  readonly #options: DiscoveryOptions;
  readonly #known = new Set<string>();
  /** Markets and sides whose holding is being adopted. */
  readonly #adopting = new Set<string>();
  /** When it was last alerted that a holding can't be adopted (ms). */
  readonly #refused = new Map<string, number>();
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #stopped = false;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#schedule(options.intervalMs);
  }

  receive(mail: DiscoveryMail): void {
    if (mail.type === 'positions.wanted') this.#schedule(0);
    else if (mail.type === 'holding.found') void this.#adopt(mail.holding);
    else this.#resolveRefused(mail.key);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { store, post, intervalMs } = this.#options;
    try {
      const open = new Set(await store.openPositionIds());
      if (this.#stopped) return;
      for (const id of this.#known) if (!open.has(id)) this.#known.delete(id);
      for (const id of open) {
        if (this.#known.has(id)) continue;
        this.#known.add(id);
        post('watch', { type: 'position.found', positionId: id });
      }
    } catch {
      // The ledger says that the store fails. A restart here would forget which adoptions wait for it.
    }
    if (!this.#stopped) this.#schedule(intervalMs);
  }

  /** One at a time for each market and side: the next read of the account asks again for what is still uncovered. */
  async #adopt(holding: UncoveredHolding): Promise<void> {
    const { adopt, post, crash } = this.#options;
    const key = keyOf(holding);
    if (!adopt || this.#adopting.has(key)) return;
    this.#adopting.add(key);
    const over = () => this.#adopting.delete(key);
    try {
      const adopted = await adopt(holding);
      if (this.#stopped || adopted === null) return void over();
      if ('refused' in adopted) {
        this.#alertRefused(holding, adopted.refused);
        return void over();
      }
      this.#known.add(adopted.file.position.id);
      post('ledger', { type: 'position.adopt', ...adopted, done: over });
    } catch (error) {
      if (!this.#stopped) crash(error);
    }
  }

  #resolveRefused(holding: string): void {
    const { post, clock } = this.#options;
    const key = alertKey(holding);
    this.#refused.delete(key);
    post('ledger', { type: 'alert.resolve', key, at: clock.now() });
  }

  #alertRefused(holding: UncoveredHolding, reason: string): void {
    const key = alertKey(keyOf(holding));
    const at = this.#options.clock.now();
    if (at - (this.#refused.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    this.#refused.set(key, at);
    const { market, side, quantity } = holding;
    this.#options.post('ledger', {
      type: 'alert.raise',
      key,
      kind: 'holding_not_adopted',
      severity: 'critical',
      positionId: null,
      text: `${formatQuantity(quantity)} ${side.toUpperCase()} contracts of ${market} in the account are NOT watched: ${reason}; \`postern track\` them with their entry price`,
      at,
    });
  }
}

const alertKey = (holding: string): string => `holding_not_adopted:${holding}`;
