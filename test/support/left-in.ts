import { readdir } from 'node:fs/promises';
import {
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { createClient } from '@redis/client';
import { sql } from 'kysely';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { cacheKeys } from '../../local/demo/content/cache-content.ts';
import type { System } from '../../local/system.ts';

/** Looks into the stores of a running system past all of our code: the SDK, plain SQL, every key of the cache. */

const TABLES = ['views', 'votes', 'user_liked_videos', 'share_links', 'share_clicks', 'processing_runs', 'video_stats'];

/** How much each store still holds of a video; nothing anywhere is `{}`. */
export async function leftIn(system: System, videoId: string): Promise<Record<string, number>> {
  const stored = await storedNames(system);
  const cached = Object.entries(await cacheEntries(system)).filter(([key]) => key !== `video:${videoId}:gone`);
  const counts = {
    ...(await rowsOf(system, videoId)),
    storage: stored.filter((name) => name.includes(videoId)).length,
    cache: cached.filter((entry) => entry.join(' ').includes(videoId)).length,
    edge: system.parts.edge?.cached().filter((path) => path.includes(videoId)).length ?? 0,
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Everything that storage holds: a line for each version, delete marker and upload; or each file's path. */
export async function storedNames({ settings }: Pick<System, 'settings'>): Promise<string[]> {
  if (settings.VIDEO_STORAGE === 'local') return filesBelow([settings.UPLOADS_DIR, settings.PROCESSING_DIR]);
  const client = new S3Client({ ...clientSettings(settings.STORAGE_ENDPOINT ?? ''), forcePathStyle: true });
  const Bucket = settings.VIDEO_BUCKET;
  const names: string[] = [];
  let page: ListObjectVersionsCommandOutput | undefined;
  try {
    do {
      const from = { KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker };
      page = await client.send(new ListObjectVersionsCommand({ Bucket, ...from }));
      const { Versions = [], DeleteMarkers = [] } = page;
      names.push(...Versions.map(({ Key, VersionId, ETag }) => `${Key} ${VersionId} ${ETag}`));
      names.push(...DeleteMarkers.map(({ Key, VersionId }) => `${Key} ${VersionId} marker`));
    } while (page.IsTruncated);
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    return [...names, ...Uploads.map(({ Key, UploadId }) => `${Key} ${UploadId} upload`)];
  } finally {
    client.destroy();
  }
}

async function filesBelow(roots: string[]): Promise<string[]> {
  const found = await Promise.all(roots.map((root) => readdir(root, { recursive: true, withFileTypes: true })));
  return found.flat().map(({ parentPath, name }) => `${parentPath}/${name}`);
}

/** Every key of the cache with what it holds. */
export async function cacheEntries({ settings }: Pick<System, 'settings'>): Promise<Record<string, string>> {
  const client = createClient({ url: settings.CACHE_URL ?? '' });
  await client.connect();
  try {
    const read = async (key: string) =>
      (await client.type(key)) === 'set' ? (await client.sMembers(key)).sort().join(' ') : `${await client.get(key)}`;
    const keys = await cacheKeys(client);
    return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
  } finally {
    client.destroy();
  }
}

async function rowsOf({ db }: Pick<System, 'db'>, videoId: string): Promise<Record<string, number>> {
  const count = async (table: string, column: string) => {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)} where ${sql.ref(column)} = ${videoId}`.execute(db);
    return [table, rows[0]?.n ?? 0] as const;
  };
  const pending = await sql<{ n: number }>`
    select count(*)::int as n from reports where target_id = ${videoId} and status = 'pending'`.execute(db);
  const counted = await Promise.all([...TABLES.map((table) => count(table, 'video_id')), count('videos', 'id')]);
  return { ...Object.fromEntries(counted), reports: pending.rows[0]?.n ?? 0 };
}
