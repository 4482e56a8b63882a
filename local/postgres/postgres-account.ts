import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, lchown, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** A program with its arguments, and the account to run it as, for `child_process.spawn`. */
export type Command = { file: string; args: string[]; account: { uid?: number; gid?: number } };

/** How to run PostgreSQL on this machine. It refuses to run as root. */
export type PostgresAccount = {
  /** The folder of the database and its log: `folder`, or another one if the account cannot reach it. */
  home: string;
  command(program: keyof PostgresBinaries, args: string[]): Command;
};

/** The unprivileged account `nobody`, which every Unix has. */
const NOBODY = 65_534;
const AS_NOBODY = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];

/**
 * Not as root: PostgreSQL runs as the current user. As root: it runs in a user namespace as `nobody`, but our files
 * still belong to it. As root without namespaces (most containers): it runs as the real `nobody`. `namespaces` says
 * whether namespaces may be used; by default this is tried out.
 */
export async function choosePostgresAccount(
  binaries: PostgresBinaries,
  folder: string,
  namespaces: boolean = haveNamespaces(),
): Promise<PostgresAccount> {
  await mkdir(folder, { recursive: true });
  if (process.getuid?.() !== 0) return asOurselves(binaries, folder);
  return namespaces ? inNamespace(binaries, folder) : asNobody(binaries, folder);
}

function haveNamespaces(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', [...AS_NOBODY, 'true']).status === 0;
}

function asOurselves(binaries: PostgresBinaries, home: string): PostgresAccount {
  return { home, command: (program, args) => ({ file: binaries[program], args, account: {} }) };
}

async function inNamespace(binaries: PostgresBinaries, home: string): Promise<PostgresAccount> {
  await giveTo(0, home);
  return {
    home,
    command: (program, args) => ({ file: 'unshare', args: [...AS_NOBODY, binaries[program], ...args], account: {} }),
  };
}

/**
 * The real `nobody` may have no access to the installation or the folder, for example below a private home directory.
 */
async function asNobody(binaries: PostgresBinaries, folder: string): Promise<PostgresAccount> {
  const home = (await isOpenToAll(dirname(folder))) ? folder : await ownTemporaryFolder(folder);
  const installation = dirname(dirname(binaries.postgres));
  const copy = await copyInto(home, installation, binaries.postgres);
  await giveTo(NOBODY, home);
  return {
    home,
    command: (program, args) => ({
      file: join(copy, relative(installation, binaries[program])),
      args,
      account: { uid: NOBODY, gid: NOBODY },
    }),
  };
}

async function isOpenToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || isOpenToAll(parent);
}

/** The same folder gets the same result each time, so that the data is found again. */
async function ownTemporaryFolder(folder: string): Promise<string> {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const home = join(tmpdir(), `postgres-${name}`);
  await mkdir(home, { mode: 0o700, recursive: true });
  const { uid } = await lstat(home);
  if (uid !== 0 && uid !== NOBODY) throw new Error(`${home} belongs to another account`);
  return home;
}

/** Copies the installation once. Another version of it gets another copy. */
async function copyInto(home: string, installation: string, program: string): Promise<string> {
  const { size, mtimeMs } = await stat(program);
  const copy = join(home, `programs-${size}-${Math.trunc(mtimeMs)}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(installation, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy);
  return copy;
}

/** PostgreSQL must own its data, and an earlier start may have run under the other account. */
async function giveTo(owner: number, home: string): Promise<void> {
  const entries = await readdir(home, { recursive: true });
  for (const entry of ['', ...entries]) {
    await lchown(join(home, entry), owner, owner).catch(ignoreMissing);
  }
}

/** A server that still runs creates and deletes files at the same time, so a file may vanish. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
