import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { contentTypeOf, localPathOf } from '../../platform/video-files.ts';
import type { Origin, OriginAnswer } from './edge-cache.ts';

/** Serves the local file layout under the paths that a bucket would have. It serves nothing outside of the folder. */
export function fileOrigin(uploadsDirectory: string): Origin {
  const root = resolve(uploadsDirectory) + sep;
  return async (path) => {
    const key = keyOf(path);
    const file = resolve(root, localPathOf(key ?? ''));
    if (key === undefined || !file.startsWith(root)) return notFound();
    try {
      return { status: 200, headers: { 'content-type': contentTypeOf(key) }, body: await readFile(file) };
    } catch (error) {
      if (isAbsent(error)) return notFound();
      throw error;
    }
  };
}

/** Undefined if the path has a broken encoding or a NUL, which no file name can contain. */
function keyOf(path: string): string | undefined {
  try {
    const key = decodeURIComponent(path).replace(/^\/+/, '');
    return key.includes('\0') ? undefined : key;
  } catch {
    return undefined;
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code));
}

function notFound(): OriginAnswer {
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Not found') };
}
