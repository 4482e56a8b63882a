import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILE } from './lock.ts';

/** Says that `npm start` has made the folder, from the first start on. */
const MARKER = '.video-deletion';
/** Where the earlier content stands until a fresh start has succeeded. */
const ASIDE = '.before-fresh-start';
/** The key is older than the marker. */
const KEY_FILE = 'receipt-key.json';

/** A folder that `npm start` has not made. A fresh start would delete what somebody else keeps there. */
export class FolderNotOurs extends Error {
  override name = 'FolderNotOurs';
}

export type PreparedFolder = {
  /** The start has succeeded: deletes what stood aside. */
  succeeded(): Promise<void>;
  /** Puts the content back, unless the start has succeeded. */
  undo(): Promise<void>;
};

/**
 * Prepares a folder that is locked. A fresh start only moves the content aside, and deletes it when the system runs.
 * Whatever is wrong with the settings or the port, all is as it was before. What an interrupted fresh start has left
 * aside is put back first.
 * @throws {FolderNotOurs} for a fresh start in a folder that `npm start` has not made
 */
export async function prepareFolder(folder: string, { isFresh }: { isFresh: boolean }): Promise<PreparedFolder> {
  await putBack(folder);
  const content = await contentOf(folder);
  const isOurs = content.length === 0 || content.includes(MARKER) || content.includes(KEY_FILE);
  if (isFresh && !isOurs)
    throw new FolderNotOurs(
      `${folder} was not created by npm start, so --fresh does not delete it. Delete it yourself, or choose another --folder`,
    );
  if (isFresh && content.length > 0) await moveAside(folder, content);
  if (isOurs) await writeFile(join(folder, MARKER), '');
  let isOver = false;
  return {
    async succeeded() {
      isOver = true;
      await rm(join(folder, ASIDE), { recursive: true, force: true });
    },
    async undo() {
      if (!isOver) await putBack(folder);
    },
  };
}

async function moveAside(folder: string, content: readonly string[]): Promise<void> {
  await mkdir(join(folder, ASIDE), { mode: 0o700 });
  for (const name of content) await rename(join(folder, name), join(folder, ASIDE, name));
}

/** Nothing happens where nothing stands aside. */
async function putBack(folder: string): Promise<void> {
  const content = await contentOf(folder);
  if (!content.includes(ASIDE)) return;
  const aside = await readdir(join(folder, ASIDE));
  for (const name of aside) {
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(join(folder, ASIDE, name), join(folder, name));
  }
  await rm(join(folder, ASIDE), { recursive: true });
}

async function contentOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== LOCK_FILE);
}
