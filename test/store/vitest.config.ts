import { defineConfig } from 'vitest/config';

/** `npm run test:store`: against a real server, which the caller names. */
export default defineConfig({
  test: {
    include: ['test/store/store.ts'],
    deps: { interopDefault: false },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
