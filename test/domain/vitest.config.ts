import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const worldInMemory = fileURLToPath(new URL('world-in-memory.ts', import.meta.url));
/** What takes longest comes last: `npm run test:mutation` uses this config too, and most mutants are dead by then. */
const LAST = ['video-id.test.ts', 'schedules.test.ts', 'stray-keys.test.ts', 'parse-storage-key.test.ts'];

class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LAST.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => place(a) - place(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** The tests of the domain with every store in memory. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [
    {
      name: 'world-in-memory',
      enforce: 'pre',
      resolveId: (source, importer) =>
        source === './world.ts' && importer?.endsWith('use-world.ts') ? worldInMemory : undefined,
    },
  ],
  test: {
    include: ['test/functions/deletion/**/*.test.ts'],
    // It takes longer than all others together, and runs with `npm test`.
    exclude: ['**/lifecycle-walk.test.ts'],
    isolate: false,
    testTimeout: 10_000,
    maxWorkers: 1,
    env: { SCHEDULE_RUNS: '40' },
    sequence: { sequencer: QuickFirst },
  },
});
