import { defineConfig } from 'vitest/config';

/** These change nothing outside their own objects, so their files share processes, and what is costly to load is loaded once. */
const SHARED = ['test/lib/**/*.test.ts', 'test/functions/deletion/**/*.test.ts'];
/** It sets the environment that its functions read. */
const ALONE = ['test/lib/bundles.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: { name: 'shared', isolate: false, testTimeout: 120_000, include: SHARED, exclude: ALONE },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/!(lib)/**/*.test.ts', 'test/*.test.ts', ...ALONE],
          exclude: SHARED.slice(1),
        },
      },
    ],
  },
});
