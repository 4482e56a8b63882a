import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { bucketContent } from './content/bucket-content.ts';
import { cacheContent, namesVideo } from './content/cache-content.ts';
import { fileContent, isFileOf } from './content/file-content.ts';
import { countRowsOf } from './content/row-content.ts';
import type { DemoStores, FileStorage, VideoStorage } from './demo-stores.ts';
import { originalKeyOf } from './video/video-content.ts';

type Counts = Record<string, number>;

/** What each store holds of one video, by kind. Kinds with no entries may be absent. */
export type Findings = Record<'storage' | 'rows' | 'cache' | 'edge' | 'runs', Counts>;

/** A video to look for, and the execution ARNs of its runs, which still exist when their rows are gone. */
export type Sought = { videoId: string; runs: readonly string[] };

/** Checks every store itself and without waiting: what it finds is there now. */
export async function lookEverywhere(stores: DemoStores, { videoId, runs }: Sought): Promise<Findings> {
  const [storage, rows, cache, edge, running] = await Promise.all([
    lookInStorage(stores.storage, videoId),
    countRowsOf(stores.db, videoId),
    lookInCache(stores.redis, videoId),
    lookAtEdge(stores, videoId),
    countRunning(stores.runs, runs),
  ]);
  return { storage, rows, cache, edge, runs: { running } };
}

/**
 * Objects, noncurrent versions, markers and uploads below the prefix, and the original outside of it; or files. With
 * their bytes.
 */
export async function lookInStorage(storage: VideoStorage, videoId: string): Promise<Counts> {
  if (storage.kind === 'local') return await lookInFiles(storage, videoId);
  const counts: Counts = { objects: 0, versions: 0, deleteMarkers: 0, uploads: 0, bytes: 0 };
  for (const start of [`videos/${videoId}/`, originalKeyOf(videoId)]) {
    for await (const { kind, key, bytes } of bucketContent(storage, start)) {
      if (!start.endsWith('/') && key !== start) continue;
      counts[kind] = (counts[kind] ?? 0) + 1;
      counts.bytes = (counts.bytes ?? 0) + bytes;
    }
  }
  return counts;
}

async function lookInFiles(storage: FileStorage, videoId: string): Promise<Counts> {
  const files = (await fileContent(storage)).filter((entry) => isFileOf(videoId, entry));
  // A name that is no text cannot be looked up. The file is counted all the same.
  const stats = await Promise.all(
    files.map(({ root, path }) => lstat(join(storage[root], path)).catch(() => undefined)),
  );
  const bytes = stats.reduce((sum, stat) => sum + (stat?.isFile() ? stat.size : 0), 0);
  return { files: files.length, bytes };
}

/**
 * Keys and values that name the video: its parts (`keys`), its owner's list and statistics, feed pages, and the set
 * that lists those. The fence, which marks the video as gone, is not a copy of it.
 */
export async function lookInCache(redis: DemoStores['redis'], videoId: string): Promise<Counts> {
  const counts: Counts = { keys: 0, ownerKeys: 0, pages: 0, lists: 0 };
  for (const entry of await cacheContent(redis)) {
    if (!namesVideo(entry, videoId) || entry.key === `video:${videoId}:gone`) continue;
    const kind = kindOf(entry.key);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function kindOf(key: string): 'keys' | 'ownerKeys' | 'pages' | 'lists' {
  if (key.startsWith('feed:page:')) return 'pages';
  if (key.startsWith('user:')) return 'ownerKeys';
  return key.endsWith(':feeds') ? 'lists' : 'keys';
}

/** The video's paths at the edge: a playlist and, if the edge has the bucket as its origin, the original. */
export function edgePathsOf({ kind }: Pick<VideoStorage, 'kind'>, videoId: string): string[] {
  const playlist = `/videos/${videoId}/playlist.m3u8`;
  return kind === 's3' ? [playlist, `/${originalKeyOf(videoId)}`] : [playlist];
}

async function lookAtEdge({ edge, storage }: Pick<DemoStores, 'edge' | 'storage'>, videoId: string): Promise<Counts> {
  if (!edge) return {};
  const paths = edgePathsOf(storage, videoId);
  const copies = edge.cached().filter((path) => path.startsWith(`/videos/${videoId}/`) || paths.includes(path));
  const answers = await Promise.all(paths.map((path) => fetch(edge.url + path)));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  return { copies: copies.length, served: answers.filter(({ ok }) => ok).length };
}

async function countRunning(client: SFNClient, runs: readonly string[]): Promise<number> {
  const running = await Promise.all(runs.map((run) => isRunning(client, run)));
  return running.filter(Boolean).length;
}

/** Whether the run is still running. An unknown run is not. */
export async function isRunning(client: SFNClient, executionArn: string): Promise<boolean> {
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw error;
  }
}
