import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../src/actors/ledger/ledger.ts';
import type { Mail, Post } from '../../src/actors/mail.ts';
import { type DecisionRecord, LeaseLostError, type Store } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { replayJournal } from '../../src/services/journal/journal-replay.ts';
import type { Log } from '../../src/services/log/log.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { aPosition, NOON, SECOND } from '../support/domain-builders.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { never, reachedBy } from '../support/mortal.ts';
import { recordingNotifier } from '../support/recording-notifier.ts';

/** What happens to a commit: `lost` is applied and its answer is not heard. */
type Fate = 'done' | 'refused' | 'hangs' | 'lost';

/** A ledger beside a database whose commits fare as the test says, and a journal file; it may die and start again. */
class LedgerRig {
  readonly clock = new VirtualClock(NOON);
  readonly store = new MemoryStore({ now: () => this.clock.now(), instance: 'ledger' });
  readonly disk = new MemoryJournal();
  readonly alerts: string[] = [];
  /** Summaries of what was announced as durable, in order. */
  announced: string[] = [];
  readonly posted: { to: keyof Mail; mail: { type: string } }[] = [];
  readonly log: string[] = [];
  /** Of the commits to come; then `after`. */
  fates: Fate[] = [];
  after: Fate = 'done';
  crashed: unknown = null;
  commits = 0;
  isLeaseValid = true;
  ledger!: Ledger;
  #epoch = 0;
  #life = { alive: true };

  async start(): Promise<this> {
    this.#life.alive = false;
    const life = { alive: true };
    this.#life = life;
    this.disk.writer = life;
    const lease = await this.store.acquireLease('ledger', Number.MAX_SAFE_INTEGER / 4);
    this.#epoch = (lease as { epoch: number }).epoch;
    const say = (_: unknown, text: string) => void this.log.push(text);
    const log = { warn: say, error: say } as unknown as Log;
    const store = this.#reachable(life);
    const { clock } = this;
    const journal = reachedBy(this.disk, life);
    await replayJournal({ journal, store, epoch: this.#epoch, now: () => clock.now(), log });
    this.ledger = createLedger({
      store,
      journal,
      epoch: this.#epoch,
      mayTrade: () => this.isLeaseValid,
      clock: {
        now: () => clock.now(),
        setTimeout: (fn, ms) => clock.setTimeout(() => life.alive && fn(), ms),
        clearTimeout: (handle) => clock.clearTimeout(handle),
      },
      notifier: {
        ...recordingNotifier(this.alerts, []),
        journaled: ({ summary, kind }) => {
          if (life.alive && kind === 'test') this.announced.push(summary);
        },
      },
      post: ((to, mail) => {
        if (life.alive) this.posted.push({ to, mail });
      }) as Post,
      retryMs: [100],
      tries: 4,
      patienceMs: 5_000,
      probeMs: 2_000,
      openAlerts: await this.store.alerts({ open: true }),
      crash: (error) => {
        if (life.alive) this.crashed = error;
      },
    });
    return this;
  }

  kill(): void {
    this.#life.alive = false;
  }

  say(summary: string): this {
    const decision: DecisionRecord = {
      ...{ positionId: null, exitId: null, kind: 'test', summary, data: {} },
      at: this.clock.now(),
    };
    this.ledger.receive({ type: 'journal', decision });
    return this;
  }

  /** `turns` of the event loop between two timers: few leave things under way. */
  async pass(seconds: number, turns?: number): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    await settle(turns);
    while (this.clock.fireNext(until)) await settle(turns);
    this.clock.moveTo(until);
    return this;
  }

  /** What the database holds, in order. */
  async stored(): Promise<string[]> {
    const decisions = await this.store.decisions({ limit: 100_000 });
    return decisions.filter(({ kind }) => kind === 'test').map(({ summary }) => summary);
  }

  async summary(kind: string): Promise<string[]> {
    const decisions = await this.store.decisions({ limit: 100_000 });
    return decisions.filter((decision) => decision.kind === kind).map(({ summary }) => summary);
  }

  #reachable(life: { alive: boolean }): Store {
    return new Proxy<Store>(this.store, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          if (!life.alive) return never();
          if (name !== 'commit') return member.apply(target, args);
          this.commits += 1;
          const fate = this.fates.shift() ?? this.after;
          if (fate === 'refused') throw new Error('connection refused');
          if (fate === 'hangs') return never();
          const done = await member.apply(target, args);
          return fate === 'lost' || !life.alive ? never() : done;
        };
      },
    });
  }
}

