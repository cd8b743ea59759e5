import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes every run with one plain line that people and machines can read: `N passed, N failed, N skipped`.
 * Before it, each test that passed only when it was run once more, and what failed the first time.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        count[state] += 1;
        tests += 1;
        if (test.diagnostic()?.flaky === true) {
          process.stdout.write(
            `\nPassed in its second run: ${test.fullName} (${errors?.[0]?.message ?? 'no message'})`,
          );
        }
      }
      // A file that does not even load has no tests to count, and must not read as none failed.
      if (module.state() === 'failed' && tests === 0) count.failed += 1;
    }
    process.stdout.write(
      `\n${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped\n`,
    );
  }
}
