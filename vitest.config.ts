import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from './test/support/patience.ts';
import { SlowFirst } from './test/support/slow-first.ts';

/**
 * The quick rows of the table of failures. `npm run test:failures` runs all rows and the fault matrix, which takes
 * longer than all other tests together.
 */
const FAILURES = ['08-ids', '24-*', '30-*', '31-*', '32-*', '33-*', '76-*'].map(
  (row) => `test/failures/f${row}.test.ts`,
);
const ALL = ['test/!(failures|long)/**/*.test.ts', 'test/*.test.ts', ...FAILURES];

/**
 * Files that change more than their own objects: the environment, or a module that other files use. Replaced clients do
 * not count, because the tests restore them.
 */
const CHANGES_OTHERS = /vi\.(mock|stubEnv|stubGlobal)\(|process\.env = /;

/** These files run alone. The others share processes, so that expensive modules load only once. */
const ALONE = globSync(ALL).filter((file) => CHANGES_OTHERS.test(readFileSync(file, { encoding: 'utf8' })));

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    // With CI set, texts for the terminal would be coloured. The tests expect plain text everywhere.
    env: { NO_COLOR: '1' },
    expect: { poll: { timeout: PATIENCE } },
    // As Node does it: some CommonJS modules of packages have their exports in the default one.
    deps: { interopDefault: false },
    testTimeout: 120_000,
    hookTimeout: 180_000,
    maxWorkers: 4,
    sequence: { sequencer: SlowFirst },
    projects: [
      { extends: true, test: { name: 'shared', isolate: false, include: ALL, exclude: ALONE } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
