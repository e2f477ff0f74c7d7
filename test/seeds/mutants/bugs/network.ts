/** Answers that were lost, late, or read too hopefully. */
import type { Mutant } from '../mutant.ts';

export const NETWORK: readonly Mutant[] = [
  {
    name: 'new-id-on-retry',
    what: 'An order that is sent again gets a new client id.',
    edits: [
      {
        file: 'src/actors/orders/desk.ts',
        find: `    const answer = await settle<PlaceAnswer>(() => venue.place(terms, { priority, sendBy }));
    if (stopped || live.get(terms.clientId) !== order) return;
    if (answer.kind === 'accepted') deliver(answer.order, 'venue.accepted');`,
        replace: `    const isRetry = sendBy === Number.POSITIVE_INFINITY;
    const sent = isRetry ? { ...terms, clientId: \`\${terms.clientId}r\` } : terms;
    const answer = await settle<PlaceAnswer>(() => venue.place(sent, { priority, sendBy }));
    if (stopped || live.get(terms.clientId) !== order) return;
    if (answer.kind === 'accepted')
      deliver({ ...answer.order, clientId: terms.clientId }, 'venue.accepted');`,
      },
    ],
  },
  {
    name: 'unknown-taken-for-refused',
    what: 'A call that brought no answer counts as a refusal, and the next order follows.',
    edits: [
      {
        file: 'src/services/venues/kalshi/client/outcomes.ts',
        find: "if (outcome.kind !== 'refused') return { kind: 'unknown', reason: reasonOf(outcome) };",
        replace:
          "if (outcome.kind !== 'refused') return { kind: 'rejected', code: 'rate_limited', message: reasonOf(outcome) };",
      },
    ],
  },
  {
    name: 'not-found-taken-for-not-sent',
    what: 'An order that is not found was never sent: nothing burns its id, and the next one follows.',
    edits: [
      {
        file: 'src/machines/order-machine.ts',
        find: "          { target: '.burning' },",
        replace: "          { target: 'over' },",
      },
    ],
  },
  {
    name: 'refused-resend-believed',
    what: 'A refusal of the second sending is believed at once, though the first may still land.',
    edits: [
      {
        file: 'src/machines/order-machine.ts',
        find: "context.refusal !== null && event.type === 'venue.notFound' && !event.mayLand,",
        replace: "context.refusal !== null && event.type === 'venue.notFound',",
      },
    ],
  },
  {
    name: 'over-when-cancel-accepted',
    what: 'An order is over as soon as its cancel was accepted, with what was known of its fills.',
    edits: [
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: "if (outcome.kind === 'ok') return this.#findEnd(ref);",
        replace: `if (outcome.kind === 'ok') {
      const { clientId, market, side, action } = ref;
      const known = { clientId, market, side, action, venueOrderId: orderId, at: outcome.receivedAt };
      return {
        kind: 'found',
        order: { ...known, limitPrice: null, quantity: 0, status: 'cancelled', filled: 0, fills: [] },
      };
    }`,
      },
    ],
  },
  {
    name: 'unanswered-cancel-believed',
    what: 'A cancel that nobody answered has surely arrived: the order is over.',
    edits: [
      {
        file: 'src/machines/order-machine.ts',
        find: "        'venue.unknown': { target: 'unknown.pausing', actions: 'countTry' },",
        replace: "        'venue.unknown': { target: 'over' },",
      },
    ],
  },
  {
    name: 'fills-after-cancel-ignored',
    what: 'What an order sold after its cancel was asked for is not counted.',
    edits: [
      {
        file: 'src/actors/orders/attempt-progress.ts',
        find: 'const known = report !== null && report.filled >= before.filled ? report : null;',
        replace:
          'const known = report !== null && !cancelAsked && report.filled >= before.filled ? report : null;',
      },
    ],
  },
  {
    name: 'end-believed-before-its-fills',
    what: 'An order is over when it says so, though its fills are not listed yet.',
    edits: [
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: "      status: addsUp ? status : ('resting' as const),",
        replace: '      status,',
      },
      {
        file: 'src/services/venues/kalshi/orders.ts',
        find: "const status = listed < filled || !isOver ? 'resting' : listed >= quantity ? 'filled' : 'cancelled';",
        replace: "const status = !isOver ? 'resting' : filled >= quantity ? 'filled' : 'cancelled';",
      },
    ],
  },
  {
    name: 'cancel-not-repeated',
    what: 'A cancel that did not end its order is tried once more, and then never again.',
    edits: [
      {
        file: 'src/machines/order-machine.ts',
        find: "      after: { retry: { target: 'cancelling', reenter: true, actions: 'countTry' } },",
        replace: "      after: { retry: { target: 'cancelling', actions: 'countTry' } },",
      },
    ],
  },
];
