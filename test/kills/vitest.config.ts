import { defineConfig } from 'vitest/config';
import { PATIENCE } from '../support/patience.ts';

/** `npm run test:kills`: minutes, not seconds, so it is no part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/kills/kills.ts'],
    expect: { poll: { timeout: PATIENCE } },
    deps: { interopDefault: false },
    testTimeout: 180_000,
    hookTimeout: 1_200_000,
    // The table is for people.
    disableConsoleIntercept: true,
  },
});
