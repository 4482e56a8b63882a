import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { FileStorage } from '../demo-stores.ts';

/** A file or link: its storage folder, and its path below it with slashes. */
export type FileEntry = { root: 'uploads' | 'processing' | 'outside'; path: string };

const ROOTS = ['uploads', 'processing', 'outside'] as const;

/** Every file and link in the folders. Links are not followed. */
export async function fileContent(storage: FileStorage): Promise<FileEntry[]> {
  const found = await Promise.all(
    ROOTS.map(async (root) => {
      const entries = await readdir(storage[root], { recursive: true, withFileTypes: true }).catch(ifMissing);
      const files = entries.filter((entry) => !entry.isDirectory());
      return files.map(({ parentPath, name }) => ({ root, path: relativeTo(storage[root], join(parentPath, name)) }));
    }),
  );
  return found.flat();
}

/** The bytes of a file, or the target of a link. */
export async function bytesOf(storage: FileStorage, { root, path }: FileEntry): Promise<Uint8Array> {
  const file = join(storage[root], path);
  return (await lstat(file)).isSymbolicLink() ? Buffer.from(`-> ${await readlink(file)}`) : await readFile(file);
}

/**
 * Whether the file belongs to the video, by its name alone. It does not use the deletion's own rules, so that it can
 * find their mistakes.
 */
export function isFileOf(videoId: string, { root, path }: FileEntry): boolean {
  if (root === 'outside') return false;
  if (root === 'processing') return path.startsWith(`${videoId}/`);
  const named = [`${videoId}.`, `originals/${videoId}.`, `processed/videos_${videoId}_`, `processed/${videoId}/`];
  return named.some((start) => path.startsWith(start));
}

function relativeTo(root: string, file: string): string {
  return file.slice(join(root, sep).length).replaceAll(sep, '/');
}

function ifMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