const settle = async (turns = 12): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const numbers = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_, i) => String(from + i));

describe('a database that fails', () => {
  it('a few times: the commit is tried again, and nothing else happens', async () => {
    const rig = await new LedgerRig().start();
    rig.fates = ['refused', 'refused', 'refused'];
    await rig.say('1').pass(1);
    expect({ stored: await rig.stored(), announced: rig.announced, file: rig.disk.lines }).toEqual({
      stored: ['1'],
      announced: ['1'],
      file: [],
    });
    expect(rig.alerts).toEqual([...Array(3).fill('store failed: connection refused'), 'store recovered']);
  });

  it('four times in a row: writes go into the journal file and are announced as if committed', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    await rig.say('2').say('3').pass(0.1);
    expect({ stored: await rig.stored(), announced: rig.announced }).toEqual({
      stored: [],
      announced: ['1', '2', '3'],
    });
    expect(rig.alerts).toContain('raised critical database_down');
    expect(rig.ledger.database()).toMatchObject({ error: 'connection refused' });
  });

  it('and answers again: the file comes into the database in its order, is cleared, and commits go on', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    for (const number of numbers(5)) await rig.say(number).pass(1);
    rig.after = 'done';
    await rig.pass(3);
    await rig.say('6').pass(0.1);
    expect(await rig.stored()).toEqual(numbers(6));
    expect({ file: rig.disk.lines, state: rig.ledger.database() }).toEqual({
      file: [],
      state: { error: null, waiting: 0 },
    });
    expect(rig.alerts.slice(-2)).toEqual(['store recovered', 'resolved database_down']);
    expect(await rig.summary('database.recovered')).toHaveLength(1);
    expect(rig.posted.at(-1)).toMatchObject({ to: 'breakers', mail: { type: 'store.recovered' } });
  });

  it.each(numbers(4).map(Number))(
    'while a write is %i turns from being in the file: it is not lost',
    async (turns) => {
      const rig = await new LedgerRig().start();
      rig.after = 'refused';
      await rig.say('1').pass(1);
      rig.after = 'done';
      rig.disk.turns = turns;
      await rig.pass(1.299);
      rig.say('2');
      await rig.pass(0.001, 0);
      await rig.pass(10);
      expect({ stored: await rig.stored(), file: rig.disk.lines }).toEqual({ stored: ['1', '2'], file: [] });
    },
  );

  it('for so long that memory would not hold it all: the rest comes back from the file, in its order', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    for (const number of numbers(1_300, 2)) {
      rig.say(number);
      await settle(3);
    }
    expect(rig.ledger.database().waiting).toBe(1_302);
    expect(rig.disk.lines).toHaveLength(1_302);
    rig.after = 'done';
    await rig.pass(3, 4_000);
    expect(await rig.stored()).toEqual(numbers(1_301));
    expect({ file: rig.disk.lines, state: rig.ledger.database(), crashed: rig.crashed }).toEqual({
      file: [],
      state: { error: null, waiting: 0 },
      crashed: null,
    });
  });

  it('for long: what waits comes in many batches at a time, or writes that go on coming would keep it waiting', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    for (const number of numbers(300)) {
      rig.say(number);
      await rig.pass(0.4);
    }
    expect(rig.ledger.database().waiting).toBeGreaterThan(290);
    rig.after = 'done';
    rig.commits = 0;
    await rig.pass(3);
    expect(await rig.stored()).toEqual(numbers(300));
    expect(rig.commits).toBeLessThan(6);
  });

  it.each<Fate>(['hangs', 'lost'])(
    'and then once more, in the middle of what waits (%s): each comes in once, and what is added meanwhile too',
    async (fate) => {
      const rig = await new LedgerRig().start();
      rig.after = 'refused';
      for (const number of numbers(20)) await rig.say(number).pass(1);
      rig.after = 'done';
      rig.fates = ['done', fate];
      await rig.pass(3);
      await rig.say('21').pass(20);
      expect(await rig.stored()).toEqual(numbers(21));
      expect({ file: rig.disk.lines, crashed: rig.crashed }).toEqual({ file: [], crashed: null });
    },
  );

  it('and a file that lacks what was written there ends the ledger', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    for (const number of numbers(600, 2)) {
      rig.say(number);
      await settle(3);
    }
    rig.disk.lines = rig.disk.lines.slice(0, 550);
    rig.after = 'done';
    await rig.pass(3, 2_000);
    expect(String(rig.crashed)).toMatch(/the journal file lacks \d+ batches that were written there/);
  });

  it('beside a disk that is always busy: what comes meanwhile does not put the way back off', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    rig.disk.turns = 3;
    await rig.say('1').pass(1);
    rig.after = 'done';
    await rig.pass(2);
    let said = 1;
    for (let turn = 0; turn < 300; turn++) {
      if (turn % 3 === 0) rig.say(String(++said));
      await rig.pass(0.001, 1);
    }
    expect(rig.ledger.database().waiting).toBe(0);
    expect(rig.alerts).toContain('resolved database_down');
    rig.disk.turns = 0;
    await rig.pass(5);
    expect(await rig.stored()).toEqual(numbers(said));
  });

  it('each failure is told to the breakers', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(7);
    expect(rig.posted.map(({ to, mail }) => `${to} ${mail.type}`)).toEqual(
      Array(7).fill('breakers store.failed'),
    );
  });

  it.each<Fate>(['hangs', 'lost'])(
    'whose answer does not come (%s): the file after 5 s, and once in the end',
    async (fate) => {
      const rig = await new LedgerRig().start();
      rig.fates = [fate];
      await rig.say('1').pass(4.999);
      expect(rig.announced).toEqual([]);
      await rig.pass(0.001);
      expect({ announced: rig.announced, lines: rig.disk.lines.length > 0 }).toEqual({
        announced: ['1'],
        lines: true,
      });
      await rig.pass(5);
      expect({ stored: await rig.stored(), file: rig.disk.lines }).toEqual({ stored: ['1'], file: [] });
    },
  );

  it('a read of a position waits, and what follows does not wait for it', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    rig.ledger.receive({ type: 'position.read', positionId: 'x' });
    await rig.say('2').pass(1);
    expect(rig.announced).toEqual(['1', '2']);
    rig.after = 'done';
    await rig.pass(10);
    expect(rig.crashed).toBeNull();
  });

  it('a flush is done once everything is in the file', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    let flushed = false;
    rig.say('1').ledger.receive({ type: 'flush', done: () => (flushed = true) });
    await rig.pass(0.2);
    expect(flushed).toBe(false);
    await rig.pass(1);
    expect(flushed).toBe(true);
  });

  it('a lease that another daemon took meanwhile ends the ledger', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    await rig.store.releaseLease(1);
    rig.after = 'done';
    await rig.pass(3);
    expect(rig.crashed).toBeInstanceOf(LeaseLostError);
    expect(await rig.stored()).toEqual([]);
  });

  it('a process that was frozen for longer than its lease writes nothing into the file: it ends', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'hangs';
    await rig.say('1').pass(1);
    rig.isLeaseValid = false;
    await rig.pass(10);
    expect(rig.crashed).toBeInstanceOf(LeaseLostError);
    expect([rig.disk.lines, rig.announced]).toEqual([[], []]);
  });
});

