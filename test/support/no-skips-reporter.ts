import type { Reporter, TestModule } from 'vitest/node';

/** Fails the run when a test was skipped or left to do, and ends it with the totals on a line of their own. */
export default class NoSkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let passed = 0;
    let failed = 0;
    const skipped: string[] = [];
    for (const module of modules) {
      if (!module.ok() && module.children.size === 0) failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped.push(`${module.moduleId}: ${test.fullName}`);
      }
    }
    if (skipped.length > 0) {
      process.stdout.write(`\nThese tests did not run:\n${skipped.map((name) => `  ${name}\n`).join('')}`);
      process.exitCode = 1;
      failed += skipped.length;
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  }
}
