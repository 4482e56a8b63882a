import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How long a server may take to close its connections and write its data, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Stops a server whose starting process was killed, so that the data folder is free again. `owner` is the process that
 * used the folder last.
 * @throws when that process is still running: then its server is no orphan
 */
export async function stopOrphan(dataFolder: string, owner: number | undefined): Promise<void> {
  const lock = join(dataFolder, 'postmaster.pid');
  const pid = await pidIn(lock);
  if (pid === undefined) return;
  if (await isServerOf(dataFolder, pid)) {
    if (owner !== undefined && isAlive(owner))
      throw new Error(`Process ${owner} is using the database in ${dataFolder}`);
    await stopServer(dataFolder, pid);
  }
  // A crash left the lock file, and its process number may belong to another process by now. PostgreSQL would refuse to
  // start.
  await rm(lock, { force: true });
}

/** Ends a server and its clients' connections. If it does not stop in time, it is killed. */
async function stopServer(dataFolder: string, pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    process.kill(pid, signal);
    const deadline = Date.now() + PATIENCE;
    while (Date.now() < deadline) {
      if (!(await isServerOf(dataFolder, pid))) return;
      await wait(20);
    }
  }
}

async function pidIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/**
 * Whether the process is our server. Process numbers are reused, so the command line must name our folder. A process
 * that has ended but is still listed has no command line.
 */
async function isServerOf(dataFolder: string, pid: number): Promise<boolean> {
  const commandLine = await commandLineOf(pid);
  return /postgres/.test(commandLine) && commandLine.includes(`-D ${dataFolder} `);
}

async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return text.replaceAll('\0', ' ');
  }
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
