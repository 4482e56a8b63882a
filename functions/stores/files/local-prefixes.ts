import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { expand, placesIn } from '../../deletion/data-map/data-map.ts';
import { type FailureCode, reasonOf, StepFailed } from '../../deletion/errors.ts';
import type { StoredOriginal } from '../../deletion/orphans/lost-originals.ts';
import type { StoredVideos } from '../../deletion/orphans/orphan.ts';
import { isUuid, type VideoId } from '../../deletion/video-id.ts';
import { idsIn } from '../storage-target.ts';
import type { LocalRoots } from './local-files.ts';
import { findEntries } from './local-tree.ts';

/** The folder of the local layout that contains files of every processed video. */
const FOLDER = 'processed';
/** `processed/<id>`, or a file of a safe name: `processed/videos_<id>_playlist.m3u8`. */
const NAME = /^(?:videos_(?<flat>[^_]+)_.*|(?<own>.*))$/s;
const PAGE = 1000;

/** The videos on a local disk, found by the folder of processed videos. Changes nothing and follows no link. */
export function createLocalPrefixes(roots: LocalRoots): StoredVideos {
  return {
    list: () => list(join(roots.uploads, FOLDER)),
    originals: () => originals(roots.uploads),
    newestAt: (videoId) => newestAt(roots, videoId),
  };
}

async function* list(folder: string): AsyncGenerator<{ videoIds: VideoId[]; foreign: string[] }> {
  const seen = new Set<string>();
  let page: { videoIds: VideoId[]; foreign: string[] } = { videoIds: [], foreign: [] };
  for await (const name of namesIn(folder)) {
    const { flat, own } = NAME.exec(name)?.groups ?? {};
    const id = flat ?? own ?? '';
    if (seen.has(id)) continue;
    if (isUuid(id)) {
      seen.add(id);
      page.videoIds.push(id as VideoId);
    } else page.foreign.push(`${FOLDER}/${name}`);
    if (page.videoIds.length + page.foreign.length < PAGE) continue;
    yield page;
    page = { videoIds: [], foreign: [] };
  }
  yield page;
}

async function* namesIn(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error;
  }
}

/** What stands in the folder of the uploads and in that of the originals. Nothing below their folders. */
async function* originals(uploads: string): AsyncGenerator<StoredOriginal[]> {
  for (const folder of ['', 'originals/']) {
    for await (const name of namesIn(join(uploads, folder))) {
      const key = `${folder}${name}`;
      const writtenAt = await changedAt(Buffer.from(join(uploads, key)));
      if (writtenAt) yield [{ key, ids: idsIn(key), writtenAt }];
    }
  }
}

/** The time of the newest file or folder that a deletion of the video would delete, in any folder. */
async function newestAt(roots: LocalRoots, videoId: VideoId): Promise<Date | undefined> {
  let newest: Date | undefined;
  for (const { root, pattern } of placesIn('files')) {
    const pages = findEntries(roots[root], expand(pattern, { videoId }), { failed: fail, moved: () => {} });
    for await (const page of pages) {
      for (const entry of page) {
        const at = await changedAt(entry.at);
        if (at && (!newest || at > newest)) newest = at;
      }
    }
  }
  return newest;
}

/**
 * When the entry came or was last changed. Tools that copy files keep their old modification times; the time of the
 * last change is the disk's own. A tree that is moved keeps both, but for its top folder.
 */
async function changedAt(path: Buffer): Promise<Date | undefined> {
  try {
    const { mtime, ctime } = await lstat(path);
    return mtime > ctime ? mtime : ctime;
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

function fail(code: FailureCode): never {
  throw new StepFailed(code);
}
