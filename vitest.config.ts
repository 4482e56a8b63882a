import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from './test/support/patience.ts';
import { SlowFirst } from './test/support/slow-first.ts';

/**
 * Of the table of failures, what is quick. `npm run test:failures` runs all of it, the fault matrix too, which takes longer than
 * all other tests together.
 */
const FAILURES = ['08-ids', '24-*', '30-*', '31-*', '32-*', '33-*', '76-*'].map(
  (row) => `test/failures/f${row}.test.ts`,
);
const ALL = ['test/!(failures|long)/**/*.test.ts', 'test/*.test.ts', ...FAILURES];

/** What changes more than its own objects: the environment, or a module that other files use, too. Replaced clients are put back. */
const CHANGES_OTHERS = /vi\.(mock|stubEnv|stubGlobal)\(|process\.env = /;

/** The other files share processes, so that what is costly to load is loaded once. */
const ALONE = globSync(ALL).filter((file) => CHANGES_OTHERS.test(readFileSync(file, { encoding: 'utf8' })));

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // Where CI is set, words for the terminal would be coloured; the tests read them plain everywhere.
    env: { NO_COLOR: '1' },
    expect: { poll: { timeout: PATIENCE } },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    projects: [
      { extends: true, test: { name: 'shared', isolate: false, include: ALL, exclude: ALONE } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
