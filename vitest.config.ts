import { defineConfig } from 'vitest/config';

const ALL = ['test/**/*.test.ts'];
/** They start programs and databases and wait for them. */
const PROGRAMS = [
  'test/e2e/**/*.test.ts',
  'test/exchange-server/program.test.ts',
  'test/processes/**/*.test.ts',
  'test/seeds/seeds.test.ts',
  'test/services/{doctor-storage,journal-file,store,store-embedded,store-upgrade}.test.ts',
];
/** They start a browser. */
const PAGE = ['test/page/**/*.test.ts'];

/** One kind of tests after another: workers of one kind are no more than the machine bears. */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // XState's development build takes an actor that starts behind another one's action for a call of assign() in it.
    onConsoleLog: (log) => !log.startsWith('Custom actions should not call `assign()` directly'),
    reporters: ['default', './test/support/no-skips-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'in process',
          include: ALL,
          exclude: [...PROGRAMS, ...PAGE],
          // Loading the tree anew for each file takes as long as half of these tests.
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'programs', include: PROGRAMS, maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'page', include: PAGE, maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
