import type { VideoId } from '../../../functions/deletion/video-id.ts';
import type { VideoStatus } from '../../../functions/stores/postgres/database.ts';

/** How much of each kind a video has. */
export type Sizes = {
  /** Current objects below the prefix. With the file layout: processed files. */
  objects: number;
  /** How many of the objects were written twice. Each of them leaves a noncurrent version. */
  overwritten: number;
  deleteMarkers: number;
  unfinishedUploads: number;
  views: number;
  /** At most one for each viewer; the same is true for likes. */
  votes: number;
  likes: number;
  shareLinks: number;
  clicksPerLink: number;
  pendingReports: number;
  dismissedReports: number;
  feedPages: number;
};

/** What the demo's video has in the stores. */
export const DEMO_SIZES: Sizes = {
  objects: 1_500,
  overwritten: 300,
  deleteMarkers: 200,
  unfinishedUploads: 2,
  views: 20_000,
  votes: 500,
  likes: 300,
  shareLinks: 40,
  clicksPerLink: 3,
  pendingReports: 2,
  dismissedReports: 1,
  feedPages: 6,
};

/** A video with the same kinds as the demo's, in small numbers. */
export const SMALL_SIZES: Sizes = {
  objects: 30,
  overwritten: 6,
  deleteMarkers: 4,
  unfinishedUploads: 1,
  views: 200,
  votes: 20,
  likes: 10,
  shareLinks: 3,
  clicksPerLink: 2,
  pendingReports: 1,
  dismissedReports: 1,
  feedPages: 2,
};

export type DemoVideo = {
  videoId: VideoId;
  ownerId: string;
  title: string;
  /** Default: `ready`. */
  status?: VideoStatus;
  /** The row's `url_mp4`. Default: the key of its original. */
  urlMp4?: string;
};

/** The key of the upload. It is outside of the video's prefix, and `url_mp4` names it. */
export const originalKeyOf = (videoId: string) => `uploads/${videoId}.mp4`;
