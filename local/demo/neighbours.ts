import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { localPathOf } from '../../platform/video-files.ts';
import { writeCachedCopies } from './content/cached-copies.ts';
import type { Demo } from './demo.ts';
import type { DemoStores, VideoStorage } from './demo-stores.ts';
import { createVideo } from './video/demo-video.ts';
import { type DemoVideo, originalKeyOf, SMALL_SIZES } from './video/video-content.ts';
import { beginUpload, markDeleted, putAll } from './video/video-in-bucket.ts';
import { writeFiles } from './video/video-in-files.ts';
import { insertVideoRows } from './video/video-rows.ts';

const NOTHING = {
  ...{ objects: 0, overwritten: 0, deleteMarkers: 0, unfinishedUploads: 0, views: 0, votes: 0, likes: 0 },
  ...{ shareLinks: 0, clicksPerLink: 0, pendingReports: 0, dismissedReports: 0, feedPages: 0 },
};

/** The file that the misnamed video's row claims, below its neighbour's prefix. */
const claimedKeyOf = ({ neighbourId, misnamedId }: Demo) => `videos/${neighbourId}/${misnamedId}.mp4`;

/**
 * Everything that must stay byte for byte the same: another owner's video, and things whose name is almost the video's
 * name.
 */
export async function createNeighbours(stores: DemoStores, demo: Demo): Promise<void> {
  const { db, storage, redis } = stores;
  const theirs = { ownerId: demo.neighbourOwnerId, title: 'A neighbour' };
  const processing: DemoVideo = { ...theirs, videoId: demo.processingId, status: 'processing' };
  await createVideo(stores, { ...theirs, videoId: demo.neighbourId }, { sizes: { ...SMALL_SIZES, feedPages: 0 } });
  await insertVideoRows(db, processing, NOTHING);
  // This video is in no feed page, so its list of pages is the one that readers never give an expiry.
  await writeCachedCopies(redis, processing, { pages: SMALL_SIZES.feedPages, seconds: undefined });
  await writeAlikes(storage, demo);
  await redis.set(`video:${demo.videoId}x`, 'Not this video');
  await redis.set(`video:${demo.videoId.slice(0, 35)}:meta`, 'Nor this one');
}

/** The small video whose row claims a file of the neighbour. */
export async function createMisnamed({ db, storage }: DemoStores, demo: Demo): Promise<void> {
  const { misnamedId, ownerId } = demo;
  const video = { videoId: misnamedId, ownerId, title: 'A row that claims too much', urlMp4: claimedKeyOf(demo) };
  await insertVideoRows(db, video, { ...NOTHING, views: 10 });
  const own = [`videos/${misnamedId}/playlist.m3u8`, `videos/${misnamedId}/thumbnail.jpg`];
  if (storage.kind === 's3') await putAll(storage, own, 'Goes with its row.\n');
  else await writeFiles(storage.uploads, own.map(localPathOf), 'Goes with its row.\n');
}

async function writeAlikes(storage: VideoStorage, demo: Demo): Promise<void> {
  const { videoId, processingId } = demo;
  const first35 = videoId.slice(0, 35);
  const keys = [
    ...[`videos/${videoId}x/playlist.m3u8`, `videos/${videoId}.mp4`, `videos/${first35}/playlist.m3u8`],
    ...[`uploads/${videoId}x.mp4`, `uploads/${first35}.mp4`, `${originalKeyOf(videoId)}x`, `originals/${first35}.mp4`],
    ...[claimedKeyOf(demo), originalKeyOf(processingId), `avatars/${videoId}/1.png`],
  ];
  if (storage.kind === 's3') {
    await putAll(storage, keys, 'Stays.\n');
    await putAll(storage, keys, 'Stays as well.\n');
    await markDeleted(storage, [`videos/${videoId}x/thumbnail.jpg`]);
    return await beginUpload(storage, `videos/${videoId}x/720p/1.ts`, 'Stays unfinished');
  }
  const { uploads, processing, outside } = storage;
  const folders = [`processed/${videoId}x/1.json`, `processed/videos_${first35}_1.ts`, `other/${videoId}.mp4`];
  await writeFiles(uploads, [...keys.map(localPathOf), ...folders], 'Stays.\n');
  await writeFiles(processing, [`${videoId}x/frames/1.png`, `${first35}/frames/1.png`], 'Stays.\n');
  await symlink(outside, join(uploads, 'processed', `${videoId}x`, 'elsewhere'));
}
