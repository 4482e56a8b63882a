import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { inject, vi } from 'vitest';

const CONFIG = fileURLToPath(new URL('../../web/vite.config.ts', import.meta.url));

/** The page as it is shipped, built once in a run, whichever file needs it first. @returns its folder */
export async function builtPage(): Promise<string> {
  const folder = join(inject('runFolder'), 'page');
  if (existsSync(folder)) return folder;
  const building = mkdtempSync(`${folder}-`);
  // Under the test runner's own mode Vite would build Vue with its warnings, which is not what is shipped.
  vi.stubEnv('NODE_ENV', 'production');
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: building } });
  vi.unstubAllEnvs();
  try {
    renameSync(building, folder);
  } catch (error) {
    // Another file was first; what it built is the same.
    rmSync(building, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
