/** What the account holds, and what is bought for it. */
import type { Mutant } from '../mutant.ts';

export const ACCOUNT: readonly Mutant[] = [
  {
    name: 'first-read-believed',
    what: 'What one read of the account lacks is written off, however old that read is.',
    edits: [
      {
        file: 'src/domain/holdings.ts',
        find: 'const confirmed = counts && isSeen ? Math.min(missing, first.quantity) : 0;',
        replace: 'const confirmed = counts && isSeen ? Math.min(missing, first.quantity) : missing;',
      },
      {
        file: 'src/domain/holdings.ts',
        find: 'group.some((lot) => lot.awaitsSettlement || !isSettledBy(lot, asOf))',
        replace: 'group.some((lot) => lot.awaitsSettlement)',
      },
    ],
  },
  {
    name: 'sold-contracts-adopted',
    what: 'What one read that lags still shows of a position just sold is adopted as a new one.',
    edits: [
      {
        file: 'src/domain/holdings.ts',
        find: 'if (first === undefined || first.asOf >= asOf || first.asOf <= ended) return;',
        replace: 'if (ended === Number.POSITIVE_INFINITY) return;',
      },
      {
        file: 'src/domain/holdings.ts',
        find: 'Math.min(quantity, first.quantity)',
        replace: 'Math.min(quantity, first?.quantity ?? quantity)',
      },
      {
        file: 'src/domain/holdings.ts',
        find: 'if (until < asOf) note(key, holding);\n    else {',
        replace: 'if (until !== Number.POSITIVE_INFINITY) note(key, holding);\n    if (until >= asOf) {',
      },
    ],
  },
  {
    name: 'too-large-order-rests',
    what: 'An order that rests for more than is held any more is left where it is.',
    edits: [
      {
        file: 'src/domain/holdings.ts',
        find: '    result.overcommitted.push(...overcommittedOf(group, orders, theirs - others));\n',
        replace: '    overcommittedOf(group, orders, theirs - others);\n',
      },
      {
        file: 'src/domain/position-facts.ts',
        find: 'ending !== null || attempt.quantity - attempt.filled > leftToSell(position);',
        replace: 'ending !== null;',
      },
    ],
  },
  {
    name: 'account-read-once',
    what: 'The account is read at the start and when somebody asks, but by no timer.',
    edits: [
      {
        file: 'src/actors/account/reconciler.ts',
        find: '      this.#schedule(this.#isWanted ? SOON_MS : intervalMs);\n',
        replace: '      if (this.#isWanted) this.#schedule(SOON_MS);\n',
      },
    ],
  },
  {
    name: 'entry-breaker-forgotten',
    what: 'Entries learn of breakers only when one changes: after a restart none forbids them.',
    edits: [
      {
        file: 'src/actors/entries/entry-gate.ts',
        find: '    for (const { name, tripped } of breakers) this.#tripped[name] = tripped;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'entry-despite-a-breaker',
    what: 'The risk checks state that a breaker is tripped, and let the entry pass.',
    edits: [
      {
        file: 'src/domain/risk.ts',
        find: 'passed: verdicts.every((verdict) => verdict.passed),',
        replace: "passed: verdicts.every(({ check, passed }) => passed || check.endsWith('_breaker')),",
      },
    ],
  },
  {
    name: 'entry-despite-a-pause',
    what: "An operator's pause ends with the process in which it was spoken.",
    edits: [
      {
        file: 'src/actors/entries/entry-gate.ts',
        find: '    this.#pause = alerts.find(({ kind }) => kind === PAUSED)?.text ?? null;\n',
        replace: '',
      },
    ],
  },
  {
    name: 'entries-at-work-not-counted',
    what: 'The limits count positions alone, so entries that work at once pass them together.',
    edits: [
      {
        file: 'src/actors/entries/entry-account.ts',
        find: 'exposures: [...positions.map(exposureOf), ...working.map(reservationOf)],',
        replace: 'exposures: positions.map(exposureOf),',
      },
    ],
  },
  {
    name: 'partial-entry-forgotten',
    what: 'An entry whose order was filled in part ends as expired, and nobody watches what it bought.',
    edits: [
      {
        file: 'src/machines/entry-machine.ts',
        find: 'hasBought: ({ context }) => knownOrder(context).filled > 0,',
        replace: 'hasBought: ({ context }) => knownOrder(context).filled >= knownOrder(context).quantity,',
      },
    ],
  },
];
