import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the lock. */
export const LOCK_FILE = 'running.pid';

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
  const file = join(folder, LOCK_FILE);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Of two that start at the same moment, one creates the file.
  for (let attempt = 1; !creates(file); attempt += 1) {
    const holder = Number(read(file));
    const isHeld = (holder !== process.pid && isOneOfUs(holder)) || attempt > MOST_ATTEMPTS;
    if (isHeld)
      throw new FolderInUse(
        `${folder} is in use by process ${holder}: stop it, or choose another folder with --folder`,
      );
    await rm(file, { force: true });
  }
  return () => rm(file, { force: true });
}

/** Each takes over the lock of a process that is gone. More are needed only if others start at the same moment. */
const MOST_ATTEMPTS = 3;

function creates(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
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
