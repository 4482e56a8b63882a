import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Another system that is alive works in the folder. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
}

/**
 * Takes a folder for this process: two systems on one set of files would destroy them. A lock whose process was killed is
 * taken over.
 * @returns what gives the folder back
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

/** A number is given to another program once its process is gone, so where the command line can be seen, it decides. */
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
