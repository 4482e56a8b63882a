import { createHash } from 'node:crypto';
import { inGroups } from '../../functions/deletion/in-groups.ts';
import { bucketContent, contentOf } from './content/bucket-content.ts';
import { type CacheEntry, cacheContent, namesVideo } from './content/cache-content.ts';
import { bytesOf, fileContent, isFileOf } from './content/file-content.ts';
import { hashForeignRows } from './content/row-content.ts';
import type { Demo } from './demo.ts';
import type { DemoStores, VideoStorage } from './demo-stores.ts';
import { isOddThing } from './odd-things.ts';
import { originalKeyOf } from './video/video-content.ts';

/** The SHA-256 of things that a deletion must not touch, by kind and place. */
export type Fingerprints = Record<string, string>;

/** How many contents are read at the same time. */
const CONCURRENCY = 16;

type Source = { name: string; read: () => Promise<Uint8Array> };

/** Every object, version, marker, unfinished upload or file that does not belong to the deleted videos. */
export async function fingerprintStorage(storage: VideoStorage, demo: Demo): Promise<Fingerprints> {
  const { deleted } = demo;
  const sources: Source[] = [];
  if (storage.kind === 's3') {
    for await (const entry of bucketContent(storage)) {
      const isTheirs = deleted.some((id) => entry.key.startsWith(`videos/${id}/`) || entry.key === originalKeyOf(id));
      // The name does not say whether a version is current, because a neighbour's upload may make it noncurrent.
      const kind = entry.kind === 'versions' ? 'objects' : entry.kind;
      if (isTheirs || isOddThing(storage, demo, entry.key)) continue;
      sources.push({ name: `${kind} ${entry.key} ${entry.id}`, read: () => contentOf(storage, entry) });
    }
  } else {
    for (const entry of await fileContent(storage)) {
      const isTheirs = deleted.some((id) => isFileOf(id, entry)) || isOddThing(storage, demo, entry.path);
      if (!isTheirs) sources.push({ name: `file ${entry.root} ${entry.path}`, read: () => bytesOf(storage, entry) });
    }
  }
  return await hashAll(sources);
}

/**
 * Every row and cached value that does not belong to the deleted videos. It leaves out what changes without any
 * deletion: cached values that expire, and the version of the feed, which is a counter. Pending reports on the videos
 * are checked separately, because they must change.
 */
export async function fingerprintRecords({ db, redis }: DemoStores, demo: Demo): Promise<Fingerprints> {
  const [rows, cached] = await Promise.all([hashForeignRows(db, demo.deleted), cacheContent(redis)]);
  const foreign = rows.filter(({ key }) => !demo.pendingReports.includes(key));
  const lasting = cached.filter((entry) => !entry.expires && entry.key !== 'feed:version' && !isCopyOf(demo, entry));
  return {
    ...Object.fromEntries(foreign.map(({ table, key, sha256 }) => [`row ${table} ${key}`, sha256])),
    ...Object.fromEntries(lasting.map(({ key, value }) => [`cached ${key}`, sha256Of(Buffer.from(value))])),
  };
}

/**
 * What differs: it was changed, is gone, or was added though only a deletion could have added it. A run that goes on
 * during the deletion may add to its own video.
 */
export function differences(before: Fingerprints, after: Fingerprints, { processingId }: Demo): string[] {
  const lost = Object.keys(before).filter((name) => !(name in after));
  const changed = Object.keys(before).filter((name) => name in after && after[name] !== before[name]);
  const isWritten = (name: string) => /^(objects|file) /.test(name) && name.includes(processingId);
  const added = Object.keys(after).filter((name) => !(name in before) && !isWritten(name));
  return [
    ...lost.map((name) => `is gone: ${name}`),
    ...changed.map((name) => `was changed: ${name}`),
    ...added.map((name) => `was added: ${name}`),
  ];
}

function isCopyOf({ deleted }: Demo, entry: CacheEntry): boolean {
  return deleted.some((id) => namesVideo(entry, id));
}

async function hashAll(sources: readonly Source[]): Promise<Fingerprints> {
  const hashes = await inGroups(
    sources,
    CONCURRENCY,
    async ({ name, read }) => [name, sha256Of(await read())] as const,
  );
  return Object.fromEntries(hashes);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
