import { defineConfig } from 'vitest/config';

/** Packages are read from their sources, so that a test never runs against a stale build. */
const source = {
  resolve: { conditions: ['@deskbeacon/source'] },
  ssr: { resolve: { conditions: ['@deskbeacon/source'] } },
};

/** Where nobody can look again, what failed in real time is run once more; summary-reporter.ts names it. */
const retry = process.env.CI === undefined ? 0 : 1;

export default defineConfig({
  test: {
    reporters: ['default', './summary-reporter.ts'],
    // Two cores are enough for all of it, and what there is on the smallest machine that counts.
    maxWorkers: 2,
    projects: [
      {
        ...source,
        test: {
          name: 'core',
          include: [
            '*.test.ts',
            'proximity-core/{src,benchmark}/**/*.test.ts',
            'hil-tests/src/{air,calls,demo,evidence,fuzz,instruments,softphone}/**/*.test.{ts,tsx}',
          ],
          // Pure code keeps no state in its modules (tidy.test.ts sees to it for the core), so files may share a worker.
          isolate: false,
          exclude: ['**/node_modules/**'],
          testTimeout: 20_000,
        },
      },
      {
        ...source,
        test: {
          name: 'unit',
          // bleno is one per process, and programs are children of the test: each file has a process of its own.
          include: ['{beacon,cli}/src/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
          retry,
        },
      },
      {
        ...source,
        test: {
          name: 'rigs',
          include: ['hil-tests/test/**/*.test.ts'],
          // Real processes in real time on two cores: one after the other, or they disturb each other's clocks.
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
          retry,
        },
      },
      {
        ...source,
        test: {
          name: 'compatibility',
          // The built package in other engines, bundlers and beside other libraries; .ci/setup installs them.
          include: ['proximity-core/compatibility/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
