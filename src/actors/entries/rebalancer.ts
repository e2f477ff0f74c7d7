import type { Side } from '../../domain/market.ts';
import type { Method } from '../../domain/method.ts';
import { type Fraction, formatFraction, mulDivCeil, ONE_CONTRACT } from '../../domain/money.ts';
import { type Position, remaining } from '../../domain/position.ts';
import { type Holder, type Opportunity, pairForRebalance } from '../../domain/rebalance.ts';
import { edgeAt, usableProbability } from '../../domain/threshold-prices.ts';
import type { Post } from '../mail.ts';
import type { Clock, Store, Venue } from '../ports.ts';

export interface RebalancerOptions {
  store: Pick<Store, 'period' | 'decisions' | 'edges' | 'position'>;
  venue: Pick<Venue, 'feeOf'>;
  clock: Clock;
  post: Post;
  methodOf: (name: string, version: number) => Method;
  /** All that are open. */
  positions: () => Position[];
  opportunities: () => Opportunity[];
  coolDownMs: () => number;
  /** A position has made way for this opportunity. */
  enter: (market: string, side: Side, replaces: string) => void;
}

/** Pairs are looked for at most this often (ms). */
const PAIR_EVERY_MS = 5_000;
const BEGAN = 'rebalance.began';

/** An opportunity, once a position has begun to make way for it. */
interface Used {
  market: string;
  side: Side;
  /** Until when it is not paired again (ms). */
  until: number;
}

/**
 * Tells one position at a time of a better opportunity. The opportunity is used once the position has begun its
 * `rebalance` exit, and what was left is none for a while: so two markets never change places again and again.
 */
