import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Holder,
  type Opportunity,
  pairForRebalance,
  type RebalancePair,
} from '../../src/domain/rebalance.ts';

/** 0.20 of edge less 0.02 of fee. */
const anOpportunity = (overrides: Partial<Opportunity> = {}): Opportunity => ({
  market: 'NEW-A',
  side: 'yes',
  edge: 200_000,
  fee: 20_000,
  at: 1000,
  ...overrides,
});

/** 0.05 of edge, 0.01 to sell, in profit, to be beaten by 0.10. */
const aHolder = (overrides: Partial<Holder> = {}): Holder => ({
  positionId: 'p1',
  market: 'OLD-A',
  side: 'yes',
  edge: 50_000,
  exitFee: 10_000,
  winning: true,
  margin: 100_000,
  eligible: true,
  ...overrides,
});

const nobody = () => false;

describe('pairForRebalance', () => {
  it.each<{
    name: string;
    opportunities?: Opportunity[];
    holders?: Holder[];
    barred?: string;
    pair: RebalancePair | null;
  }>([
    { name: 'a clear lead', pair: { opportunity: anOpportunity(), positionId: 'p1', netEdge: 170_000 } },
    {
      name: 'exactly the margin after both fees',
      holders: [aHolder({ edge: 70_000 })],
      pair: { opportunity: anOpportunity(), positionId: 'p1', netEdge: 170_000 },
    },
    { name: 'a millionth less than the margin', holders: [aHolder({ edge: 70_001 })], pair: null },
    { name: 'a fee more', holders: [aHolder({ edge: 70_000, exitFee: 10_001 })], pair: null },
    { name: 'a losing position stays', holders: [aHolder({ winning: false })], pair: null },
    { name: 'one that must not be sold stays', holders: [aHolder({ eligible: false })], pair: null },
    { name: 'no positions', holders: [], pair: null },
    { name: 'no opportunities', opportunities: [], pair: null },
    { name: 'a barred opportunity', barred: 'NEW-A', pair: null },
    {
      name: 'a market that is held, be it the other side, losing and not for sale',
      holders: [
        aHolder(),
        aHolder({ positionId: 'p2', market: 'NEW-A', side: 'no', winning: false, eligible: false }),
      ],
      pair: null,
    },
    {
      name: 'the highest edge after its fee, not before it',
      opportunities: [
        anOpportunity({ market: 'NEW-A', edge: 250_000, fee: 60_000 }),
        anOpportunity({ market: 'NEW-B', edge: 220_000, fee: 20_000 }),
      ],
      pair: {
        opportunity: anOpportunity({ market: 'NEW-B', edge: 220_000, fee: 20_000 }),
        positionId: 'p1',
        netEdge: 190_000,
      },
    },
    {
      name: 'the next best where the best is barred',
      opportunities: [anOpportunity({ edge: 300_000 }), anOpportunity({ market: 'NEW-B' })],
      barred: 'NEW-A',
      pair: { opportunity: anOpportunity({ market: 'NEW-B' }), positionId: 'p1', netEdge: 170_000 },
    },
    {
      name: 'the lowest edge among those that it beats',
      holders: [
        aHolder({ positionId: 'p1', market: 'OLD-A', edge: 30_000 }),
        aHolder({ positionId: 'p2', market: 'OLD-B', edge: -10_000, margin: 400_000 }),
        aHolder({ positionId: 'p3', market: 'OLD-C', edge: 20_000, exitFee: 0 }),
      ],
      pair: { opportunity: anOpportunity(), positionId: 'p3', netEdge: 180_000 },
    },
    {
      name: 'ties: by market, then side, then the latest; by market, then side, then position id',
      opportunities: [
        anOpportunity({ market: 'NEW-B' }),
        anOpportunity({ side: 'yes' }),
        anOpportunity({ side: 'no', at: 1 }),
        anOpportunity({ side: 'no', at: 2 }),
      ],
      holders: [
        aHolder({ market: 'OLD-B', side: 'no', positionId: 'a' }),
        aHolder({ side: 'yes', positionId: 'b' }),
        aHolder({ side: 'no', positionId: 'd' }),
        aHolder({ side: 'no', positionId: 'c' }),
      ],
      pair: { opportunity: anOpportunity({ side: 'no', at: 2 }), positionId: 'c', netEdge: 170_000 },
    },
  ])('$name', ({ opportunities = [anOpportunity()], holders = [aHolder()], barred, pair }) => {
    expect(pairForRebalance(opportunities, holders, ({ market }) => market === barred)).toEqual(pair);
  });

  const anySide = fc.constantFrom('yes' as const, 'no' as const);
  const anyEdge = fc.integer({ min: -3, max: 12 }).map((points) => points * 10_000);
  const anyFee = fc.integer({ min: 0, max: 2 }).map((points) => points * 10_000);
  const anyOpportunities = fc.array(
    fc.record({
      market: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
      side: anySide,
      edge: anyEdge,
      fee: anyFee,
      at: fc.constant(0),
    }),
    { maxLength: 6 },
  );
  const anyHolders = fc.uniqueArray(
    fc.record({
      positionId: fc.constantFrom('p', 'q', 'r', 's', 't'),
      market: fc.constantFrom('A', 'X', 'Y'),
      side: anySide,
      edge: anyEdge,
      exitFee: anyFee,
      winning: fc.boolean(),
      margin: anyFee,
      eligible: fc.boolean(),
    }),
    { selector: ({ positionId }) => positionId, maxLength: 5 },
  );

  it('agrees with looking at every pair', () => {
    fc.assert(
      fc.property(anyOpportunities, anyHolders, (opportunities, holders) => {
        const barred = ({ market }: Opportunity) => market === 'B';
        const pair = pairForRebalance(opportunities, holders, barred);
        const possible = opportunities.flatMap((opportunity) =>
          holders.flatMap((holder) => {
            const isFree = holders.every(({ market }) => market !== opportunity.market);
            const left = opportunity.edge - opportunity.fee - holder.exitFee;
            const isBeaten = left >= holder.edge + holder.margin && holder.winning && holder.eligible;
            return isFree && opportunity.market !== 'B' && isBeaten ? [{ opportunity, holder, left }] : [];
          }),
        );
        if (pair === null) {
          expect(possible).toEqual([]);
          return;
        }
        const chosen = possible.find(
          ({ opportunity, holder }) =>
            opportunity === pair.opportunity && holder.positionId === pair.positionId,
        );
        expect(chosen?.left).toBe(pair.netEdge);
        for (const { opportunity, holder } of possible) {
          const isSame = opportunity === chosen!.opportunity;
          expect(opportunity.edge - opportunity.fee).toBeLessThanOrEqual(
            pair.opportunity.edge - pair.opportunity.fee,
          );
          if (isSame) expect(holder.edge).toBeGreaterThanOrEqual(chosen!.holder.edge);
        }
      }),
    );
  });

  it('does not depend on the order of the lists, and leaves them as they are', () => {
    fc.assert(
      fc.property(anyOpportunities, anyHolders, (opportunities, holders) => {
        const before = structuredClone({ opportunities, holders });
        const pair = pairForRebalance(opportunities, holders, nobody);
        expect({ opportunities, holders }).toEqual(before);
        const again = pairForRebalance(opportunities.toReversed(), holders.toReversed(), nobody);
        expect(again?.positionId).toBe(pair?.positionId);
        expect(again?.netEdge).toBe(pair?.netEdge);
        expect(again?.opportunity.market).toBe(pair?.opportunity.market);
        expect(again?.opportunity.side).toBe(pair?.opportunity.side);
      }),
    );
  });

  it('makes no ping-pong: what was bought does not make way for what was sold at the same edges', () => {
    fc.assert(
      fc.property(anyOpportunities, anyHolders, (opportunities, holders) => {
        const pair = pairForRebalance(opportunities, holders, nobody);
        if (pair === null) return;
        const sold = holders.find(({ positionId }) => positionId === pair.positionId)!;
        const { market, side, edge, fee } = pair.opportunity;
        const bought = aHolder({ positionId: 'new', market, side, edge, exitFee: fee, margin: sold.margin });
        const back = anOpportunity({
          market: sold.market,
          side: sold.side,
          edge: sold.edge,
          fee: sold.exitFee,
        });
        const again = pairForRebalance([back], [bought], nobody);
        if (sold.margin + fee + sold.exitFee > 0) expect(again).toBeNull();
      }),
    );
  });
});
