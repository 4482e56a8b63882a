import { createHash } from 'node:crypto';
import { inGroups } from '../../functions/deletion/in-groups.ts';
import { bucketContent, contentOf } from './content/bucket-content.ts';
import { type CacheEntry, cacheContent, namesVideo } from './content/cache-content.ts';
import { bytesOf, fileContent, isFileOf } from './content/file-content.ts';
import { hashForeignRows } from './content/row-content.ts';
import type { Demo } from './demo.ts';
import type { DemoStores, VideoStorage } from './demo-stores.ts';
import { originalKeyOf } from './video/demo-video.ts';

/** The SHA-256 of things that a deletion must not touch, by what and where they are. */
export type Fingerprints = Record<string, string>;

/** Contents that are read at the same time. */
const CONCURRENCY = 16;

type Source = { name: string; read: () => Promise<Uint8Array> };

/** Every object, version, marker, unfinished upload or file that is not the deleted videos'. */
export async function fingerprintStorage(storage: VideoStorage, { deleted }: Demo): Promise<Fingerprints> {
  const sources: Source[] = [];
  if (storage.kind === 's3') {
    for await (const entry of bucketContent(storage)) {
      const isTheirs = deleted.some((id) => entry.key.startsWith(`videos/${id}/`) || entry.key === originalKeyOf(id));
      // Whether a version is current is not in its name: a neighbour's upload may make it an older one.
      const kind = entry.kind === 'versions' ? 'objects' : entry.kind;
      if (!isTheirs) sources.push({ name: `${kind} ${entry.key} ${entry.id}`, read: () => contentOf(storage, entry) });
    }
  } else {
    for (const entry of await fileContent(storage)) {
      const isTheirs = deleted.some((id) => isFileOf(id, entry));
      if (!isTheirs) sources.push({ name: `file ${entry.root} ${entry.path}`, read: () => bytesOf(storage, entry) });
    }
  }
  return await hashAll(sources);
}

/**
 * Every row and cached value that is not the deleted videos'. Left out is what changes or goes without any deletion: cached
 * values with an end to their life, and the feed's version, a counter made to be raised. Pending reports on the videos are
 * looked at on their own, since they are to change.
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
 * What is not as it was: changed or gone, or there though nobody but a deletion could have put it there. A run that goes on
 * beside the deletion may add to its own video.
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
