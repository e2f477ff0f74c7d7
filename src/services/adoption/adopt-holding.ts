import type { Adopted } from '../../actors/account/discovery.ts';
import type { Clock, CostBasis, Ids, Store, Venue } from '../../actors/ports.ts';
import { adoptPosition } from '../../domain/adoption.ts';
import type { UncoveredHolding } from '../../domain/holdings.ts';
import type { Method } from '../../domain/method.ts';
import { formatMoney, formatQuantity, type Money, mulDivFloor, ONE_DOLLAR } from '../../domain/money.ts';
import type { Config } from '../config/schema.ts';
import { freeId } from '../ids.ts';
import { adopted } from './adopted.ts';
import { methodNameFor } from './method-rules.ts';

interface AdopterOptions {
  venue: Pick<Venue, 'costBasis'>;
  store: Store;
  clock: Clock;
  ids: Ids;
  rules: () => AdoptionRules;
}

/** What new positions get; a reload changes it. */
export interface AdoptionRules {
  /** The latest version of each. */
  methods: readonly Method[];
  adoption: Config['adoption'];
}

/** What became of a holding that no position covers. */
type AdoptionAnswer = Adopted | { refused: string } | null;

/**
 * Makes positions of what the account holds beyond them (SPEC 8.6): at what was paid for it, with the method that the
 * rules name. Null when the venue or the store can't be asked now; refused when nobody knows what was paid, which is never
 * guessed.
 */
export function createAdopter({ venue, store, clock, ids, rules }: AdopterOptions) {
  return async (holding: UncoveredHolding): Promise<AdoptionAnswer> => {
    const { market, side, quantity, covered } = holding;
    const answer = await venue.costBasis({ market, side, quantity: covered + quantity });
    if (answer.kind === 'unavailable') return null;
    const basis = answer.value;
    const cost = basis && costOf(holding, basis);
    if (!basis || cost === null)
      return { refused: 'neither its fills nor the venue say what was paid for them' };
    const { methods, adoption } = rules();
    const name = methodNameFor(market, adoption);
    const method = methods.find((known) => known.name === name);
    if (!method) throw new Error(`method ${name} is not known`);
    const id = await freeId(ids, store).catch(() => null);
    if (id === null) return null;
    const at = clock.now();
    const position = adoptPosition({
      ...{ id, market, side, quantity, cost, method, at },
      entryFees: 0,
      openedAt: covered > 0 ? at : Math.min(at, basis.openedAt ?? at),
      confidence: adoption.confidence,
      modelProbability: null,
      modelAt: null,
    });
    const source = basis.basis === 'fills' ? 'by its fills' : "by the venue's own books, not by fills";
    const summary = `found in the account and adopted: ${formatQuantity(quantity)} ${side.toUpperCase()} ${market} for $${formatMoney(cost)} ${source}, method ${method.name} version ${method.version}`;
    return adopted(position, summary, { cost: formatMoney(cost), basis: basis.basis });
  };
}

/**
 * What was paid for the contracts that no position covers (1e-6 $): all that was paid less what the covered ones cost,
 * else their share of it; null unless that is a price between 0 and $1 a contract.
 */
function costOf({ quantity, covered, coveredCost }: UncoveredHolding, { cost }: CostBasis): Money | null {
  const isPrice = (paid: Money): boolean => paid > 0 && paid < quantity * ONE_DOLLAR;
  const rest = cost - coveredCost;
  if (isPrice(rest)) return rest;
  const share = mulDivFloor(cost, quantity, covered + quantity);
  return isPrice(share) ? share : null;
}
