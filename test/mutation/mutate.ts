import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { Group } from './groups.ts';

/** One mutant and what became of it. */
export type Mutant = {
  file: string;
  line: number;
  status: 'Killed' | 'Survived' | 'Timeout' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored' | 'Pending';
  mutator: string;
  replacement: string;
};

/** What a mutated project needs to run its tests; everything else is left out of the copy. */
const COPIED = ['bin', 'functions', 'lib', 'local', 'ops', 'platform', 'test'].map((folder) => `!${folder}/**`);

/**
 * Mutates files in a temporary copy of the project, and runs the tests that cover each mutant. It leaves out code that
 * runs once when a module is loaded, because the tests of a process share it.
 */
export async function mutate({ vitestConfig, related, patience }: Group, files: readonly string[]): Promise<Mutant[]> {
  const tempDirName = await mkdtemp(join(tmpdir(), 'mutation-'));
  try {
    const stryker = new Stryker({
      mutate: [...files],
      plugins: ['@stryker-mutator/vitest-runner', './test/mutation/ignore-messages.ts'],
      ignorers: ['messages'],
      testRunner: 'vitest',
      vitest: { configFile: vitestConfig, related, pool: 'forks' },
      coverageAnalysis: 'perTest',
      ignoreStatic: true,
      ignorePatterns: ['**', ...COPIED, '!package.json', '!tsconfig.json'],
      tempDirName,
      cleanTempDir: 'always',
      concurrency: 2,
      timeoutMS: patience,
      reporters: [],
      // A mutant that never ends is stopped with its process, and at other levels that would fill the log. The type of
      // the level is not exported.
      logLevel: 'error' as never,
      allowEmpty: true,
    });
    return (await stryker.runMutationTest()).map(({ fileName, location, status, mutatorName, replacement }) => ({
      ...{ file: relative('', fileName), line: location.start.line, status },
      ...{ mutator: mutatorName, replacement: replacement.replaceAll(/\s+/g, ' ') },
    }));
  } finally {
    await rm(tempDirName, { recursive: true, force: true });
  }
}
