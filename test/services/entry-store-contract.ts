import { beforeEach, describe, expect, test } from 'vitest';
import {
  type CommitStamp,
  type EdgeRecord,
  type EntryAttemptRecord,
  type EntryFillRecord,
  InvariantError,
  LeaseLostError,
  type PeriodFacts,
  type Store,
  type StoreWrite,
} from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import { aPosition, NOON } from '../support/domain-builders.ts';
import {
  aBreaker,
  aModelValue,
  anAccountDay,
  anEdge,
  anEntryAttempt,
  anEntryFill,
  anEntryWork,
} from '../support/entry-records.ts';
import { aDecision, aFill, anAlert, anAttempt, anExit, storing } from '../support/store-records.ts';

const edging = (overrides: Partial<EdgeRecord> = {}): StoreWrite => ({
  kind: 'edge',
  edge: anEdge(overrides),
});
const ordering = (overrides: Partial<EntryAttemptRecord> = {}): StoreWrite => ({
  kind: 'entry_attempt',
  attempt: anEntryAttempt(overrides),
});
const buying = (overrides: Partial<EntryFillRecord> = {}): StoreWrite => ({
  kind: 'entry_fill',
  fill: anEntryFill(overrides),
});

/** What every Store does for entries, for the account and for the journal file; `fresh` gives an empty one. */
export function entryStoreContract(name: string, fresh: () => Promise<Store>): void {
  describe(`entries and the account: ${name}`, () => {
    let store: Store;
    let epoch: number;
    const commit = (...writes: StoreWrite[]) => store.commit(epoch, writes);

    beforeEach(async () => {
      store = await fresh();
      const lease = await store.acquireLease('tests', 60_000);
      if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
      epoch = lease.epoch;
    });

    describe('round trips', () => {
      test('an entry with every field, null and not null', async () => {
        const full = {
          edge: anEdge({ reason: 'it’s "done"', side: 'no' }),
          attempt: anEntryAttempt({
            status: 'partial',
            side: 'no',
            timeInForce: 'ioc',
            venueOrderId: 'v-1',
            cancelRequested: true,
            filled: 400,
            proceeds: 2_020_000,
            fees: 71_234,
            filledAt: NOON + 3,
            cancelledAt: NOON + 4,
            endedAt: NOON + 5,
            error: 'self-trade',
          }),
        };
        const bare: Partial<EdgeRecord> = {
          edgeId: 'bare',
          confidence: null,
          method: null,
          verdicts: [],
          work: null,
          replaces: null,
          decidedAt: null,
          status: 'new',
        };
        await commit(
          { kind: 'edge', edge: full.edge },
          edging(bare),
          { kind: 'entry_attempt', attempt: full.attempt },
          buying(),
          ordering({ attemptId: 'bare-1', edgeId: 'bare', clientId: 'p1-bare-1', limitPrice: null }),
        );
        expect(await store.entry('edge01')).toEqual({
          edge: full.edge,
          attempts: [full.attempt],
          fills: [anEntryFill()],
        });
        expect(await store.entry('bare')).toEqual({
          edge: anEdge(bare),
          attempts: [
            anEntryAttempt({ attemptId: 'bare-1', edgeId: 'bare', clientId: 'p1-bare-1', limitPrice: null }),
          ],
          fills: [],
        });
        expect(await store.entry('nobody')).toBeNull();
      });

      test('numbers are exact', async () => {
        const most = 2 ** 53 - 1;
        const edge = anEdge({
          probability: 1_700_000,
          work: anEntryWork({ reserved: most, balance: -most, kelly: -1 }),
        });
        const attempt = anEntryAttempt({ quantity: most, proceeds: most, fees: -most, limitPrice: 1 });
        const fill = anEntryFill({ price: 9999, quantity: most, fee: most });
        await commit(
          { kind: 'edge', edge },
          { kind: 'entry_attempt', attempt },
          { kind: 'entry_fill', fill },
        );
        expect(await store.entry('edge01')).toEqual({ edge, attempts: [attempt], fills: [fill] });
      });

      test('an edge written again replaces all of it and keeps its orders', async () => {
        await commit(edging(), ordering());
        const ended: Partial<EdgeRecord> = {
          status: 'rejected',
          reason: 'refused',
          work: null,
          confidence: null,
        };
        await commit(edging({ ...ended, verdicts: [] }), ordering({ status: 'rejected', endedAt: NOON }));
        expect(await store.entry('edge01')).toEqual({
          edge: anEdge({ ...ended, verdicts: [] }),
          attempts: [anEntryAttempt({ status: 'rejected', endedAt: NOON })],
          fills: [],
        });
      });

      test('the last value of each market', async () => {
        const other = aModelValue({ market: 'GAME-B', confidence: null, method: null, side: 'no' });
        await commit(
          { kind: 'model_value', value: other },
          { kind: 'model_value', value: aModelValue({ probability: 1 }) },
        );
        await commit({ kind: 'model_value', value: aModelValue() });
        expect(await store.modelValues()).toEqual([aModelValue(), other]);
      });

      test('breakers and trading days', async () => {
        const calm = aBreaker({ name: 'api', tripped: false, reason: null, data: {} });
        await commit(
          { kind: 'breaker', breaker: aBreaker({ tripped: false }) },
          { kind: 'breaker', breaker: calm },
        );
        await commit(
          { kind: 'breaker', breaker: aBreaker() },
          { kind: 'account_day', day: anAccountDay({ pnl: 1, baselines: { gone: null } }) },
          { kind: 'account_day', day: anAccountDay() },
          { kind: 'account_day', day: anAccountDay({ day: '2026-01-02' }) },
        );
        expect(await store.breakers()).toEqual([calm, aBreaker()]);
        expect(await store.accountDay('2026-01-01')).toEqual(anAccountDay());
        expect(await store.accountDay('2026-01-02')).toEqual(anAccountDay({ day: '2026-01-02' }));
        expect(await store.accountDay('2025-12-31')).toBeNull();
      });

      test('callers cannot change what is stored', async () => {
        const edge = anEdge();
        await commit({ kind: 'edge', edge }, ordering(), { kind: 'breaker', breaker: aBreaker() });
        edge.work!.quantity = 1;
        const read = await store.entry('edge01');
        expect(read?.edge).toEqual(anEdge());
        read!.edge.verdicts.pop();
        read!.attempts[0]!.filled = 9;
        (await store.breakers())[0]!.data.limit = 0;
        expect(await store.entry('edge01')).toEqual({
          edge: anEdge(),
          attempts: [anEntryAttempt()],
          fills: [],
        });
        expect(await store.breakers()).toEqual([aBreaker()]);
      });
    });

    describe('several entries', () => {
      const at = (edgeId: string, age: number, status: 'new' | 'working' | 'filled' = 'filled') =>
        anEdge({ edgeId, status, detectedAt: NOON - age });

      test('edges are listed newest first, by status, up to a limit', async () => {
        const [a, b, c, d] = [at('a', 5), at('b', 1, 'new'), at('c', 9, 'new'), at('B', 1, 'new')];
        await commit(...[a, b, c, d].map((edge) => ({ kind: 'edge', edge }) as const));
        expect(await store.edges({ limit: 9 })).toEqual([b, d, a, c]);
        expect(await store.edges({ limit: 2 })).toEqual([b, d]);
        expect(await store.edges({ status: 'new', limit: 2 })).toEqual([b, d]);
        expect(await store.edges({ status: 'new', limit: 9 })).toEqual([b, d, c]);
        expect(await store.edges({ status: 'expired', limit: 9 })).toEqual([]);
      });

      test('a start gets the entries under way, and an ended one whose order may still be filled', async () => {
        const live = {
          attemptId: 'live-1',
          edgeId: 'live',
          clientId: 'p1-live-1',
          status: 'unknown',
        } as const;
        const over = {
          attemptId: 'done-1',
          edgeId: 'done',
          clientId: 'p1-done-1',
          status: 'filled',
        } as const;
        await commit(
          { kind: 'edge', edge: at('edge01', 1, 'working') },
          { kind: 'edge', edge: at('live', 5) },
          { kind: 'edge', edge: at('done', 9) },
          { kind: 'edge', edge: at('inbox', 9, 'new') },
          ordering(live),
          ordering(over),
          buying({ fillId: 'b2', edgeId: 'live', clientId: 'p1-live-1', at: NOON + 9 }),
          buying({ fillId: 'b3', edgeId: 'live', clientId: 'p1-live-1', quantity: 1 }),
        );
        expect(await store.entriesAtWork()).toEqual([
          {
            edge: at('live', 5),
            attempts: [anEntryAttempt(live)],
            fills: [
              anEntryFill({ fillId: 'b3', edgeId: 'live', clientId: 'p1-live-1', quantity: 1 }),
              anEntryFill({ fillId: 'b2', edgeId: 'live', clientId: 'p1-live-1', at: NOON + 9 }),
            ],
          },
          { edge: at('edge01', 1, 'working'), attempts: [], fills: [] },
        ]);
      });

      test('a position with the id of its edge shows its sales only, and they leave the entry alone', async () => {
        const position = aPosition({ id: 'edge01', quantity: 400 });
        const sale = { positionId: 'edge01', exitId: 'e1', quantity: 300 };
        await commit(
          edging(),
          ordering({ status: 'partial', endedAt: NOON }),
          buying(),
          storing(position),
          { kind: 'exit', exit: anExit({ positionId: 'edge01' }) },
          { kind: 'attempt', attempt: anAttempt({ positionId: 'edge01', quantity: 400 }) },
          { kind: 'fill', fill: aFill(sale) },
        );
        expect((await store.position('edge01'))?.fills).toEqual([aFill(sale)]);
        expect((await store.openPositions())[0]?.fills).toEqual([aFill(sale)]);
        expect((await store.entry('edge01'))?.fills).toEqual([anEntryFill()]);
      });
    });

    describe('invariants', () => {
      const second = (overrides: Partial<EntryAttemptRecord> = {}) =>
        ordering({ attemptId: 'edge01-2', clientId: 'p1-edge01-2', ...overrides });

      test('a second live order of an edge is refused with all of its commit, once the first is over it is taken', async () => {
        await commit(edging(), ordering({ status: 'unknown' }));
        await expect(commit(second(), { kind: 'decision', decision: aDecision() })).rejects.toThrow(
          InvariantError,
        );
        expect((await store.entry('edge01'))?.attempts).toHaveLength(1);
        expect(await store.decisions({ limit: 9 })).toEqual([]);
        await commit(ordering({ status: 'cancelled', endedAt: NOON }), second());
        expect((await store.entry('edge01'))?.attempts).toHaveLength(2);
      });

      test('two live orders in one commit are refused', async () => {
        await expect(commit(edging(), ordering(), second())).rejects.toThrow(InvariantError);
        expect(await store.entry('edge01')).toBeNull();
      });

      test('an order that claims more than it was for is refused', async () => {
        await commit(edging(), ordering());
        await expect(commit(ordering({ filled: 1001 }))).rejects.toThrow(InvariantError);
        await commit(ordering({ filled: 1000, status: 'filled' }));
      });

      test('fills beyond their order are refused, over several commits', async () => {
        await commit(edging(), ordering(), buying());
        await expect(commit(buying({ fillId: 'b2', quantity: 601 }))).rejects.toThrow(InvariantError);
        await commit(buying({ fillId: 'b2', quantity: 600 }));
        expect((await store.entry('edge01'))?.fills).toHaveLength(2);
      });

      test('an order for an edge that is not stored, and a fill of an order that is not, are refused', async () => {
        await expect(commit(ordering())).rejects.toThrow(InvariantError);
        await expect(commit(buying())).rejects.toThrow(InvariantError);
        await commit(edging(), ordering());
        await expect(commit(buying({ clientId: 'p1-edge01-9' }))).rejects.toThrow(InvariantError);
      });

      test('one client id belongs to one order', async () => {
        await commit(edging(), ordering({ status: 'rejected' }));
        await expect(commit(second({ clientId: 'p1-edge01-1' }))).rejects.toThrow(InvariantError);
      });

      test('the same fill again changes nothing', async () => {
        await commit(edging(), ordering(), buying(), buying());
        await commit(buying({ at: NOON + 999, maker: false }));
        expect((await store.entry('edge01'))?.fills).toEqual([anEntryFill()]);
      });

      test.each([
        { price: 5051 },
        { quantity: 401 },
        { fee: 0 },
        { clientId: 'p1-edge01-9' },
        { edgeId: 'other' },
      ])('a fill again with other numbers is refused: %j', async (change) => {
        await commit(edging(), edging({ edgeId: 'other' }), ordering(), buying());
        await expect(commit(buying(change), storing(aPosition()))).rejects.toThrow(InvariantError);
        expect(await store.position('pos-1')).toBeNull();
        await expect(commit(buying({ fillId: 'g' }), buying({ fillId: 'g', ...change }))).rejects.toThrow(
          InvariantError,
        );
      });

      test('one fill cannot have bought and sold', async () => {
        const same = { fillId: 'f1', clientId: 'c', price: 5000, quantity: 5, fee: 1 };
        const sale: StoreWrite = { kind: 'fill', fill: aFill({ ...same, positionId: 'edge01' }) };
        const order = ordering({ clientId: 'c' });
        await expect(commit(edging(), order, sale, buying(same))).rejects.toThrow(InvariantError);
        await commit(edging(), order, sale);
        await expect(commit(buying(same))).rejects.toThrow(InvariantError);
      });
    });

    describe('a period', () => {
      const [from, to] = [NOON, NOON + 1000];
      const closedAt = (id: string, at: number): Position => aPosition({ id, phase: 'closed', closedAt: at });

      test('positions by when they were closed, first closed first', async () => {
        const [a, b, c, d] = [
          closedAt('a', to - 1),
          closedAt('b', from),
          closedAt('c', to),
          closedAt('d', from - 1),
        ];
        await commit(...[a, b, c, d, aPosition()].map((position) => storing(position)));
        expect(await store.closedBetween(from, to)).toEqual([b, a]);
        expect(await store.closedBetween(to, to)).toEqual([]);
      });

      test('holds what happened in it, and nothing of before or after', async () => {
        const exit = (id: string, triggeredAt: number, endedAt: number | null) =>
          anExit({ exitId: id, triggeredAt, endedAt });
        const try_ = (exitId: string) =>
          anAttempt({
            attemptId: `${exitId}-1`,
            exitId,
            clientId: `c-${exitId}`,
            quantity: 1,
            placedAt: from - 5,
          });
        const sale = (fillId: string, at: number) =>
          aFill({ fillId, at, exitId: 'late', clientId: 'c-late', quantity: 1 });
        const alert = (key: string, raisedAt: number) => anAlert({ key, raisedAt });
        const edge = (edgeId: string, detectedAt: number) => anEdge({ edgeId, detectedAt });
        const order = (edgeId: string, placedAt: number) =>
          anEntryAttempt({ attemptId: `${edgeId}-1`, edgeId, clientId: `c-${edgeId}`, placedAt });
        const purchase = (fillId: string, at: number) =>
          anEntryFill({ fillId, at, edgeId: 'in', clientId: 'c-in', quantity: 1 });
        const exits = [
          exit('ended', from - 9, from),
          exit('works', from - 8, null),
          exit('began', to - 1, null),
          exit('early', from - 9, from - 1),
          exit('late', from, to),
          exit('next', to, null),
        ];
        await commit(
          storing(aPosition()),
          ...exits.map((each) => ({ kind: 'exit', exit: each }) as const),
          ...exits.map(({ exitId }) => ({ kind: 'attempt', attempt: try_(exitId) }) as const),
          ...[sale('f2', to - 1), sale('f1', from), sale('f3', to), sale('f0', from - 1)].map(
            (fill) => ({ kind: 'fill', fill }) as const,
          ),
          ...[edge('in', to - 1), edge('first', from), edge('out', to), edge('before', from - 1)].map(
            (each) => ({ kind: 'edge', edge: each }) as const,
          ),
          ...[order('in', from), order('out', to), order('before', from - 1)].map(
            (attempt) => ({ kind: 'entry_attempt', attempt }) as const,
          ),
          ...[purchase('b1', from), purchase('b2', to), purchase('b0', from - 1)].map(
            (fill) => ({ kind: 'entry_fill', fill }) as const,
          ),
          storing(closedAt('shut', from)),
          storing(closedAt('later', to)),
          ...[alert('z', from), alert('a', from), alert('y', to), alert('x', from - 1)].map(
            (each) => ({ kind: 'alert', alert: each }) as const,
          ),
        );
        const expected: PeriodFacts = {
          exits: [exits[0]!, exits[1]!, exits[2]!],
          attempts: ['began', 'ended', 'works'].map(try_),
          fills: [sale('f1', from), sale('f2', to - 1)],
          edges: [edge('first', from), edge('in', to - 1)],
          entryAttempts: [order('in', from)],
          entryFills: [purchase('b1', from)],
          closed: [closedAt('shut', from)],
          alerts: [alert('a', from), alert('z', from)],
        };
        expect(await store.period(from, to)).toEqual(expected);
        expect(await store.period(0, 1)).toEqual({
          exits: [],
          attempts: [],
          fills: [],
          edges: [],
          entryAttempts: [],
          entryFills: [],
          closed: [],
          alerts: [],
        });
      });
    });

    describe('stamps', () => {
      const stamp = (sequence: number, of = epoch): CommitStamp => ({ epoch: of, sequence });
      const noting = (summary: string): StoreWrite[] => [
        { kind: 'decision', decision: aDecision({ summary }) },
      ];
      const noted = async () => (await store.decisions({ limit: 99 })).map(({ summary }) => summary);

      test('a commit tried again with its stamp applies once', async () => {
        expect(await store.lastStamp()).toBeNull();
        await store.commit(epoch, noting('one'), stamp(1));
        await store.commit(epoch, noting('one'), stamp(1));
        await store.commit(epoch, noting('three'), stamp(3));
        for (const sequence of [1, 2, 3]) await store.commit(epoch, noting('late'), stamp(sequence));
        expect(await noted()).toEqual(['one', 'three']);
        expect(await store.lastStamp()).toEqual(stamp(3));
      });

      test('of the same stamp many times at once one applies', async () => {
        await Promise.all([1, 2, 3, 4].map(() => store.commit(epoch, noting('one'), stamp(1))));
        expect(await noted()).toEqual(['one']);
      });

      test('a refused commit leaves its stamp free', async () => {
        await store.commit(epoch, noting('one'), stamp(1));
        const refused = [...noting('two'), { kind: 'attempt', attempt: anAttempt() } as const];
        await expect(store.commit(epoch, refused, stamp(2))).rejects.toThrow(InvariantError);
        expect(await store.lastStamp()).toEqual(stamp(1));
        await store.commit(epoch, noting('two'), stamp(2));
        expect(await noted()).toEqual(['one', 'two']);
      });

      test('a commit without a stamp applies and changes no stamp', async () => {
        await store.commit(epoch, noting('one'), stamp(5));
        await commit(...noting('two'));
        await commit(...noting('two'));
        expect(await noted()).toEqual(['one', 'two', 'two']);
        expect(await store.lastStamp()).toEqual(stamp(5));
      });

      test('a later owner replays the stamps of an earlier life, then commits under its own', async () => {
        await store.commit(epoch, noting('one'), stamp(1));
        await store.releaseLease(epoch);
        const lease = await store.acquireLease('next', 60_000);
        if (!('epoch' in lease)) throw new Error('the lease is not free');
        expect(await store.lastStamp()).toEqual(stamp(1));
        for (const sequence of [1, 2])
          await store.commit(lease.epoch, noting(`replay ${sequence}`), stamp(sequence));
        await store.commit(lease.epoch, noting('own'), stamp(1, lease.epoch));
        expect(await noted()).toEqual(['one', 'replay 2', 'own']);
        expect(await store.lastStamp()).toEqual(stamp(1, lease.epoch));
      });

      test('an owner whose lease is over learns it, whatever the stamp', async () => {
        await store.commit(epoch, noting('one'), stamp(1));
        await store.acquireLease('tests', 60_000);
        for (const sequence of [1, 2])
          await expect(store.commit(epoch, noting('late'), stamp(sequence))).rejects.toThrow(LeaseLostError);
        await store.releaseLease(epoch + 1);
        await expect(store.commit(epoch + 2, noting('late'), stamp(2))).rejects.toThrow(LeaseLostError);
        expect(await noted()).toEqual(['one']);
        expect(await store.lastStamp()).toEqual(stamp(1));
      });
    });
  });
}
