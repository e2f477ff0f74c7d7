import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalBatch, StoreWrite } from '../../src/actors/ports.ts';
import {
  type Disk,
  type DiskFile,
  hasPending,
  JournalFile,
} from '../../src/services/journal/journal-file.ts';
import { type Child, startChild } from '../support/child.ts';
import { aPosition, defaultMethod, NOON } from '../support/domain-builders.ts';
import {
  aBreaker,
  aModelValue,
  anAccountDay,
  anEdge,
  anEntryAttempt,
  anEntryFill,
} from '../support/entry-records.ts';
import {
  aBusyPosition,
  aDecision,
  aFill,
  anAlert,
  anAttempt,
  anEvaluation,
  anExit,
  storing,
} from '../support/store-records.ts';

const WRITER = new URL('../support/journal-writer.ts', import.meta.url);
const clock = { now: () => NOON };

let dataDir: string;
const path = () => join(dataDir, 'journal.jsonl');
const journalOf = (disk?: Disk) => new JournalFile({ dataDir, clock, ...(disk && { disk }) });
const batch = (sequence: number, ...writes: StoreWrite[]): JournalBatch => ({
  stamp: { epoch: 7, sequence },
  writes,
});
const alerting = (text: string): StoreWrite => ({ kind: 'alert', alert: anAlert({ text }) });
const [one, two, three] = [
  batch(1, alerting('one ½ 🏁')),
  batch(2, storing(aPosition()), alerting('two\nlines')),
  batch(3, alerting('three')),
] as const;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'postern-journal-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the journal file', () => {
  test('gives back what was appended, in order, to this life and to the next', async () => {
    const journal = journalOf();
    expect(await journal.read()).toEqual({ batches: [], torn: false });
    expect(hasPending(dataDir)).toBe(false);
    await journal.append(one);
    await journal.append(two);
    expect(await journal.read()).toEqual({ batches: [one, two], torn: false });
    const next = journalOf();
    await next.append(three);
    expect(await next.read()).toEqual({ batches: [one, two, three], torn: false });
    expect(hasPending(dataDir)).toBe(true);
  });

  test.each([
    [{ after: 0, most: 2 }, [one, two]],
    [{ after: 1, most: 1 }, [two]],
    [{ after: 1, most: 9 }, [two, three]],
    [{ after: 3, most: 9 }, []],
  ])('gives back the part %j alone, while more is appended', async (window, batches) => {
    const journal = journalOf();
    for (const each of [one, two, three]) await journal.append(each);
    expect(await journal.read(window)).toEqual({ batches, torn: false });
    await journal.append(batch(4));
    expect((await journal.read()).batches).toEqual([one, two, three, batch(4)]);
  });

  test('is for its owner alone', async () => {
    writeFileSync(path(), '', { mode: 0o644 });
    await journalOf().append(one);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test('appends at once stand one after the other', async () => {
    const journal = journalOf();
    const batches = Array.from({ length: 40 }, (_, i) => batch(i + 1, alerting('x'.repeat(i * 50))));
    await Promise.all(batches.map((each) => journal.append(each)));
    expect((await journalOf().read()).batches).toEqual(batches);
  });

  test('cleared it holds nothing, and takes the next', async () => {
    const journal = journalOf();
    await journal.clear();
    await journal.append(one);
    await journal.clear();
    expect(hasPending(dataDir)).toBe(false);
    expect(await journal.read()).toEqual({ batches: [], torn: false });
    await journal.append(two);
    expect(await journalOf().read()).toEqual({ batches: [two], torn: false });
  });

  test('set aside it is kept under the name returned', async () => {
    const journal = journalOf();
    await journal.append(one);
    const text = readFileSync(path(), 'utf8');
    const aside = await journal.setAside();
    expect(aside).toBe(join(dataDir, 'journal.2026-01-01T12:00:00.000Z.jsonl'));
    expect(readFileSync(aside, 'utf8')).toBe(text);
    expect(hasPending(dataDir)).toBe(false);
    await journal.append(two);
    expect((await journal.read()).batches).toEqual([two]);
  });

  test('a number that JSON cannot hold is refused, and nothing is written', async () => {
    const journal = journalOf();
    const spoilt = batch(1, storing(aPosition({ cost: Number.NaN })));
    await expect(journal.append(spoilt)).rejects.toThrow('cost: NaN');
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('any writes come back as they were', async () => {
    let sequence = 0;
    const journal = journalOf();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyWrite, { maxLength: 6 }), { maxLength: 3 }), async (commits) => {
        await journal.clear();
        const batches = commits.map((writes) => batch(++sequence, ...asJson(writes)));
        for (const each of batches) await journal.append(each);
        expect(await journalOf().read()).toEqual({ batches, torn: false });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a file that was cut off', () => {
  test('at any byte reads as the whole batches before, and takes the next', async () => {
    for (const each of [one, two, three]) await journalOf().append(each);
    const whole = readFileSync(path());
    const ends = [0, ...[...whole.keys()].filter((i) => whole[i] === 0x0a).map((i) => i + 1)];
    expect(ends).toHaveLength(4);
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(path(), whole.subarray(0, length));
      const kept = [one, two, three].slice(
        0,
        ends.findLastIndex((end) => end <= length),
      );
      expect(await journalOf().read(), `cut at ${length}`).toEqual({
        batches: kept,
        torn: !ends.includes(length),
      });
    }
    await journalOf().append(three);
    expect(await journalOf().read()).toEqual({ batches: [one, two, three], torn: false });
  });

  test.each([
    ['zeros where the line should be', () => Buffer.alloc(300)],
    [
      'a line with a wrong checksum',
      () => Buffer.from('{"stamp":{},"writes":[],"checksum":"0123456789abcdef"}\n'),
    ],
    ['an empty line', () => Buffer.from('\n')],
  ])('ends in %s', async (_, tail) => {
    await journalOf().append(one);
    appendFileSync(path(), tail());
    expect(await journalOf().read()).toEqual({ batches: [one], torn: true });
    const journal = journalOf();
    await journal.append(two);
    expect(await journalOf().read()).toEqual({ batches: [one, two], torn: false });
  });

  test('one changed character anywhere before the last line is told by file and line', async () => {
    for (const each of [one, two, three]) await journalOf().append(each);
    const whole = readFileSync(path());
    const second = whole.indexOf(0x0a) + 1;
    for (const at of [second, second + 40, whole.indexOf(0x0a, second) - 3]) {
      const spoilt = Buffer.from(whole);
      spoilt[at]! ^= 1;
      writeFileSync(path(), spoilt);
      const named = { name: 'JournalDamagedError', message: expect.stringContaining(`${path()}, line 2`) };
      await expect(journalOf().read()).rejects.toMatchObject(named);
      await expect(journalOf().append(one)).rejects.toMatchObject(named);
      expect(readFileSync(path())).toEqual(spoilt);
    }
  });
});

describe('a disk that fails', () => {
  test.each(['write', 'short write', 'sync'] as const)(
    '%s: the append fails and harms no other',
    async (fault) => {
      const disk = new FailingDisk();
      const journal = journalOf(disk);
      await journal.append(one);
      disk.fault = fault;
      await expect(journal.append(two)).rejects.toThrow(fault === 'short write' ? 'only 20 of' : 'ENOSPC');
      expect(await journal.read()).toEqual({ batches: [one], torn: false });
      disk.fault = null;
      await journal.append(three);
      expect(await journal.read()).toEqual({ batches: [one, three], torn: false });
      expect(await journalOf().read()).toEqual({ batches: [one, three], torn: false });
    },
  );

  test.each(['short write', 'sync'] as const)(
    '%s, and cannot cut off either: what was refused is not read',
    async (fault) => {
      const disk = new FailingDisk();
      const journal = journalOf(disk);
      await journal.append(one);
      disk.fault = fault;
      disk.truncates = false;
      await expect(journal.append(two)).rejects.toThrow();
      expect(await journal.read()).toEqual({ batches: [one], torn: true });
      disk.fault = null;
      await expect(journal.append(three)).rejects.toThrow('EIO');
      disk.truncates = true;
      await journal.append(three);
      expect(await journalOf().read()).toEqual({ batches: [one, three], torn: false });
    },
  );

  test('an append is answered after file and folder were synced, in this order', async () => {
    const disk = new FailingDisk();
    await journalOf(disk).append(one);
    expect(disk.calls).toEqual(['sync folder', 'write journal.jsonl', 'sync journal.jsonl']);
  });

  test('a file that somebody removed or cut is told, once', async () => {
    const journal = journalOf();
    await journal.append(one);
    rmSync(path());
    await expect(journal.append(two)).rejects.toThrow('is gone');
    await journal.append(three);
    writeFileSync(path(), readFileSync(path()).subarray(0, 9));
    await expect(journal.append(two)).rejects.toThrow('is gone');
    await journal.append(two);
    expect(await journalOf().read()).toEqual({ batches: [two], torn: false });
  });
});

test('SIGKILL in mid-append loses nothing that was acknowledged', { timeout: 120_000 }, async () => {
  const children: Child[] = [];
  let acknowledged = 0;
  try {
    for (const appends of [1, 200, 30, 500]) {
      const child = startChild(WRITER, [dataDir]);
      children.push(child);
      const stored = Number((await child.line(/^stored/)).split(' ')[1]);
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      await child.line(new RegExp(`^acked ${stored + appends}$`));
      await child.kill();
      acknowledged = Number(child.lines.at(-1)!.split(' ')[1]);
    }
  } finally {
    await Promise.all(children.map((child) => child.kill()));
  }
  const { batches } = await journalOf().read();
  expect(batches.map(({ stamp }) => stamp.sequence).slice(0, acknowledged)).toEqual(
    Array.from({ length: acknowledged }, (_, i) => i + 1),
  );
});

/** The real file system, which fails as told and notes what reaches the disk. */
class FailingDisk implements Disk {
  fault: 'write' | 'short write' | 'sync' | null = null;
  truncates = true;
  readonly calls: string[] = [];
  readonly rename = rename;
  readonly rm = rm;

  async open(path: string, flags: string, mode?: number): Promise<DiskFile> {
    const file = await open(path, flags, mode);
    const name = path === dataDir ? 'folder' : path.slice(dataDir.length + 1);
    return {
      write: (bytes, offset, length, position) => {
        this.calls.push(`write ${name}`);
        if (this.fault === 'write') throw diskError('ENOSPC');
        const possible = this.fault === 'short write' ? 20 : length;
        return file.write(bytes, offset, possible, position);
      },
      sync: async () => {
        this.calls.push(`sync ${name}`);
        if (this.fault === 'sync') throw diskError('ENOSPC');
        await file.sync();
      },
      truncate: async (length) => {
        if (!this.truncates) throw diskError('EIO');
        await file.truncate(length);
      },
      readFile: () => file.readFile(),
      stat: () => file.stat(),
      chmod: (mode) => file.chmod(mode),
      close: () => file.close(),
    };
  }
}

const diskError = (code: string) => Object.assign(new Error(`${code}: the disk says no`), { code });

/** What JSON makes of a value: generated JSON may hold −0. */
const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const text = fc.string({ unit: 'binary' });
const exact = fc.maxSafeInteger();
const anyWrite: fc.Arbitrary<StoreWrite> = fc.oneof(
  fc
    .record({ id: text, cost: exact, held: fc.boolean() })
    .map((some): StoreWrite => storing(aPosition(some))),
  fc
    .record({ id: text, peak: exact })
    .map((some): StoreWrite => storing(aBusyPosition(some), anEvaluation())),
  fc
    .record({ note: fc.option(text), proceeds: exact })
    .map((some): StoreWrite => ({ kind: 'exit', exit: anExit(some) })),
  fc
    .record({ error: fc.option(text), quantity: exact })
    .map((some): StoreWrite => ({ kind: 'attempt', attempt: anAttempt(some) })),
  fc.record({ fillId: text, fee: exact }).map((some): StoreWrite => ({ kind: 'fill', fill: aFill(some) })),
  fc
    .record({ reason: fc.option(text), probability: exact })
    .map((some): StoreWrite => ({ kind: 'edge', edge: anEdge(some) })),
  fc
    .record({ error: fc.option(text) })
    .map((some): StoreWrite => ({ kind: 'entry_attempt', attempt: anEntryAttempt(some) })),
  fc
    .record({ fillId: text, fee: exact })
    .map((some): StoreWrite => ({ kind: 'entry_fill', fill: anEntryFill(some) })),
  fc
    .record({ market: text, at: exact })
    .map((some): StoreWrite => ({ kind: 'model_value', value: aModelValue(some) })),
  fc
    .dictionary(text, fc.jsonValue())
    .map((data): StoreWrite => ({ kind: 'breaker', breaker: aBreaker({ data }) })),
  fc
    .dictionary(text, exact)
    .map((baselines): StoreWrite => ({ kind: 'account_day', day: anAccountDay({ baselines }) })),
  fc
    .dictionary(text, fc.jsonValue())
    .map((data): StoreWrite => ({ kind: 'decision', decision: aDecision({ data }) })),
  fc.record({ text, times: exact }).map((some): StoreWrite => ({ kind: 'alert', alert: anAlert(some) })),
  fc.record({ version: exact }).map((some): StoreWrite => ({ kind: 'method', method: defaultMethod(some) })),
);
