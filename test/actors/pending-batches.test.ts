/** What waits for a database out of order, against a plain list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PendingBatches } from '../../src/actors/ledger/pending-batches.ts';
import type { JournalBatch, JournalWindow, StoreWrite } from '../../src/actors/ports.ts';
import { MemoryJournal } from '../support/memory-journal.ts';

const MOST_TOGETHER = 200;
const MOST_KEPT = { batches: 500, writes: 2_000 };

/** Counts how much of the file is asked for. */
class WatchedJournal extends MemoryJournal {
  readonly windows: JournalWindow[] = [];

  override read(window?: JournalWindow): ReturnType<MemoryJournal['read']> {
    if (window) this.windows.push(window);
    return super.read(window);
  }
}

class Rig {
  readonly journal = new WatchedJournal();
  readonly pending = new PendingBatches(this.journal);
  /** Added and not taken. */
  readonly list: JournalBatch[] = [];
  taken = 0;
  #sequence = 0;
  #writes = 0;

  async add(writes: number): Promise<void> {
    this.#sequence += 1;
    const batch = {
      stamp: { epoch: 7, sequence: this.#sequence },
      writes: Array.from({ length: writes }, () => aWrite(++this.#writes)),
    };
    await this.journal.append(batch);
    this.list.push(batch);
    this.pending.add(batch);
  }

  /** Asks for the oldest, and says of how many batches it is made. */
  async oldest(): Promise<number> {
    const batch = await this.pending.oldest();
    if (batch === null) return 0;
    const together = batch.stamp.sequence - this.list[0]!.stamp.sequence + 1;
    const expected = this.list.slice(0, together);
    expect(batch.stamp).toEqual(expected.at(-1)!.stamp);
    expect(batch.writes).toEqual(expected.flatMap(({ writes }) => writes));
    return together;
  }

  async take(): Promise<JournalBatch[]> {
    const together = await this.oldest();
    this.pending.take();
    this.taken += together;
    return this.list.splice(0, together);
  }
}

const aWrite = (number: number): StoreWrite => ({
  kind: 'decision',
  decision: {
    ...{ positionId: null, exitId: null, at: number, kind: 'test', data: {} },
    summary: `write ${number}`,
  },
});

const added = (batches: number, least: number, most: number) =>
  fc.record({
    do: fc.constant('add' as const),
    batches: fc.nat(batches),
    writes: fc.integer({ min: least, max: most }),
  });

const step = fc.oneof(
  added(600, 1, 3),
  added(12, 60, 260),
  fc.constant({ do: 'take' } as const),
  fc.constant({ do: 'take' } as const),
  fc.constant({ do: 'ask' } as const),
);

describe('the batches that wait for the database', () => {
  it('come out as they were added, once, in order and few at a time, those that are only in the file too', async () => {
    let wasInFile = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const rig = new Rig();
        for (const each of steps) {
          if (each.do === 'add') for (let i = 0; i < each.batches; i++) await rig.add(each.writes);
          else if (each.do === 'ask') await rig.oldest();
          else if (rig.list.length > 0) await takeChecked(rig);
          expect([rig.pending.size, rig.pending.taken]).toEqual([rig.list.length, rig.taken]);
        }
        while (rig.list.length > 0) await takeChecked(rig);
        expect([rig.pending.size, await rig.pending.oldest()]).toEqual([0, null]);
        wasInFile += rig.journal.windows.length;
      }),
      { numRuns: 40 },
    );
    expect(wasInFile).toBeGreaterThan(0);
  });

  it('stay the same until they are taken, whatever is added meanwhile', async () => {
    const rig = new Rig();
    for (let i = 0; i < 3; i++) await rig.add(1);
    expect(await rig.oldest(), 'the first may be in already').toBe(1);
    await rig.take();
    expect(await rig.oldest()).toBe(2);
    await rig.add(1);
    expect(await rig.oldest()).toBe(2);
    await rig.take();
    expect(await rig.oldest()).toBe(1);
  });

  it('are kept in memory up to a bound, and read on from the file behind it', async () => {
    const rig = new Rig();
    for (let i = 0; i < MOST_KEPT.batches + 700; i++) await rig.add(1);
    while (rig.list.length > 0) await rig.take();
    expect(rig.journal.windows).toEqual([
      { after: MOST_KEPT.batches, most: 500 },
      { after: MOST_KEPT.batches + 500, most: 200 },
    ]);
  });

  it('are kept up to a bound of writes', async () => {
    const rig = new Rig();
    for (let i = 0; i < 30; i++) await rig.add(100);
    while (rig.list.length > 0) await rig.take();
    const read = [{ after: MOST_KEPT.writes / 100, most: 10 }];
    expect(rig.journal.windows).toEqual(read);
    for (let i = 0; i < 10; i++) await rig.add(100);
    while (rig.list.length > 0) await rig.take();
    expect(rig.journal.windows, 'there is room again').toEqual(read);
  });

  it('that the file lacks are not passed over', async () => {
    const rig = new Rig();
    for (let i = 0; i < MOST_KEPT.batches + 5; i++) await rig.add(1);
    rig.journal.lines.splice(-2);
    while (rig.list.length > 5) await rig.take();
    await expect(rig.pending.oldest()).rejects.toThrow(
      'the journal file lacks 2 batches that were written there',
    );
  });
});

async function takeChecked(rig: Rig): Promise<void> {
  const isFirst = rig.taken === 0;
  const taken = await rig.take();
  const writes = taken.reduce((sum, batch) => sum + batch.writes.length, 0);
  expect(taken.length === 1 || (writes <= MOST_TOGETHER && !isFirst), `${taken.length} with ${writes}`).toBe(
    true,
  );
}
