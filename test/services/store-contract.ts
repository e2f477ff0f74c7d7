import { beforeEach, describe, expect, test } from 'vitest';
import {
  type AttemptRecord,
  InvariantError,
  LeaseLostError,
  type Store,
  type StoreWrite,
} from '../../src/actors/ports.ts';
import { aPosition, defaultMethod, NOON } from '../support/domain-builders.ts';
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

const attempting = (overrides: Partial<AttemptRecord> = {}): StoreWrite => ({
  kind: 'attempt',
  attempt: anAttempt(overrides),
});

/** What every Store does; `fresh` gives an empty one. */
export function storeContract(name: string, fresh: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    let epoch: number;
    const commit = (...writes: StoreWrite[]) => store.commit(epoch, writes);

    beforeEach(async () => {
      store = await fresh();
      const lease = await store.acquireLease('tests', 60_000);
      if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
      epoch = lease.epoch;
    });

    test('the instance is six characters and stays', async () => {
      const id = await store.instance();
      expect(id).toMatch(/^[a-z0-9]{6}$/);
      expect(await store.instance()).toBe(id);
    });

    describe('lease', () => {
      test('a second owner is refused and told who holds it', async () => {
        const answer = await store.acquireLease('other', 60_000);
        expect(answer).toEqual({ owner: 'tests', expiresInMs: expect.any(Number) });
        expect('expiresInMs' in answer && answer.expiresInMs).toBeGreaterThan(0);
        await commit(storing(aPosition()));
      });

      test('its owner takes it again under a new epoch, which ends the old one', async () => {
        expect(await store.acquireLease('tests', 60_000)).toEqual({ epoch: epoch + 1 });
        expect(await store.renewLease(epoch, 60_000)).toBe(false);
        expect(await store.renewLease(epoch + 1, 60_000)).toBe(true);
        await expect(commit(storing(aPosition()))).rejects.toThrow(LeaseLostError);
      });

      test('once expired it goes to the next, and the revived holder writes nothing', async () => {
        expect(await store.renewLease(epoch, 1)).toBe(true);
        let next = await store.acquireLease('next', 60_000);
        while (!('epoch' in next)) next = await store.acquireLease('next', 60_000);
        expect(next.epoch).toBeGreaterThan(epoch);

        const late = [storing(aPosition()), { kind: 'decision', decision: aDecision() } as const];
        await expect(store.commit(epoch, late)).rejects.toThrow(LeaseLostError);
        expect(await store.position('pos-1')).toBeNull();
        expect(await store.decisions({ limit: 9 })).toEqual([]);
        await store.commit(next.epoch, late);
        expect(await store.openPositionIds()).toEqual(['pos-1']);
      });

      test('an expired lease nobody took can be renewed', async () => {
        await store.renewLease(epoch, 1);
        expect(await store.renewLease(epoch, 60_000)).toBe(true);
        await commit(storing(aPosition()));
      });

      test('released it is free at once, and its epoch is over', async () => {
        await store.releaseLease(epoch);
        await expect(commit(storing(aPosition()))).rejects.toThrow(LeaseLostError);
        expect(await store.renewLease(epoch, 60_000)).toBe(false);
        expect(await store.acquireLease('next', 60_000)).toEqual({ epoch: expect.any(Number) });
      });

      test('of many who want it at once one gets it', async () => {
        await store.releaseLease(epoch);
        const answers = await Promise.all([1, 2, 3, 4].map((n) => store.acquireLease(`owner ${n}`, 60_000)));
        expect(answers.filter((answer) => 'epoch' in answer)).toHaveLength(1);
      });
    });

    describe('round trips', () => {
      test('a position and its evaluation come back whole', async () => {
        const position = aBusyPosition();
        await commit(storing(position, anEvaluation()));
        expect(await store.position('pos-1')).toEqual({
          position,
          evaluation: anEvaluation(),
          exits: [],
          attempts: [],
          fills: [],
        });
        expect(await store.position('pos-2')).toBeNull();
      });

      test('a rewritten position replaces all of it', async () => {
        await commit(storing(aBusyPosition(), anEvaluation()));
        const calm = aPosition({ mark: null, peak: null });
        await commit(storing(calm));
        expect(await store.position('pos-1')).toMatchObject({ position: calm, evaluation: null });
      });

      test.each([
        ['the smallest', { price: 1, quantity: 1, money: 1, fraction: -1 }],
        ['odd digits', { price: 9999, quantity: 1_000_001, money: -1_234_567, fraction: -999_999 }],
        ['the largest', { price: 10_000, quantity: 2 ** 53 - 1, money: 2 ** 53 - 1, fraction: 2 ** 53 - 1 }],
        ['the most negative', { price: 1, quantity: 1, money: 1 - 2 ** 53, fraction: 1 - 2 ** 53 }],
      ])('numbers are exact: %s', async (_, { price, quantity, money, fraction }) => {
        const position = aPosition({ quantity: 2 ** 53 - 1, cost: money, mark: null, proceeds: money });
        const exit = anExit({
          triggerMark: price,
          quantity,
          filled: 0,
          proceeds: money,
          fees: money,
          unrealizedPnl: money,
          triggerPnl: fraction,
        });
        const attempt = anAttempt({
          limitPrice: price,
          quantity,
          proceeds: money,
          fees: money,
          status: 'rejected',
        });
        const fill = aFill({ price, quantity, fee: money });
        await commit(
          storing(position),
          { kind: 'exit', exit },
          { kind: 'attempt', attempt },
          { kind: 'fill', fill },
        );
        const expected = { position, evaluation: null, exits: [exit], attempts: [attempt], fills: [fill] };
        expect(await store.position('pos-1')).toEqual(expected);
      });

      test('every field of exits, attempts and fills, null and not null', async () => {
        const full = {
          exit: anExit({
            stage: 1,
            partial: true,
            status: 'filled',
            executedAt: NOON + 1,
            endedAt: NOON + 2,
            note: 'it’s "done"\n\t\\ 🏁',
          }),
          attempt: anAttempt({
            status: 'partial',
            orderType: 'market',
            timeInForce: 'ioc',
            venueOrderId: 'v-1',
            cancelRequested: true,
            filled: 37,
            filledAt: NOON + 1,
            cancelledAt: NOON + 3,
            endedAt: NOON + 3,
            error: 'self, trade {"a":1}',
          }),
          fill: aFill({ maker: true, fee: -5 }),
        };
        const bare = {
          exit: anExit({
            exitId: 'e2',
            number: 2,
            triggerMark: null,
            triggerPnl: null,
            unrealizedPnl: null,
            overruled: [],
          }),
          attempt: anAttempt({
            attemptId: 'e2-1',
            exitId: 'e2',
            clientId: 'p1-e2-1',
            limitPrice: null,
            quantity: 9963,
          }),
        };
        await commit(
          storing(aPosition()),
          { kind: 'attempt', attempt: bare.attempt },
          { kind: 'attempt', attempt: full.attempt },
          { kind: 'exit', exit: bare.exit },
          { kind: 'exit', exit: full.exit },
          { kind: 'fill', fill: full.fill },
        );
        const file = await store.position('pos-1');
        expect(file?.exits).toEqual([full.exit, bare.exit]);
        expect(file?.attempts).toEqual([full.attempt, bare.attempt]);
        expect(file?.fills).toEqual([full.fill]);
      });

      test('methods by version, and the latest of each name', async () => {
        const nba = (version: number) => defaultMethod({ name: 'nba', version });
        await commit(
          { kind: 'method', method: nba(10) },
          { kind: 'method', method: nba(9) },
          { kind: 'method', method: defaultMethod() },
        );
        expect(await store.method('nba', 9)).toEqual(nba(9));
        expect(await store.method('nba', 8)).toBeNull();
        expect(await store.latestMethods()).toEqual([defaultMethod(), nba(10)]);
      });

      test('the journal gives its last entries, oldest first', async () => {
        const entry = (n: number, positionId: string | null) =>
          aDecision({ summary: `entry ${n}`, positionId, exitId: n % 2 ? 'e1' : null, at: NOON - n });
        await commit(...[1, 2, 3].map((n) => ({ kind: 'decision', decision: entry(n, 'pos-1') }) as const));
        await commit(...[4, 5].map((n) => ({ kind: 'decision', decision: entry(n, null) }) as const));
        await commit({ kind: 'decision', decision: entry(6, 'pos-2') });

        const all = await store.decisions({ limit: 99 });
        expect(all.map((decision) => decision.summary)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `entry ${n}`));
        expect(all[0]).toEqual({ ...entry(1, 'pos-1'), id: expect.any(Number) });
        expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => a - b));
        expect((await store.decisions({ limit: 2 })).map((d) => d.summary)).toEqual(['entry 5', 'entry 6']);
        const ofOne = await store.decisions({ positionId: 'pos-1', limit: 2 });
        expect(ofOne.map((d) => d.summary)).toEqual(['entry 2', 'entry 3']);
      });

      test('alerts, open and resolved', async () => {
        const stale = anAlert({ key: 'stale', positionId: null, raisedAt: NOON - 5 });
        await commit({ kind: 'alert', alert: anAlert() }, { kind: 'alert', alert: stale });
        expect(await store.alerts({ open: true })).toEqual([stale, anAlert()]);
        expect(await store.alerts({ open: false })).toEqual([]);

        const resolved = anAlert({ resolvedAt: NOON + 9, times: 3 });
        await commit({ kind: 'alert', alert: resolved });
        expect(await store.alerts({ open: true })).toEqual([stale]);
        expect(await store.alerts({ open: false })).toEqual([resolved]);
      });

      test('callers cannot change what is stored', async () => {
        const position = aBusyPosition();
        await commit(storing(position));
        position.exit!.attempt!.filled = 1;
        position.stages.push('pending');
        const read = await store.position('pos-1');
        expect(read?.position).toEqual(aBusyPosition());
        read!.position.rests.stop_loss = 1;
        expect((await store.position('pos-1'))?.position).toEqual(aBusyPosition());
      });
    });

    describe('several positions', () => {
      test('open ones are listed oldest first, closed ones apart', async () => {
        const opened = (id: string, age: number, phase: 'open' | 'closed' | 'failed') =>
          aPosition({ id, openedAt: NOON - age, phase });
        const [a, b, c, d] = [
          opened('a', 1, 'open'),
          opened('b', 5, 'closed'),
          opened('c', 9, 'failed'),
          opened('Z', 1, 'open'),
        ];
        await commit(...[a, b, c, d].map((position) => storing(position!)));
        expect(await store.openPositionIds()).toEqual(['c', 'Z', 'a']);
        expect(await store.positions({ closed: false })).toEqual([c, d, a]);
        expect(await store.positions({ closed: true })).toEqual([b]);
        expect((await store.openPositions()).map((file) => file.position.id)).toEqual(['c', 'Z', 'a']);

        await commit(storing({ ...c!, phase: 'closed' }));
        expect(await store.openPositionIds()).toEqual(['Z', 'a']);
      });

      test('a start gets the records of unfinished exits only', async () => {
        const ended = { exitId: 'e1', number: 1, endedAt: NOON + 5, status: 'filled' } as const;
        const working = { exitId: 'e2', number: 2 };
        const later = { attemptId: 'e2-1', exitId: 'e2', clientId: 'p1-e2-1', quantity: 9963 };
        await commit(
          storing(aPosition(), anEvaluation()),
          storing(aPosition({ id: 'done', phase: 'closed' })),
          { kind: 'exit', exit: anExit(ended) },
          { kind: 'exit', exit: anExit(working) },
          { kind: 'exit', exit: anExit({ exitId: 'e3', positionId: 'done' }) },
          attempting({ status: 'filled', filled: 37 }),
          attempting(later),
          { kind: 'fill', fill: aFill() },
          { kind: 'fill', fill: aFill({ fillId: 'f2', exitId: 'e2', clientId: 'p1-e2-1', at: NOON + 9 }) },
        );
        expect(await store.openPositions()).toEqual([
          {
            position: aPosition(),
            evaluation: anEvaluation(),
            exits: [anExit(working)],
            attempts: [anAttempt(later)],
            fills: [aFill({ fillId: 'f2', exitId: 'e2', clientId: 'p1-e2-1', at: NOON + 9 })],
          },
        ]);
        expect((await store.position('pos-1'))?.exits).toHaveLength(2);
      });

      test('an exit that ended before its order did is not forgotten', async () => {
        const exit = anExit({ status: 'market_closed', endedAt: NOON });
        await commit(storing(aPosition()), { kind: 'exit', exit }, attempting({ status: 'unknown' }));
        expect(await store.openPositions()).toMatchObject([
          { exits: [exit], attempts: [anAttempt({ status: 'unknown' })] },
        ]);
      });

      test('one commit takes hundreds of writes of all kinds', async () => {
        const ids = Array.from({ length: 1200 }, (_, i) => `pos-${String(i).padStart(4, '0')}`);
        const writes = ids.flatMap((id): StoreWrite[] => [
          storing(aBusyPosition({ id }), anEvaluation()),
          { kind: 'exit', exit: anExit({ exitId: `e-${id}`, positionId: id }) },
          attempting({
            attemptId: `a-${id}`,
            positionId: id,
            exitId: `e-${id}`,
            clientId: `c-${id}`,
            quantity: 9963,
          }),
          {
            kind: 'fill',
            fill: aFill({ fillId: `f-${id}`, positionId: id, exitId: `e-${id}`, clientId: `c-${id}` }),
          },
          { kind: 'decision', decision: aDecision({ positionId: id }) },
        ]);
        await commit(...writes);
        const files = await store.openPositions();
        expect(files.map((file) => file.position.id)).toEqual(ids);
        expect(files.at(-1)).toMatchObject({
          position: aBusyPosition({ id: ids.at(-1)! }),
          fills: [{ fillId: `f-${ids.at(-1)}` }],
        });
        const journal = await store.decisions({ limit: 5000 });
        expect(journal.map((decision) => decision.positionId)).toEqual(ids);
      });

      test('of several writes for one record in a commit the last one counts', async () => {
        await commit(
          storing(aPosition({ mark: 4000 })),
          attempting({ status: 'recorded' }),
          storing(aPosition({ mark: 4100 })),
          attempting({ status: 'submitting' }),
          { kind: 'alert', alert: anAlert({ times: 1 }) },
          { kind: 'alert', alert: anAlert({ times: 2 }) },
        );
        const file = await store.position('pos-1');
        expect(file?.position.mark).toBe(4100);
        expect(file?.attempts).toEqual([anAttempt({ status: 'submitting' })]);
        expect(await store.alerts({ open: true })).toEqual([anAlert({ times: 2 })]);
      });

      test('a commit of nothing only checks the lease', async () => {
        await commit();
        await expect(store.commit(epoch - 1, [])).rejects.toThrow(LeaseLostError);
      });
    });

    describe('invariants', () => {
      const second = (overrides: Partial<AttemptRecord> = {}) =>
        attempting({ attemptId: 'e1-2', number: 2, clientId: 'p1-e1-2', ...overrides });

      test('an attempt for more than is held is refused with all of its commit', async () => {
        const writes = [
          storing(aPosition()),
          { kind: 'exit', exit: anExit() } as const,
          attempting({ quantity: 10_001 }),
          { kind: 'decision', decision: aDecision() } as const,
        ];
        await expect(commit(...writes)).rejects.toThrow(InvariantError);
        expect(await store.position('pos-1')).toBeNull();
        expect(await store.decisions({ limit: 9 })).toEqual([]);
      });

      test('a second attempt beside a live one is refused', async () => {
        await commit(storing(aPosition()), attempting({ quantity: 6000, status: 'working', filled: 5000 }));
        await expect(commit(second({ quantity: 4001 }))).rejects.toThrow(InvariantError);
        await commit(second({ quantity: 4000 }));
      });

      test('what ended attempts sold is gone, what they left is free', async () => {
        const ended = { status: 'cancelled', filled: 37, endedAt: NOON } as const;
        await commit(storing(aPosition()), attempting(ended), { kind: 'fill', fill: aFill() });
        await expect(commit(second({ quantity: 9964 }))).rejects.toThrow(InvariantError);
        await commit(second({ quantity: 9963 }));
      });

      test('a fill counts even where its attempt does not show it yet', async () => {
        await commit(storing(aPosition()), attempting({ status: 'cancelled', endedAt: NOON }), {
          kind: 'fill',
          fill: aFill(),
        });
        await expect(commit(second({ quantity: 9964 }))).rejects.toThrow(InvariantError);
        await commit(second({ quantity: 9963 }));
      });

      test('what was written off cannot be sold', async () => {
        await commit(storing(aPosition({ writtenOff: 2500 })));
        await expect(commit(attempting({ quantity: 7501 }))).rejects.toThrow(InvariantError);
        await commit(attempting({ quantity: 7500 }));
      });

      test('only new attempts are checked: a late fill on an old one must be taken in', async () => {
        await commit(storing(aPosition()), attempting({ status: 'working' }));
        await commit(
          storing(aPosition({ writtenOff: 100 })),
          attempting({ status: 'filled', filled: 10_000 }),
        );
        expect((await store.position('pos-1'))?.attempts[0]?.filled).toBe(10_000);
      });

      test('an attempt for a position nobody stored is refused', async () => {
        await expect(commit(attempting())).rejects.toThrow(InvariantError);
      });

      test('one client id belongs to one attempt', async () => {
        await commit(storing(aPosition()), attempting({ status: 'rejected' }));
        await expect(commit(second({ clientId: 'p1-e1-1' }))).rejects.toThrow(InvariantError);
      });

      test('the same fill again changes nothing', async () => {
        await commit(storing(aPosition()), { kind: 'fill', fill: aFill() }, { kind: 'fill', fill: aFill() });
        await commit({ kind: 'fill', fill: aFill({ at: NOON + 999, maker: true }) });
        expect((await store.position('pos-1'))?.fills).toEqual([aFill()]);
      });

      test.each([{ price: 4901 }, { quantity: 38 }, { fee: 0 }, { clientId: 'p1-e1-9' }])(
        'a fill again with other numbers is refused: %j',
        async (change) => {
          const again: StoreWrite = { kind: 'fill', fill: aFill(change) };
          await commit(storing(aPosition()), { kind: 'fill', fill: aFill() });
          await expect(commit(again, storing(aPosition({ held: true })))).rejects.toThrow(InvariantError);
          expect(await store.position('pos-1')).toMatchObject({
            position: { held: false },
            fills: [aFill()],
          });
          await expect(
            commit({ kind: 'fill', fill: aFill({ fillId: 'g' }) }, again, again),
          ).rejects.toThrow();
        },
      );
    });
  });
}
