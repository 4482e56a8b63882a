import { lstat, opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FailureCode, reasonOf, StepFailed } from '../../deletion/errors.ts';

/** A folder, or a file: everything else, links included. Only regular files have `bytes`. */
export type Found = { path: string; isFolder: boolean; bytes: number };

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
    const names = name === undefined ? await namesIn(folder, `${last}`.replace(/\*$/, '')) : [name];
    for (const named of names) yield* tree(join(folder, named), onFailure);
  } catch (error) {
    onFailure(reasonOf(error));
  }
}

/** Walks down from the root and checks that no folder is a link. Undefined when a folder is missing. */
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

/** A folder with files of all videos may be large: only the names that match are kept. */
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
