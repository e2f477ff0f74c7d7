import { describe, expect, it } from 'vitest';
import type { LedgerMail, Mail, Post } from '../../src/actors/mail.ts';
import { createDesk } from '../../src/actors/orders/desk.ts';
import type { EntryAttemptRecord, OpenOrder, OrderRequest } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { NOON, SECOND } from '../support/domain-builders.ts';
import { anEntryAttempt } from '../support/entry-records.ts';
import { ScriptedVenue } from '../support/scripted-venue.ts';
import { anAttempt } from '../support/store-records.ts';

const BUY = 'p1-edge01-1';
const SELL = 'p1-e1-1';

/** The desk alone over a venue that the test scripts. */
class DeskRig {
  readonly clock = new VirtualClock(NOON);
  readonly venue = new ScriptedVenue(() => this.clock.now());
  readonly mails: LedgerMail[] = [];
  readonly placed: OrderRequest[] = [];
  crash: unknown = null;
  /** The next mail to the ledger is a bug. */
  breaks = false;
  readonly desk;

  constructor() {
    const place = this.venue.place.bind(this.venue);
    this.venue.place = (order) => {
      this.placed.push(order);
      return place(order);
    };
    const post: Post = (to, mail) => {
      if (to !== 'ledger') return;
      if (this.breaks) {
        this.breaks = false;
        throw new Error('a bug');
      }
      this.mails.push(mail as LedgerMail);
    };
    this.desk = createDesk({
      ...{ venue: this.venue, clock: this.clock, post, ownPrefix: 'p1-', mayTrade: () => true },
      crash: (error) => {
        this.crash = error;
      },
      observe: undefined,
    });
  }

  tell(mail: Mail['desk']): this {
    this.desk.receive(mail);
    return this;
  }
  buy(change: Partial<EntryAttemptRecord> = {}, sendBy = Number.POSITIVE_INFINITY): this {
    return this.tell({ type: 'order.place', attempt: anEntryAttempt(change), priority: 'LOW', sendBy });
  }
  async pass(seconds: number): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    while (this.clock.fireNext(until)) await settled();
    this.clock.moveTo(until);
    return this;
  }
  /** What entries and positions hear. */
  facts(): unknown[] {
    return this.mails.flatMap((mail) =>
      (mail.type === 'entry.progress' || mail.type === 'order.progress') && mail.fact ? [mail.fact] : [],
    );
  }
  /** Calls that concern orders. */
  calls(): string[] {
    return this.venue.calls.splice(0);
  }
}

const anOpenRig = (): DeskRig => new DeskRig().tell({ type: 'desk.open' });

