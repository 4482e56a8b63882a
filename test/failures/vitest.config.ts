import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from '../support/patience.ts';
import { reportRows } from './reporter.ts';

/**
 * These files change nothing outside of their own objects. So they share a process, and load what is slow to load only
 * once.
 */
const SHARED = ['test/failures/f0*.test.ts', 'test/failures/f1[0-8]-*.test.ts'];

/**
 * `vitest run --config test/failures/vitest.config.ts`: provokes every failure, and prints a table with the outcomes.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    expect: { poll: { timeout: PATIENCE } },
    deps: { interopDefault: false },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['minimal', reportRows()],
    projects: [
      { extends: true, test: { name: 'shared', isolate: false, include: SHARED } },
      { extends: true, test: { name: 'alone', include: ['test/failures/*.test.ts'], exclude: SHARED } },
    ],
  },
});
