import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run: see `freshDatabase`. */
    postgresUrl: string;
    /** Where templates are synthesised to; gone when the run ends. */
    synthFolder: string;
  }
}

/** Starts what all test files share, once a run; vitest calls what it returns at the end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres();
  provide('postgresUrl', postgres.url);
  const synthFolder = await mkdtemp(join(tmpdir(), 'test-synth-'));
  provide('synthFolder', synthFolder);
  return async () => {
    await postgres.stop();
    await rm(synthFolder, { recursive: true, force: true });
  };
}
