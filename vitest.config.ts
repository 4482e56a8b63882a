import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

/** These change nothing outside their own objects, so their files share processes, and what is costly to load is loaded once. */
const SHARED = ['test/lib/**/*.test.ts', 'test/functions/deletion/**/*.test.ts'];
/**
 * Of the table of failures, what is quick. `npm run test:failures` runs all of it, the fault matrix too, which takes longer than
 * all other tests together.
 */
const FAILURES = ['08-ids', '24-*', '26-*', '30-*', '31-*', '32-*', '33-*'].map(
  (row) => `test/failures/f${row}.test.ts`,
);

/** It sets the environment that its functions read. */
const ALONE = ['test/lib/bundles.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, testTimeout: 120_000, include: SHARED, exclude: ALONE },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/!(lib|failures)/**/*.test.ts', 'test/*.test.ts', ...FAILURES, ...ALONE],
          exclude: SHARED.slice(1),
        },
      },
    ],
  },
});
