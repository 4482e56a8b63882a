import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from '../support/patience.ts';
import { reportRows } from './reporter.ts';

/** These change nothing outside their own objects, so their files share a process, and what is costly to load is loaded once. */
const SHARED = ['test/failures/f0*.test.ts', 'test/failures/f1[0-8]-*.test.ts'];

/** `vitest run --config test/failures/vitest.config.ts`: every failure is provoked, and a table says what became of it. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    expect: { poll: { timeout: PATIENCE } },
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
