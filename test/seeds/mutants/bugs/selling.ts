/** How much is sold, at what price, and what is paid for it. */
import type { Mutant } from '../mutant.ts';

export const SELLING: readonly Mutant[] = [
  {
    name: 'stage-offers-all-again',
    what: 'The next order of a partial exit offers its whole quantity again, whatever the ones before have sold.',
    edits: [
      {
        file: 'src/domain/exit-progress.ts',
        find: 'return Math.max(0, Math.min(exit.quantity - exit.filled, remaining(position)));',
        replace: 'return Math.max(0, Math.min(exit.quantity, remaining(position)));',
      },
    ],
  },
  {
    name: 'totals-taken-for-increments',
    what: 'What an order has filled in all is taken for what it has filled since the last word.',
    edits: [
      {
        file: 'src/domain/exit-progress.ts',
        find: 'filled: fact.filledTotal - attempt.filled,',
        replace: 'filled: fact.filledTotal,',
      },
    ],
  },
  {
    name: 'stage-taken-twice',
    what: 'A stage that has sold exactly its share is not finished yet, and sells it again.',
    edits: [
      {
        file: 'src/domain/partial-exits.ts',
        find: `    const status = stageStatus(before[index], due - dueBefore, position.sold >= due);
    dueBefore = due;`,
        replace: `    const own = due - dueBefore;
    const status = stageStatus(before[index], own, position.sold > due);
    dueBefore = due;`,
      },
      {
        file: 'src/domain/partial-exits.ts',
        find: 'next = { index, quantity: due - position.sold };',
        replace: 'next = { index, quantity: own };',
      },
    ],
  },
  {
    name: 'no-side-priced-by-yes-bid',
    what: "A NO position takes the market's YES bid for its own.",
    edits: [
      {
        file: 'src/domain/market.ts',
        find: 'bid: ask ? ONE_DOLLAR - ask.price : null,',
        replace: 'bid: bid?.price ?? null,',
      },
    ],
  },
  {
    name: 'walks-below-its-threshold',
    what: 'A profit exit walks down to the floor of the book, below the price of its own threshold.',
    edits: [
      {
        file: 'src/domain/exit-pricing.ts',
        find: 'const floors = [bookFloor(input), walkFloor === null ? null : snapUp(walkFloor, grid)];',
        replace: 'const floors = [bookFloor(input)];',
      },
    ],
  },
  {
    name: 'walks-below-the-book',
    what: 'A walk goes down step by step, however far below the bid that is.',
    edits: [
      {
        file: 'src/domain/exit-pricing.ts',
        find: 'const floors = [bookFloor(input), walkFloor === null ? null : snapUp(walkFloor, grid)];',
        replace: 'const floors = [walkFloor === null ? null : snapUp(walkFloor, grid)];',
      },
    ],
  },
  {
    name: 'fees-added',
    what: 'Fees are added to what a position has realized.',
    edits: [
      {
        file: 'src/domain/pnl.ts',
        find: 'return checked(p.proceeds + p.settled - p.fees - p.entryFees',
        replace: 'return checked(p.proceeds + p.settled + p.fees - p.entryFees',
      },
    ],
  },
  {
    name: 'no-settled-as-yes',
    what: 'A settled NO position is paid what one YES contract pays.',
    edits: [
      {
        file: 'src/domain/position-facts.ts',
        find: "position.side === 'yes' ? yes : ONE_DOLLAR - yes, remaining(position)",
        replace: 'yes, remaining(position)',
      },
    ],
  },
  {
    name: 'reduce-only-left-out',
    what: 'Immediate orders are sent without reduce_only, and sell what a person has sold already.',
    edits: [
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: "      ...(timeInForce === 'ioc' && action === 'sell' ? { reduce_only: true } : {}),\n",
        replace: '',
      },
    ],
  },
  {
    name: 'no-look-before-resting',
    what: 'An order that rests is sent without a look at what the account holds.',
    edits: [
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: 'const look = isToLook ? await this.#restCheck.check(order, lane) : null;',
        replace: 'const look = null as never;',
      },
    ],
  },
];
