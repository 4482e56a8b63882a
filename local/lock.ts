import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Another running system uses the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/**
 * Locks a folder for this process, because two systems would destroy each other's files. The lock of a killed process
 * is taken over.
 * @returns a function that releases the folder
 * @throws {FolderInUse}
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'running.pid');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const holder = Number(read(file));
  if (holder !== process.pid && isOneOfUs(holder)) {
    throw new FolderInUse(`${folder} is in use by process ${holder}: stop it, or choose another folder with --folder`);
  }
  writeFileSync(file, String(process.pid));
  return () => rm(file, { force: true });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * The operating system gives a process number to another program later. So the command line decides, where it can be
 * read.
 */
function isOneOfUs(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = read(`/proc/${pid}/cmdline`);
  return commandLine === '' || /node/.test(commandLine);
}
