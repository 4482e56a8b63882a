import { constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, open, readlink } from 'node:fs/promises';
import { type FailureCode, reasonOf, StepFailed } from '../../deletion/errors.ts';

/** A path as the disk has it: names are bytes, and need not be text. */
export type Path = Buffer;

/**
 * A folder that is open. `path`: where it was found. `at`: the path for calls. On Linux, it leads through the open
 * descriptor, so it means this folder and no other, whatever takes its place meanwhile.
 */
export type OpenFolder = { path: Path; at: Path; close(): Promise<void>; isInPlace(): Promise<boolean> };

/** Where Linux shows the open descriptors of a process. Other systems have nothing like it. */
const DESCRIPTORS = '/proc/self/fd';
const HAS_DESCRIPTORS = existsSync(DESCRIPTORS);

/**
 * Opens a folder, but no link. Undefined when there is none.
 * @param at the path by which to open it, if that is not `path`
 * @throws {StepFailed} `LinkedFolder` for a link, `ENOTDIR` for anything else
 */
export async function openFolder(path: Path, at = path): Promise<OpenFolder | undefined> {
  const stats = await orMissing(lstat(at));
  if (!stats) return undefined;
  if (!stats.isDirectory()) throw new StepFailed(stats.isSymbolicLink() ? 'LinkedFolder' : 'ENOTDIR');
  if (!HAS_DESCRIPTORS) return { path, at, close: async () => {}, isInPlace: async () => true };
  const handle = await orMissing(openItself(at));
  return handle && (await throughDescriptor(path, handle));
}

/** What took the folder's place since it was looked at is refused. */
async function openItself(at: Path): Promise<FileHandle> {
  try {
    return await open(at, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const isOther = ['ELOOP', 'ENOTDIR'].includes(reasonOf(error));
    throw isOther ? new StepFailed('LinkedFolder' satisfies FailureCode, {}, { cause: error }) : error;
  }
}

async function throughDescriptor(path: Path, handle: FileHandle): Promise<OpenFolder> {
  const at = Buffer.from(`${DESCRIPTORS}/${handle.fd}`);
  const place = () => readlink(at, { encoding: 'buffer' });
  const first = await place();
  return { path, at, close: () => handle.close(), isInPlace: async () => (await place()).equals(first) };
}

/** The path of a name in a folder. */
export function below(folder: Path, name: Buffer): Path {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}

export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) => {
    // No entry can have a name that is too long.
    if (['ENOENT', 'ENAMETOOLONG'].includes(reasonOf(error))) return undefined;
    throw error;
  });
}
