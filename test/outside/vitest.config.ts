import { defineConfig } from 'vitest/config';

/**
 * `npm run test:outside`: the real command-line programs against stand-ins on this machine. No part of `npm test`,
 * because it needs programs that npm does not install.
 */
export default defineConfig({
  test: {
    include: ['test/outside/runbook.ts', 'test/functions/stores/redis/redis-rights.test.ts'],
    globalSetup: ['test/outside/programs.ts', 'test/support/global-setup.ts'],
    deps: { interopDefault: false },
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
