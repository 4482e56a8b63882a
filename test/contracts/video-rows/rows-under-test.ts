import { randomUUID } from 'node:crypto';
import type { VideoRow, VideoRows } from '../../../functions/deletion/ports.ts';
import { parseVideoId, type VideoId } from '../../../functions/deletion/video-id.ts';

export type ChildTable = 'views' | 'votes' | 'user_liked_videos' | 'share_links' | 'share_clicks';
export type ReportStatus = 'pending' | 'resolved' | 'dismissed';
export type Report = { status: ReportStatus; resolvedBy: string | null; resolvedAt: Date | null };

/** How the suite fills and reads the tables of an implementation, past its port. */
export type RowsSeed = {
  user(account?: { isAdmin?: boolean; isActive?: boolean }): Promise<string>;
  video(video: { ownerId: string; status?: VideoRow['status']; urls?: string[] }): Promise<VideoId>;
  children(table: ChildTable, videoId: VideoId, count: number): Promise<void>;
  run(videoId: VideoId, executionArn: string): Promise<void>;
  report(report: { type: 'video' | 'user'; targetId: string; status: ReportStatus }): Promise<string>;
  readReport(id: string): Promise<Report>;
  /** Brings `video_stats` up to date. */
  refreshStats(): Promise<void>;
};
export type RowsUnderTest = { rows: VideoRows; seed: RowsSeed; close(): Promise<void> };

/** What each case works on: the implementation, and a fresh video without anything but its row. */
export type Context = () => RowsUnderTest & { ownerId: string; videoId: VideoId };

export const unknownVideo = (): VideoId => parseVideoId(randomUUID());

/** What `fill` leaves behind, as `look` counts it. */
export const FILLED = {
  ...{ views: 3, votes: 2, user_liked_videos: 1, share_links: 2, share_clicks: 4 },
  processing_runs: 2,
};

/** Puts rows into every table that belongs to a video. */
export async function fill(seed: RowsSeed, videoId: VideoId): Promise<void> {
  const { processing_runs: runs, ...children } = FILLED;
  for (const [table, count] of Object.entries(children)) await seed.children(table as ChildTable, videoId, count);
  for (let run = 1; run <= runs; run++) await seed.run(videoId, `arn:${videoId}:${run}`);
}
