/** Once nothing goes wrong any more, everything settles, and the books agree fill by fill and to the last digit. */
import { auditBooks, auditCash } from '../../support/kalshi-audit.ts';
import { ACCOUNT, CASH, type Hour } from '../hour.ts';
import { INSTANCE } from '../life.ts';
import type { Invariant } from './invariants.ts';

/** What is over once the faults are. */
const PASSING = [
  'order_in_doubt',
  'account_unread',
  'database_down',
  'stream_lost',
  'exit_failed',
  'market_unreadable',
];

/** Whether a fill oversold is judged as it happens, by what people did just before. */
const JUDGED = /^fill \S+ of \S+ went from /;

export class Agreement implements Invariant {
  readonly #hour: Hour;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  async end(): Promise<void> {
    const hour = this.#hour;
    for (const { id, phase, exit, awaitingSettlement, market } of await hour.store.positions({
      closed: false,
    })) {
      if (awaitingSettlement || hour.truth().markets[market]!.status !== 'active') continue;
      hour.violate(
        'everything settles',
        `${id} is ${phase} ${exit?.reason ?? ''} ${exit?.failure?.code ?? ''}`,
      );
    }
    for (const { kind, text } of await hour.store.alerts({ open: true }))
      if (PASSING.includes(kind)) hour.violate('everything settles', `alert ${kind} is still open: ${text}`);
    if (hour.isJournalLost()) return;
    const books = await auditBooks(hour.truth().accounts[ACCOUNT]!, hour.store, `p${INSTANCE}-`);
    const known = books.filter((difference) => !JUDGED.test(difference));
    // What turned a position over was no sale, and its ledger says that it was.
    const isCounted = known.length === books.length && !(await this.#hasSettledUnseen());
    const cash = isCounted ? await auditCash(hour, CASH) : [];
    for (const difference of [...known, ...cash]) hour.violate('the books agree', difference);
  }

  /** What a person bought or sold before its market was settled may never have been shown by a read of the account. */
  async #hasSettledUnseen(): Promise<boolean> {
    const hour = this.#hour;
    const closed = await hour.store.positions({ closed: true });
    const settled = closed.flatMap(({ closeReason, market }) => (closeReason === 'settled' ? market : []));
    const markets = [...settled, ...hour.books().settlements.map(({ ticker }) => ticker)];
    return markets.some((market) => hour.handTradeAt(market) !== null);
  }
}
