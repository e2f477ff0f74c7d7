import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OwnPostgres, startOwnPostgres } from '../support/postgres.ts';
import { onStage } from './on-stage.ts';
import { crashDatabase } from './outages.ts';
import { playTakeover } from './takeover.ts';

const TIMEOUT = { timeout: 480_000 };

describe('on PostgreSQL', () => {
  let postgres: OwnPostgres;
  beforeAll(async () => {
    postgres = await startOwnPostgres({ fsync: true });
  });
  afterAll(() => postgres.stop());

  test('a frozen daemon whose lease another has taken trades no more, and ends', TIMEOUT, async () => {
    await onStage({ seed: 3, markets: 6, settles: false, postgres }, async (stage, folder) => {
      const { heir, end, words, sentAfterwards } = await playTakeover(stage, folder);
      expect([end, sentAfterwards]).toEqual([1, 0]);
      expect(words).toMatch(/lease/);
      await stage.settle(heir);
      expect(stage.differences).toEqual([]);
    });
  });

  test(
    'it dies in the middle of exits: they go on from the journal file, and are in it afterwards',
    TIMEOUT,
    async () => {
      const options = { seed: 4, markets: 6, settles: false, leaseMs: 30_000, postgres };
      await onStage(options, async (stage) => {
        const first = stage.start();
        await first.ready;
        const { life, orders } = await crashDatabase(stage, postgres, first, 2_000);
        expect(life).toBe(first);
        expect(orders).toBeGreaterThan(0);
        await stage.settle(life);
        expect(stage.differences).toEqual([]);
      });
    },
  );
});
