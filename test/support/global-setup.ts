import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run: see `freshDatabase`. */
    postgresUrl: string;
    /** For what is made once in a run: templates, the page. Gone when the run ends. */
    runFolder: string;
  }
}

/** Starts what all test files share, once a run; vitest calls what it returns at the end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres();
  provide('postgresUrl', postgres.url);
  const runFolder = await mkdtemp(join(tmpdir(), 'test-run-'));
  provide('runFolder', runFolder);
  return async () => {
    await postgres.stop();
    await rm(runFolder, { recursive: true, force: true });
  };
}