describe('a row that brings a newer mark alone', () => {
  const mark = (rig: LedgerRig, price: number) =>
    rig.ledger.receive({
      ...{ type: 'commit', positionId: 'p', alerts: [], after: null, marksOnly: true },
      writes: [{ kind: 'position', position: aPosition({ id: 'p', mark: price }), evaluation: null }],
    });
  const marked = async (rig: LedgerRig) => (await rig.store.position('p'))?.position.mark;

  it('is written like any other while the database keeps up', async () => {
    const rig = await new LedgerRig().start();
    mark(rig, 5_000);
    await rig.pass(0.1);
    expect(await marked(rig)).toBe(5_000);
  });

  it('goes into no journal file; the next one after the outage says more', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    mark(rig, 5_000);
    await rig.say('2').pass(1);
    expect(rig.disk.lines.join('\n')).not.toContain('"kind":"position"');
    rig.after = 'done';
    await rig.pass(5);
    mark(rig, 5_100);
    await rig.pass(0.1);
    expect({ stored: await rig.stored(), mark: await marked(rig) }).toEqual({
      stored: ['1', '2'],
      mark: 5_100,
    });
  });

  it('is left out while many others wait', async () => {
    const rig = await new LedgerRig().start();
    rig.fates = ['hangs'];
    for (const number of numbers(102)) rig.say(number);
    mark(rig, 5_000);
    await rig.pass(20);
    expect({ stored: await rig.stored(), mark: await marked(rig) }).toEqual({
      stored: numbers(102),
      mark: undefined,
    });
  });
});

