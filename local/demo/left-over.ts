import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { bucketContent } from './bucket-content.ts';
import { cacheContent } from './cache-content.ts';
import type { DemoStores, FileStorage, VideoStorage } from './demo-stores.ts';
import { originalKeyOf } from './demo-video.ts';
import { fileContent, isFileOf } from './file-content.ts';
import { countRowsOf } from './row-content.ts';

type Counts = Record<string, number>;

/** What each store holds of one video, by kind. Kinds with nothing may be left out. */
export type Findings = Record<'storage' | 'rows' | 'cache' | 'edge' | 'runs', Counts>;

/** A video to look for, and the execution ARNs of its runs, which outlive their rows. */
export type Sought = { videoId: string; runs: readonly string[] };

/** Looks in every store itself. Waits for nothing: what it finds is there now. */
export async function lookEverywhere(stores: DemoStores, { videoId, runs }: Sought): Promise<Findings> {
  const [storage, rows, cache, edge, running] = await Promise.all([
    lookInStorage(stores.storage, videoId),
    countRowsOf(stores.db, videoId),
    lookInCache(stores.redis, videoId),
    lookAtEdge(stores.edge, videoId),
    countRunning(stores.runs, runs),
  ]);
  return { storage, rows, cache, edge, runs: { running } };
}

/** Objects, older versions, markers and uploads below the prefix, and the original beside it; or files. With their bytes. */
export async function lookInStorage(storage: VideoStorage, videoId: string): Promise<Counts> {
  if (storage.kind === 'local') return await lookInFiles(storage, videoId);
  const counts: Counts = { objects: 0, versions: 0, deleteMarkers: 0, uploads: 0, bytes: 0 };
  for (const prefix of [`videos/${videoId}/`, originalKeyOf(videoId)]) {
    for await (const { kind, bytes } of bucketContent(storage, prefix)) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      counts.bytes = (counts.bytes ?? 0) + bytes;
    }
  }
  return counts;
}

async function lookInFiles(storage: FileStorage, videoId: string): Promise<Counts> {
  const files = (await fileContent(storage)).filter((entry) => isFileOf(videoId, entry));
  const stats = await Promise.all(files.map(({ root, path }) => lstat(join(storage[root], path))));
  const bytes = stats.reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  return { files: files.length, bytes };
}

/**
 * Keys and values that name the video: its parts and its owner's figures (`keys`), feed pages, and the set that lists
 * those. The fence, which says that the video is gone, is no copy of it.
 */
export async function lookInCache(redis: DemoStores['redis'], videoId: string): Promise<Counts> {
  const counts: Counts = { keys: 0, pages: 0, lists: 0 };
  for (const { key, value } of await cacheContent(redis)) {
    const isCopy = `${key} ${value}`.includes(videoId) && !key.includes(`${videoId}x`) && key !== `video:${videoId}:gone`;
    const kind = key.startsWith('feed:page:') ? 'pages' : key.endsWith(':feeds') ? 'lists' : 'keys';
    if (isCopy) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The edge's addresses of a video: a playlist below the prefix, and the original. */
export const edgePathsOf = (videoId: string) => [`/videos/${videoId}/playlist.m3u8`, `/${originalKeyOf(videoId)}`];

async function lookAtEdge(edge: DemoStores['edge'], videoId: string): Promise<Counts> {
  if (!edge) return {};
  const [, original = ''] = edgePathsOf(videoId);
  const copies = edge.cached().filter((path) => path.startsWith(`/videos/${videoId}/`) || path === original);
  const answers = await Promise.all(edgePathsOf(videoId).map((path) => fetch(edge.url + path)));
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  return { copies: copies.length, served: answers.filter(({ ok }) => ok).length };
}

async function countRunning(client: SFNClient, runs: readonly string[]): Promise<number> {
  const running = await Promise.all(runs.map((run) => isRunning(client, run)));
  return running.filter(Boolean).length;
}

/** Whether the run goes on; one that nobody knows does not. */
export async function isRunning(client: SFNClient, executionArn: string): Promise<boolean> {
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return status === 'RUNNING';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw error;
  }
}