export class Rebalancer {
  readonly #options: RebalancerOptions;
  /** Who was told of which opportunity, and what it was told; no edge: that it is not there. */
  #told: {
    positionId: string;
    opportunity: Pick<Opportunity, 'market' | 'side'>;
    netEdge: Fraction | null;
  } | null = null;
  /** By the position that makes, or has made, way for it. */
  readonly #used = new Map<string, Used>();
  /** Markets that were left, until when (ms). */
  readonly #left = new Map<string, number>();
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #pairedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(options: RebalancerOptions) {
    this.#options = options;
  }

  /** What an earlier life has begun: from its exits, and from the journal's word on what they were for. */
  async load(): Promise<void> {
    const { store, clock, coolDownMs, positions } = this.#options;
    const now = clock.now();
    const { exits } = await store.period(now - coolDownMs(), now + 1);
    const entered = new Set((await store.edges({ limit: 1_000 })).map(({ replaces }) => replaces));
    for (const { positionId, reason } of exits) {
      if (reason !== 'rebalance') continue;
      const decisions = await store.decisions({ positionId, limit: 1_000 });
      const began = decisions.findLast(({ kind }) => kind === BEGAN);
      const file = await store.position(positionId);
      if (!began || !file) continue;
      const { market, side } = began.data as { market: string; side: Side };
      this.#used.set(positionId, { market, side, until: began.at + coolDownMs() });
      const open = positions().find(({ id }) => id === positionId);
      if (open && isRebalancing(open))
        this.#told = { positionId, opportunity: { market, side }, netEdge: null };
      if (file.position.closedAt === null) continue;
      this.#left.set(file.position.market, file.position.closedAt + coolDownMs());
      // Its entry may not have begun before the process ended.
      if (!open && !entered.has(positionId)) this.#enterSoon(positionId);
    }
  }

  /** An opportunity's numbers have changed. */
  changed(): void {
    const { clock } = this.#options;
    if (this.#timer !== null || this.#stopped) return;
    const wait = Math.max(0, this.#pairedAt + PAIR_EVERY_MS - clock.now());
    this.#timer = clock.setTimeout(() => {
      this.#timer = null;
      if (!this.#stopped) this.#pair();
    }, wait);
  }

  /** A position is closed: what it made way for may be entered now. */
  noteClosed(positionId: string, market: string, reason: string | null): void {
    const { clock, coolDownMs, enter } = this.#options;
    if (reason === 'rebalance') {
      if (this.#told?.positionId === positionId) this.#noteBegun();
      this.#left.set(market, clock.now() + coolDownMs());
      const used = this.#used.get(positionId);
      if (used) enter(used.market, used.side, positionId);
    }
    if (this.#told?.positionId === positionId) this.#told = null;
  }

  /** The market was left for a better one, a short while ago. */
  hasLeft(market: string): boolean {
    return (this.#left.get(market) ?? Number.NEGATIVE_INFINITY) > this.#options.clock.now();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #enterSoon(positionId: string): void {
    const { market, side } = this.#used.get(positionId)!;
    this.#options.clock.setTimeout(() => {
      if (!this.#stopped) this.#options.enter(market, side, positionId);
    }, 0);
  }

  #pair(): void {
    const { clock, positions, opportunities } = this.#options;
    this.#pairedAt = clock.now();
    this.#forgetOld();
    const open = positions();
    const known = opportunities();
    const told = this.#told;
    const holder = told && open.find(({ id }) => id === told.positionId);
    if (told && holder && isRebalancing(holder)) this.#noteBegun();
    if (told && holder && this.#used.has(told.positionId) && holder.exit !== null)
      return this.#renew(holder, known);
    const pair = pairForRebalance(
      known,
      open.map((position) => this.#holderOf(position)),
      (opportunity) => this.#isBarred(opportunity),
    );
    if (pair?.positionId === told?.positionId && pair?.netEdge === told?.netEdge && isSame(pair, told))
      return;
    if (told && told.positionId !== pair?.positionId) this.#tell(told.positionId, null);
    if (pair) this.#tell(pair.positionId, { market: pair.opportunity.market, edge: pair.netEdge });
    this.#told = pair;
  }

  /** While its exit works, the position hears how the opportunity that it makes way for stands. */
  #renew(holder: Position, known: readonly Opportunity[]): void {
    const told = this.#told!;
    const { market, side } = told.opportunity;
    const now = known.find((one) => one.market === market && one.side === side);
    const netEdge = now ? now.edge - now.fee - this.#exitFee(holder) : null;
    if (netEdge === told.netEdge) return;
    this.#tell(holder.id, netEdge === null ? null : { market, edge: netEdge });
    this.#told = { ...told, netEdge };
  }

  #noteBegun(): void {
    const { positionId, opportunity, netEdge } = this.#told!;
    if (this.#used.has(positionId)) return;
    const { clock, post, coolDownMs } = this.#options;
    const { market, side } = opportunity;
    const at = clock.now();
    this.#used.set(positionId, { market, side, until: at + coolDownMs() });
    post('ledger', {
      type: 'journal',
      decision: {
        positionId,
        exitId: null,
        at,
        kind: BEGAN,
        summary: `makes way for ${side.toUpperCase()} of ${market}, whose edge after fees is ${formatFraction(netEdge ?? 0)}`,
        data: { market, side, edge: formatFraction(netEdge ?? 0) },
      },
    });
  }

  #tell(positionId: string, opportunity: { market: string; edge: Fraction } | null): void {
    const { post, clock } = this.#options;
    const at = clock.now();
    post('watch', {
      type: 'position.event',
      positionId,
      event: { type: 'opportunity.changed', opportunity, at },
    });
  }

  #isBarred({ market, side }: Opportunity): boolean {
    if (this.hasLeft(market)) return true;
    return [...this.#used.values()].some((used) => used.market === market && used.side === side);
  }

  #forgetOld(): void {
    const now = this.#options.clock.now();
    for (const [market, until] of this.#left) if (until <= now) this.#left.delete(market);
    for (const [positionId, { until }] of this.#used) if (until <= now) this.#used.delete(positionId);
  }

  #holderOf(position: Position): Holder {
    const { clock, methodOf } = this.#options;
    const { id, market, side, mark } = position;
    const method = methodOf(position.method, position.methodVersion);
    const rule = method.conditions.rebalance;
    const now = clock.now();
    const probability = usableProbability(position, method, now);
    const isFree =
      rule.enabled && position.exit === null && !position.held && (position.rests.rebalance ?? 0) <= now;
    return {
      ...{ positionId: id, market, side, margin: rule.margin },
      edge: probability === null || mark === null ? 0 : edgeAt(probability, mark),
      exitFee: this.#exitFee(position),
      winning: mark !== null && mark * position.quantity > position.cost,
      eligible: isFree && probability !== null && mark !== null && !this.#used.has(id),
    };
  }

  /** Of one contract, as a fraction of a dollar, rounded up. */
  #exitFee(position: Position): Fraction {
    const { mark, market } = position;
    const quantity = remaining(position);
    if (mark === null || quantity === 0) return 0;
    const fee = this.#options.venue.feeOf({ market, action: 'sell', price: mark, quantity });
    return mulDivCeil(fee, ONE_CONTRACT, quantity);
  }
}

const isRebalancing = ({ exit }: Position): boolean =>
  exit?.reason === 'rebalance' || exit?.takenOverBy?.reason === 'rebalance';

type About = { opportunity: Pick<Opportunity, 'market' | 'side'> } | null;

const isSame = (a: About, b: About): boolean =>
  a?.opportunity.market === b?.opportunity.market && a?.opportunity.side === b?.opportunity.side;
