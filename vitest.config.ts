import { defineConfig } from 'vitest/config';

const PROCESSES = ['test/e2e/kalshi.test.ts', 'test/e2e/circle.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Much of it waits for other processes: one worker alone leaves a core idle.
    maxWorkers: 2,
    // XState's development build takes an actor that starts behind another one's action for a call of assign() in it.
    onConsoleLog: (log) => !log.startsWith('Custom actions should not call `assign()` directly'),
    hookTimeout: 120_000,
    reporters: ['default', './test/support/no-skips-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: PROCESSES,
          sequence: { groupOrder: 0 },
        },
      },
      // Three processes that trade in real time want the machine to themselves.
      {
        extends: true,
        test: { name: 'alone', include: PROCESSES, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