describe('a disk that is full while the database fails', () => {
  it('announces nothing, and goes on once there is room', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    rig.disk.isFull = true;
    await rig.say('1').pass(5);
    expect(rig.announced).toEqual([]);
    expect(rig.alerts).toContain('raised critical journal_unwritable');
    rig.disk.isFull = false;
    await rig.pass(1);
    expect(rig.announced).toEqual(['1']);
    rig.after = 'done';
    await rig.pass(5);
    expect(await rig.stored()).toEqual(['1']);
    expect(rig.alerts).toContain('resolved journal_unwritable');
  });

  it('or once the database answers', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    rig.disk.isFull = true;
    await rig.say('1').pass(5);
    rig.after = 'done';
    await rig.pass(1);
    expect({ announced: rig.announced, stored: await rig.stored() }).toEqual({
      announced: ['1'],
      stored: ['1'],
    });
  });

  it('in the middle: what waits keeps its place', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    rig.disk.isFull = true;
    await rig.say('2').pass(5);
    expect(rig.announced).toEqual(['1']);
    rig.after = 'done';
    await rig.pass(5);
    expect(rig.announced).toEqual(['1']);
    rig.disk.isFull = false;
    await rig.pass(5);
    expect({ announced: rig.announced, stored: await rig.stored() }).toEqual({
      announced: ['1', '2'],
      stored: ['1', '2'],
    });
  });
});

