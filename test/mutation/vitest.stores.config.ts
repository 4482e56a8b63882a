import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { PATIENCE } from '../support/patience.ts';

/** The tests of the stores, on the simulators and PostgreSQL, as in the suite. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/functions/stores/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    isolate: false,
    expect: { poll: { timeout: PATIENCE } },
    deps: { interopDefault: false },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
