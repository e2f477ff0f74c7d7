import { describe, expect, it } from 'vitest';
import { EntryHost } from '../../src/actors/entries/entry-host.ts';
import { EntryWorker } from '../../src/actors/entries/entry-worker.ts';
import type { Mail } from '../../src/actors/mail.ts';
import type { StoreWrite } from '../../src/actors/ports.ts';
import type { Assessment, EntryContext } from '../../src/domain/entry.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { NOON, openMarket, SECOND } from '../support/domain-builders.ts';
import { anEdge } from '../support/entry-records.ts';
import { anEntry } from '../support/entry-rig.ts';

const EDGE = 'abc123';
const CLIENT = `ptest-${EDGE}n1-1`;

const recordFill = (): never => {
  throw new Error('no such fill');
};

/** A worker whose statechart throws where it is told to; commits are durable at once, or refused. */
class FailingEntry {
  readonly clock = new VirtualClock(NOON);
  readonly failures: string[] = [];
  readonly endings: string[] = [];
  readonly cancelled: string[] = [];
  readonly watched: string[] = [];
  readonly writes: StoreWrite[] = [];
  refusal: Error | null = null;
  readonly worker: EntryWorker;

  constructor(context: Partial<EntryContext>, assess: () => Assessment, broken: object = { recordFill }) {
    const host = new EntryHost();
    Object.assign(host, { machine: host.machine.provide({ actions: broken }) });
    this.worker = new EntryWorker({
      ...{ host, clock: this.clock, observe: undefined, before: null, assess },
      seed: anEdge({ edgeId: EDGE, work: null, replaces: null }),
      context: anEntry(context),
      post: (to, mail) => this.#receive(to, mail),
      look: () => {},
      ended: (_, { status, cause }, row) => this.endings.push(`${status} ${cause}: ${row.reason}`),
      failed: (_, why) => this.failures.push(why),
    });
    this.worker.start();
  }

  #receive(to: keyof Mail, mail: Mail[keyof Mail]): void {
    if (to === 'watch') this.watched.push(mail.type);
    if (mail.type === 'order.cancel') this.cancelled.push(mail.clientId);
    if (mail.type !== 'write') return;
    if (this.refusal === null) this.writes.push(...mail.writes);
    mail.done(this.refusal);
  }

  fact(type: 'order.filled' | 'order.over', filledTotal: number, costTotal = filledTotal * 5_000): void {
    const totals = { filledTotal, costTotal, feesTotal: filledTotal * 50 };
    const about = { clientId: CLIENT, at: this.clock.now(), ...totals };
    if (type === 'order.filled') this.worker.send({ type, ...about });
    else this.worker.send({ type, ...about, status: 'cancelled', refusal: null });
  }

  rows(): unknown[] {
    return this.writes.flatMap((write): unknown[] => {
      if (write.kind === 'edge') return [[write.edge.status, write.edge.reason]];
      if (write.kind === 'position')
        return [[write.position.id, write.position.quantity, write.position.cost]];
      return [];
    });
  }
}

const neverAsked = (): Assessment => {
  throw new Error('nobody asks');
};

/** An order that rests for 10 contracts at $0.50. */
const RESTING: Partial<EntryContext> = {
  order: {
    ...{ clientId: CLIENT, limitPrice: 5_000, quantity: 1_000, bid: 4_900, reserved: 5_050_000 },
    ...{ kelly: 100_000, balance: 1_000_000_000, placedAt: NOON, deadline: NOON + 30 * SECOND },
    ...{ filled: 0, cost: 0, fees: 0, end: null },
  },
};

describe('an entry whose statechart throws', () => {
  it('before it has an order: the edge is rejected, and somebody hears of it', () => {
    const offer = { bid: 4_900, ask: 5_000, size: 100_000, fee: 5_000, observedAt: NOON };
    const info = openMarket({ closeTime: null });
    const entry = new FailingEntry({ offer, info, cash: 1_000_000_000 }, () => {
      throw new RangeError('not a number');
    });
    expect(entry.failures).toEqual(['its entry failed: not a number']);
    expect(entry.rows()).toEqual([['rejected', 'its entry failed: not a number']]);
    expect(entry.endings).toEqual(['rejected failed: its entry failed: not a number']);
    expect([entry.cancelled, entry.watched, entry.worker.reserved]).toEqual([[], [], 0]);
  });

  it('as it ends: somebody hears of it, and what it bought is a position', () => {
    let throws = 1;
    const { rules } = anEntry({});
    const method = {
      version: rules.method.version,
      get name(): string {
        if (throws-- > 0) throw new Error('no such method');
        return rules.method.name;
      },
    };
    const entry = new FailingEntry({ ...RESTING, rules: { ...rules, method } }, neverAsked, {});
    entry.fact('order.over', 700);
    expect(entry.failures).toEqual(['its entry failed: no such method']);
    expect(entry.rows()).toEqual([
      ['filled', 'bought 7.00 of 10.00 for $3.50 and $0.035 fees'],
      [EDGE, 700, 3_500_000],
    ]);
    expect(entry.endings).toHaveLength(1);
    expect(entry.watched).toEqual(['entry.began', 'position.adopted', 'entry.ended']);
  });

  it('as it ends, each time: somebody hears of it, and what it bought is looked for in the account', () => {
    const entry = new FailingEntry(RESTING, neverAsked, {});
    entry.fact('order.over', 700, 0);
    const why = `its entry failed: position ${EDGE} must have a quantity and a cost above 0`;
    expect(entry.failures).toEqual([why]);
    expect(entry.rows()).toEqual([['rejected', why]]);
    expect(entry.endings).toHaveLength(1);
    expect(entry.watched).toEqual(['entry.began', 'entry.ended']);
  });

  it('whose end can’t be stored: somebody hears of it, and what it bought is looked for in the account', () => {
    const entry = new FailingEntry(RESTING, neverAsked);
    entry.fact('order.filled', 300);
    entry.refusal = new Error('fill b1 is stored with other numbers');
    entry.fact('order.over', 300);
    expect(entry.failures.slice(1)).toEqual([
      "its end can't be stored: fill b1 is stored with other numbers",
    ]);
    expect(entry.watched).toEqual(['entry.began', 'entry.ended']);
    expect(entry.endings).toHaveLength(1);
  });
});