describe('an order that buys', () => {
  it('goes out in its terms, and its progress is its entry’s', async () => {
    const rig = await anOpenRig().buy({ side: 'no' }).pass(1);
    expect(rig.placed).toEqual([
      {
        ...{ clientId: BUY, market: 'GAME-A', side: 'no', action: 'buy', timeInForce: 'gtc' },
        ...{ limitPrice: 5_100, quantity: 1_000 },
      },
    ]);
    rig.venue.fill(BUY, 400, 5_000);
    await rig.pass(10);
    rig.venue.fill(BUY, 600);
    await rig.pass(10);
    const fact = { edgeId: 'edge01', clientId: BUY, feesTotal: 0, at: expect.any(Number), code: null };
    expect(rig.facts()).toEqual([
      { ...fact, type: 'order.filled', filledTotal: 400, costTotal: 2_000_000, status: null },
      { ...fact, type: 'order.over', filledTotal: 1_000, costTotal: 5_060_000, status: 'filled' },
    ]);
    const progress = rig.mails.filter((mail) => mail.type === 'entry.progress');
    expect(progress.flatMap(({ fills }) => fills)).toEqual([
      expect.objectContaining({ fillId: 'f1', edgeId: 'edge01', clientId: BUY, quantity: 400 }),
      expect.objectContaining({ fillId: 'f2', edgeId: 'edge01', clientId: BUY, quantity: 600 }),
    ]);
    expect(progress.at(-1)!.attempt).toMatchObject({ status: 'filled', filled: 1_000, proceeds: 5_060_000 });
    expect(rig.mails.some((mail) => mail.type === 'order.progress')).toBe(false);
  });

  it('stands beside one that sells, each under its own name', async () => {
    const rig = anOpenRig().buy({ market: 'GAME-B' });
    const attempt = anAttempt({
      ...{ clientId: SELL, status: 'recorded', venueOrderId: null, filled: 0, proceeds: 0, fees: 0 },
      ...{ filledAt: null, cancelledAt: null, endedAt: null, error: null, cancelRequested: false },
    });
    rig.tell({ type: 'order.place', attempt, priority: 'HIGH', sendBy: Number.POSITIVE_INFINITY });
    await rig.pass(1);
    rig.tell({ type: 'order.cancel', clientId: SELL }).tell({ type: 'order.cancel', clientId: BUY });
    await rig.pass(5);
    expect(rig.placed.map(({ clientId, action }) => [clientId, action])).toEqual([
      [BUY, 'buy'],
      [SELL, 'sell'],
    ]);
    expect(rig.facts()).toMatchObject([
      { type: 'order.over', clientId: SELL, proceedsTotal: 0, status: 'cancelled' },
      { type: 'order.over', clientId: BUY, edgeId: 'edge01', costTotal: 0, status: 'cancelled' },
    ]);
  });

  it('whose price is from an old quote ends unsent', async () => {
    const rig = await anOpenRig()
      .buy({}, NOON - 1)
      .pass(1);
    expect(rig.calls()).toEqual([]);
    expect(rig.facts()).toMatchObject([{ status: 'rejected', code: 'stale_price', filledTotal: 0 }]);
  });

  it('waits until the account was read, and until a stray order in its market has ended', async () => {
    const rig = await new DeskRig().buy().pass(1);
    expect(rig.calls()).toEqual([]);
    rig.venue.next.cancel.push({ kind: 'unknown', reason: 'timeout' });
    const stray: OpenOrder = {
      clientId: 'p1-x-1',
      venueOrderId: 'v9',
      market: 'GAME-A',
      side: 'yes',
      action: 'buy',
      quantity: 100,
      filled: 0,
    };
    rig.tell({ type: 'orders.open', reports: [stray], asOf: NOON }).tell({ type: 'desk.open' });
    await rig.pass(0.5);
    expect(rig.calls()).toEqual(['cancel p1-x-1']);
    await rig.pass(2);
    expect(rig.calls()).toEqual(['cancel p1-x-1', `place ${BUY} 10.00 at 0.5100`]);
  });

  it('after a restart is asked about, and sent again as it was only when nobody knows it', async () => {
    const rig = new DeskRig().tell({ type: 'order.adopt', attempt: anEntryAttempt(), priority: 'LOW' });
    await rig.pass(1);
    expect(rig.calls()).toEqual([`find ${BUY}`, `place ${BUY} 10.00 at 0.5100`]);
    expect(rig.placed).toMatchObject([{ action: 'buy', side: 'yes', quantity: 1_000 }]);
    rig.tell({ type: 'order.adopt', attempt: anEntryAttempt(), priority: 'LOW' });
    expect(rig.calls()).toEqual([]);
  });

  it('whose answers are lost is bought once', async () => {
    const rig = anOpenRig();
    rig.venue.next.place.push('throw');
    rig.venue.next.find.push({ kind: 'unknown', reason: 'timeout' });
    await rig.buy().pass(5);
    expect(rig.calls()).toEqual([
      `place ${BUY} 10.00 at 0.5100`,
      `find ${BUY}`,
      `find ${BUY}`,
      `place ${BUY} 10.00 at 0.5100`,
    ]);
    expect(rig.venue.orders.size).toBe(1);
  });

  it('whose actor crashes goes on; the journal says so under its edge', async () => {
    const rig = anOpenRig().buy();
    rig.breaks = true;
    await rig.pass(5);
    expect(rig.crash).toBeNull();
    expect(rig.mails.filter((mail) => mail.type === 'journal')).toMatchObject([
      { decision: { kind: 'order.restarted', positionId: 'edge01', exitId: null, data: { clientId: BUY } } },
    ]);
    rig.venue.fill(BUY, 1_000);
    await rig.pass(15);
    expect(rig.facts().at(-1)).toMatchObject({ type: 'order.over', status: 'filled', filledTotal: 1_000 });
  });

  it('is cancelled when the program stops, and what it has bought is told', async () => {
    const rig = await anOpenRig().buy().pass(1);
    rig.venue.fill(BUY, 300);
    rig.tell({ type: 'desk.stop', cancelResting: true }).buy({ clientId: 'p1-edge02-1', edgeId: 'edge02' });
    await rig.pass(5);
    expect(rig.facts()).toMatchObject([
      { edgeId: 'edge02', status: 'rejected', code: 'halted', filledTotal: 0 },
      { edgeId: 'edge01', status: 'cancelled', filledTotal: 300 },
    ]);
  });
});
