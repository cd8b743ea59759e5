import { defineConfig } from 'vitest/config';

/** Packages are read from their sources, so that a test never runs against a stale build. */
const source = {
  resolve: { conditions: ['@deskbeacon/source'] },
  ssr: { resolve: { conditions: ['@deskbeacon/source'] } },
};

export default defineConfig({
  test: {
    reporters: ['default', './summary-reporter.ts'],
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: ['*.test.ts', '{proximity-core,beacon,cli,hil-tests}/src/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
        },
      },
      {
        ...source,
        test: {
          name: 'rigs',
          include: ['hil-tests/test/**/*.test.ts'],
          // Real processes in real time on two cores: one after the other, or they disturb each other's clocks.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
