import { describe, expect, test } from 'vitest';
import { onStage } from './on-stage.ts';
import { crashExchange } from './outages.ts';
import { until } from './until.ts';

const TIMEOUT = { timeout: 480_000 };

describe('on PGlite', () => {
  test(
    'the exchange dies in the middle of exits: said, nothing given up, and sold when it is back',
    TIMEOUT,
    async () => {
      await onStage({ seed: 5, markets: 6, settles: false, postgres: null }, async (stage) => {
        const life = stage.start();
        await life.ready;
        await crashExchange(stage, 0, async () => {
          const orphaned = async () => {
            const { body } = await life.ask('/alerts');
            return body.some(({ kind }: { kind: string }) => kind === 'position_orphaned');
          };
          await until('what has no quotes is orphaned', 30_000, orphaned);
          const refused = () => life.log().includes('ECONNREFUSED');
          await until('the exchange is asked in vain', 30_000, refused);
        });
        await stage.settle(life);
        expect(stage.differences).toEqual([]);
      });
    },
  );

  test('a frozen daemon keeps its folder, and goes on', TIMEOUT, async () => {
    await onStage({ seed: 6, markets: 6, settles: false, postgres: null }, async (stage) => {
      const frozen = stage.start();
      await frozen.ready;
      await stage.orderUnderWay();
      frozen.signal('SIGSTOP');
      const rival = stage.start({ host: 'localhost' });
      expect(await rival.exited).toBe(1);
      expect(rival.log()).toContain(`is in use by process ${frozen.pid}`);
      frozen.signal('SIGCONT');
      await stage.settle(frozen);
      expect(stage.differences).toEqual([]);
    });
  });
});
