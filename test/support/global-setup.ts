import type { TestProject } from 'vitest/node';
import { startTestPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for this run: see `freshDatabase`. */
    postgresUrl: string;
  }
}

/** Starts what all test files share, once a run; vitest calls what it returns at the end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const postgres = await startTestPostgres();
  provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
