import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * The content of a file that only its owner may read. Creates the file if it does not exist. If several processes
 * create it at the same time, one of them wins and all return what it wrote, never a part of it.
 */
export async function readOrCreateSecret(file: string, create: () => Promise<string>): Promise<string> {
  const found = await readIfThere(file);
  if (found !== undefined) return found;

  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, await create(), { mode: 0o600, flag: 'wx' });
  try {
    // Unlike a rename, a link never replaces an existing file.
    await link(draft, file).catch(unless('EEXIST'));
  } finally {
    await unlink(draft);
  }
  return await readFile(file, 'utf8');
}

/** The content of a file, if there is one. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(unless('ENOENT'));
}

function unless(expected: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code !== expected) throw error;
  };
}
