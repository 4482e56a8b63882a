import { lstat, opendir, readdir } from 'node:fs/promises';
import { type FailureCode, reasonOf, StepFailed } from '../../deletion/errors.ts';

/** A path as the disk has it: names are bytes, and need not be text. */
type Path = Buffer;

/** A folder, or a file: everything else, links included. Only regular files have `bytes`. */
export type Found = { path: Path; isFolder: boolean; bytes: number };

/** Called with the code of what could not be read. The walk continues without it. */
export type OnFailure = (code: FailureCode) => void;

/**
 * Finds what a pattern of the data map names under a root, page by page, each folder after its content. `a/name*` names
 * every entry of `a` that begins so, `a/name/**` the entry `name`; a folder is found with everything in it. Links are
 * never followed: a link that the pattern names is found itself, and a link on the way there is a failure. A missing
 * entry is no failure.
 */
export async function* findEntries(root: string, pattern: string, onFailure: OnFailure): AsyncGenerator<Found[]> {
  const parts = pattern.split('/');
  const last = parts.pop();
  const name = last === '**' ? parts.pop() : undefined;
  try {
    const folder = await stepInto(root, parts);
    if (folder === undefined) return;
    if (name !== undefined) {
      yield* tree(below(folder, Buffer.from(name)), onFailure);
      return;
    }
    const start = `${last}`.replace(/\*$/, '');
    yield* contentOf(folder, () => namesIn(folder, start), onFailure);
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

/** Finds the file with exactly this path under a root. A folder of that name is not it. */
export async function* findFile(root: string, path: string, onFailure: OnFailure): AsyncGenerator<Found[]> {
  const parts = path.split('/');
  const name = Buffer.from(parts.pop() ?? '');
  try {
    const folder = await stepInto(root, parts);
    const stats = folder && (await orMissing(lstat(below(folder, name))));
    if (!folder || !stats || stats.isDirectory()) return;
    yield [{ path: below(folder, name), isFolder: false, bytes: stats.isFile() ? stats.size : 0 }];
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

/** A root that is missing was not mounted: nothing can be said of what it holds. @throws {StepFailed} `RootMissing` */
export async function requireRoot(root: string): Promise<void> {
  if (!(await orMissing(lstat(root)))) throw new StepFailed('RootMissing');
}

/** Walks down from the root and checks that no folder is a link. Undefined when a folder is missing. */
async function stepInto(root: string, parts: readonly string[]): Promise<Path | undefined> {
  let folder: Path = Buffer.from(root);
  for (const part of ['', ...parts]) {
    folder = part === '' ? folder : below(folder, Buffer.from(part));
    const stats = await orMissing(lstat(folder));
    if (!stats) return undefined;
    if (stats.isSymbolicLink()) throw new StepFailed('LinkedFolder');
    if (!stats.isDirectory()) throw new StepFailed('ENOTDIR');
  }
  return folder;
}

/** A folder with files of all videos may be large: only the names that match are kept. */
async function namesIn(folder: Path, start: string): Promise<Buffer[]> {
  const names: Buffer[] = [];
  const wanted = Buffer.from(start);
  for await (const { name } of await opendir(folder, AS_BYTES)) {
    const bytes = name as unknown as Buffer;
    if (bytes.subarray(0, wanted.length).equals(wanted)) names.push(bytes);
  }
  return names;
}

/** Everything in a folder. A name that is listed, then not found, then listed again is a failure, and not gone. */
async function* contentOf(folder: Path, list: () => Promise<Buffer[]>, onFailure: OnFailure): AsyncGenerator<Found[]> {
  const missing: Buffer[] = [];
  for (const name of await list()) {
    const path = below(folder, name);
    if (!(yield* tree(path, onFailure))) missing.push(name);
  }
  if (missing.length === 0) return;
  const listed = await list();
  if (missing.some((name) => listed.some((again) => again.equals(name)))) onFailure('NameNotFound');
}

/** The type of `opendir` does not know what its documentation says. */
const AS_BYTES = { encoding: 'buffer' as BufferEncoding };

function below(folder: Path, name: Buffer): Path {
  return Buffer.concat([folder, Buffer.from('/'), name]);
}

/** An entry, and before it what is in it. @returns false when there is no such entry */
async function* tree(path: Path, onFailure: OnFailure): AsyncGenerator<Found[], boolean> {
  try {
    const stats = await orMissing(lstat(path));
    if (!stats) return false;
    if (!stats.isDirectory()) {
      yield [{ path, isFolder: false, bytes: stats.isFile() ? stats.size : 0 }];
      return true;
    }
    const list = async () => (await orMissing(readdir(path, { encoding: 'buffer' }))) ?? [];
    yield* contentOf(path, list, onFailure);
    yield [{ path, isFolder: true, bytes: 0 }];
  } catch (error) {
    onFailure(reasonOf(error));
  }
  return true;
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) => {
    // No entry can have a name that is too long.
    if (['ENOENT', 'ENAMETOOLONG'].includes(reasonOf(error))) return undefined;
    throw error;
  });
}