describe('a start with a journal file', () => {
  /** Five writes in the file, none in the database; the process is gone. */
  async function died(): Promise<LedgerRig> {
    const rig = await new LedgerRig().start();
    await rig.say('0').pass(1);
    rig.after = 'refused';
    for (const number of numbers(5)) await rig.say(number).pass(1);
    rig.kill();
    rig.after = 'done';
    return rig;
  }

  it('brings it into the database before anything else', async () => {
    const rig = await died();
    await rig.start();
    expect(await rig.stored()).toEqual(['0', ...numbers(5)]);
    expect(rig.disk.lines).toEqual([]);
    await rig.say('6').pass(1);
    expect(await rig.stored()).toEqual(['0', ...numbers(6)]);
    expect(rig.alerts.at(-1)).toBe('resolved database_down');
  });

  it.each(numbers(8).map(Number))(
    'that dies at step %i of it: the next start goes on, once',
    async (step) => {
      const rig = await died();
      for (const last of ['lost', 'hangs'] as const) {
        rig.fates = [...Array(step - 1).fill('done'), last];
        void rig.start();
        await settle();
        rig.kill();
        rig.fates = [];
      }
      await rig.start();
      expect(await rig.stored()).toEqual(['0', ...numbers(5)]);
      expect(rig.disk.lines).toEqual([]);
    },
  );

  it('cut off in its last line: the rest comes in, and the journal says so', async () => {
    const rig = await died();
    rig.disk.torn = true;
    await rig.start();
    expect(await rig.stored()).toEqual(['0', ...numbers(5)]);
    expect((await rig.summary('database.recovered'))[0]).toContain('its last line was cut off');
  });

  it('after another daemon has written: it is set aside, with an alert that names it', async () => {
    const rig = await died();
    const lease = await rig.store.acquireLease('ledger', 1_000);
    const { epoch } = lease as { epoch: number };
    await rig.store.commit(epoch, [], { epoch, sequence: 1 });
    await rig.start();
    expect(await rig.stored()).toEqual(['0']);
    expect(rig.disk.aside).toHaveLength(1);
    expect((await rig.store.alerts({ open: true }))[0]).toMatchObject({
      kind: 'journal_not_replayed',
      severity: 'critical',
      text: expect.stringContaining('journal.1.jsonl'),
    });
  });

  it('of another database: set aside', async () => {
    const rig = await new LedgerRig().start();
    await rig.disk.append({ stamp: { epoch: 99, sequence: 1 }, writes: [] });
    await rig.start();
    expect(rig.disk.aside).toHaveLength(1);
  });

  it('while nothing was ever committed: it is the first life that wrote it', async () => {
    const rig = await new LedgerRig().start();
    rig.after = 'refused';
    await rig.say('1').pass(1);
    rig.kill();
    rig.after = 'done';
    await rig.start();
    expect(await rig.stored()).toEqual(['1']);
  });
});

describe('whatever happens to commits', () => {
  const fate = fc.constantFrom<Fate>('done', 'done', 'refused', 'refused', 'hangs', 'lost');
  const step = fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({ do: fc.constant('say' as const), count: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('pass' as const),
        seconds: fc.constantFrom(0, 0.1, 1, 3, 6),
        turns: fc.constantFrom(0, 1, 2, 12),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('fates' as const), fates: fc.array(fate, { maxLength: 12 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('outage' as const),
        fate: fc.constantFrom<Fate>('refused', 'hangs', 'lost'),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('back' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('full' as const), isFull: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('die' as const) }) },
  );

  it('what was announced is in the database in the end, once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(2), async (steps, turns) => {
        const rig = await new LedgerRig().start();
        rig.disk.turns = turns;
        let said = 0;
        const calm = (): void => {
          rig.fates = [];
          rig.after = 'done';
          rig.disk.isFull = false;
        };
        for (const each of steps) {
          if (each.do === 'say') for (let i = 0; i < each.count; i++) rig.say(String(++said));
          else if (each.do === 'pass') await rig.pass(each.seconds, each.turns);
          else if (each.do === 'fates') rig.fates = [...each.fates];
          else if (each.do === 'outage') rig.after = each.fate;
          else if (each.do === 'back') rig.after = 'done';
          else if (each.do === 'full') rig.disk.isFull = each.isFull;
          else {
            rig.kill();
            calm();
            await rig.start();
          }
        }
        calm();
        await rig.pass(60);
        const stored = await rig.stored();
        expect(rig.crashed).toBeNull();
        expect(rig.disk.lines).toEqual([]);
        expect(stored, 'once and in order').toEqual([...new Set(stored)].sort((a, b) => +a - +b));
        expect(
          rig.announced.filter((summary) => !stored.includes(summary)),
          'none is missing',
        ).toEqual([]);
        expect(rig.announced).toEqual([...rig.announced].sort((a, b) => +a - +b));
      }),
      { numRuns: 800 },
    );
  }, 60_000);
});
