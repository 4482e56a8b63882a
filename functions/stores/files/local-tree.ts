import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, StepFailed } from '../../deletion/errors.ts';

/** A file (anything but a folder: links too) or a folder. `bytes` is 0 for all but regular files. */
export type Found = { path: string; isFolder: boolean; bytes: number };

/** Told the code of what could not be read; the walk goes on beside it. */
export type OnFailure = (code: string) => void;

/**
 * What a pattern of the data map names under a root, page by page, each folder after its content: `a/name*` every entry
 * of `a` that begins so, `a/name/**` the entry `name` itself; folders with all they hold. Links are never followed: one
 * that is named is found itself, and one on the way there is a failure. What is not there is no failure.
 */
export async function* findEntries(root: string, pattern: string, onFailure: OnFailure): AsyncGenerator<Found[]> {
  const parts = pattern.split('/');
  const last = parts.pop();
  const name = last === '**' ? parts.pop() : undefined;
  try {
    const folder = await stepInto(root, parts);
    if (folder === undefined) return;
    const names = name === undefined ? await namesIn(folder, `${last}`.replace(/\*$/, '')) : [name];
    for (const named of names) yield* tree(join(folder, named), onFailure);
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

/** Walks down from the root, folder by folder, so that none of them is a link. Undefined where one is missing. */
async function stepInto(root: string, parts: readonly string[]): Promise<string | undefined> {
  let folder = root;
  for (const part of ['', ...parts]) {
    folder = join(folder, part);
    const stats = await orMissing(lstat(folder));
    if (!stats) return undefined;
    if (stats.isSymbolicLink()) throw new StepFailed('LinkedFolder');
    if (!stats.isDirectory()) throw new StepFailed('ENOTDIR');
  }
  return folder;
}

/** A folder of all videos' files may be large: only the names that matter are kept. */
async function namesIn(folder: string, start: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) if (name.startsWith(start)) names.push(name);
  return names;
}

async function* tree(path: string, onFailure: OnFailure): AsyncGenerator<Found[]> {
  try {
    const stats = await orMissing(lstat(path));
    if (!stats) return;
    if (!stats.isDirectory()) return yield [{ path, isFolder: false, bytes: stats.isFile() ? stats.size : 0 }];
    for (const name of (await orMissing(readdir(path))) ?? []) yield* tree(join(path, name), onFailure);
    yield [{ path, isFolder: true, bytes: 0 }];
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await answer.catch((error: unknown) => {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}
