/** What is seen, what is decided from it, and who is told. */
import type { Mutant } from '../mutant.ts';

export const WATCHING: readonly Mutant[] = [
  {
    name: 'decides-on-any-quote',
    what: 'A quote is decided on however old it is.',
    edits: [
      {
        file: 'src/domain/position-facts.ts',
        find: 'quote !== null && isFresh(quote, position.at, method.maxQuoteAgeMs) && !isLate(quote, position);',
        replace: 'quote !== null && !isLate(quote, position);',
      },
    ],
  },
  {
    name: 'old-price-sent',
    what: 'An order goes out at its price however long its commit has taken.',
    edits: [
      {
        file: 'src/actors/orders/desk.ts',
        find: 'if (clock.now() > sendBy) endUnsent(attempt, STALE_PRICE);\n    else start(',
        replace: 'start(',
      },
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: 'if (clock.now() > sendBy) heldBack = TOO_OLD;\n      else if (',
        replace: 'if (',
      },
    ],
  },
  {
    name: 'fails-in-silence',
    what: 'An exit that has failed raises no alert.',
    edits: [
      {
        file: 'src/machines/position-steps.ts',
        find: "      raiseAlert('exit_failed', 'critical'),\n",
        replace: '',
      },
    ],
  },
  {
    name: 'gives-up-in-silence',
    what: 'An exit that gave up raises no alert.',
    edits: [
      {
        file: 'src/machines/position-steps.ts',
        find: "'giveUp', raiseAlert('exit_gave_up', 'warning'), 'clearExit'],",
        replace: "'giveUp', 'clearExit'],",
      },
    ],
  },
  {
    name: 'failed-for-good',
    what: 'A failed exit whose bid stood there all along is never tried again.',
    edits: [
      {
        file: 'src/domain/position-facts.ts',
        find: 'if (position.at >= resumeAt || bidVanished) return true;',
        replace: 'if (bidVanished) return true;',
      },
    ],
  },
  {
    name: 'sleeps-through-the-close',
    what: 'A position that skips quotes does not wake when its market is about to close.',
    edits: [
      {
        file: 'src/domain/skip-band.ts',
        find: '    if (settlement !== null) notAfter(settlement - time_based_urgent.withinMs + 1);\n',
        replace: '    if (settlement !== null) notAfter(settlement);\n',
      },
    ],
  },
  {
    name: 'loss-measured-once',
    what: "The day's loss is measured once: its timer is not set again.",
    edits: [
      {
        file: 'src/actors/breakers/loss-breaker.ts',
        find: '        this.measure();\n        this.#schedule();\n',
        replace: '        this.measure();\n',
      },
    ],
  },
  {
    name: 'settled-market-stays-open',
    what: 'A finalized market counts as closed, and its position waits for a settlement that was there.',
    edits: [
      {
        file: 'src/services/venues/kalshi/wire/markets.ts',
        find: "  ['finalized', 'settled'],",
        replace: "  ['finalized', 'closed'],",
      },
    ],
  },
];
