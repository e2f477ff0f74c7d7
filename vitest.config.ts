import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // XState's development build takes an actor that starts behind another one's action for a call of assign() in it.
    onConsoleLog: (log) => !log.startsWith('Custom actions should not call `assign()` directly'),
    hookTimeout: 120_000,
    reporters: ['default', './test/support/no-skips-reporter.ts'],
  },
});
