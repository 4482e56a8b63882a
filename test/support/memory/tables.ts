import { randomUUID } from 'node:crypto';
import { childTables } from '../../../functions/deletion/data-map/data-map.ts';
import type { Caller, VideoRow } from '../../../functions/deletion/ports.ts';
import { parseVideoId, type VideoId } from '../../../functions/deletion/video-id.ts';
import type { ChildTable, Report, RowsSeed } from '../../contracts/video-rows/rows-under-test.ts';
import type { Line } from './line.ts';

export type TableName = ChildTable | 'processing_runs';
type StoredVideo = Pick<VideoRow, 'ownerId' | 'status' | 'urls'> & { deletedAt?: Date };
type StoredReport = Report & { type: 'video' | 'user'; targetId: string };

/** The platform's tables. Children hold an id each, runs their execution ARN. */
export type Tables = {
  users: Map<string, Caller>;
  videos: Map<VideoId, StoredVideo>;
  children: Record<TableName, Map<VideoId, string[]>>;
  reports: Map<string, StoredReport>;
  /** The videos that the materialised view still shows. */
  stats: Set<VideoId>;
};

export function emptyTables(): Tables {
  const children = childTables().map(({ table }) => [table, new Map()]);
  return {
    users: new Map(),
    videos: new Map(),
    children: Object.fromEntries(children) as Tables['children'],
    reports: new Map(),
    stats: new Set(),
  };
}

/** What the platform writes. A child of a video that is gone is refused, as its foreign key would. */
export type MemoryRowsSeed = Omit<RowsSeed, 'video'> & {
  /** `videoId`: which id it gets; otherwise a new one. */
  video(video: Parameters<RowsSeed['video']>[0] & { videoId?: VideoId }): Promise<VideoId>;
  /** As a refresh, for one video: with many videos, each refresh copies all of them. */
  stat(videoId: VideoId): Promise<void>;
};

export function seedTables(tables: Tables): MemoryRowsSeed {
  const addChild = (table: TableName, videoId: VideoId, row: string) => {
    if (!tables.videos.has(videoId)) throw new Error(`The foreign key of ${table} names no video`);
    tables.children[table].set(videoId, [...(tables.children[table].get(videoId) ?? []), row]);
  };
  return {
    async user({ isAdmin = false, isActive = true } = {}) {
      const id = randomUUID();
      tables.users.set(id, { id, isAdmin, isActive });
      return id;
    },
    async video({ ownerId, status = 'ready', urls = [], videoId = parseVideoId(randomUUID()) }) {
      tables.videos.set(videoId, { ownerId, status, urls });
      return videoId;
    },
    async children(table, videoId, count) {
      for (let child = 0; child < count; child++) addChild(table, videoId, randomUUID());
    },
    run: async (videoId, executionArn) => addChild('processing_runs', videoId, executionArn),
    async report({ type, targetId, status }) {
      const id = randomUUID();
      tables.reports.set(id, { type, targetId, status, resolvedBy: null, resolvedAt: null });
      return id;
    },
    async readReport(id) {
      const { status, resolvedBy, resolvedAt } = tables.reports.get(id) as StoredReport;
      return { status, resolvedBy, resolvedAt };
    },
    refreshStats: async () => refreshStats(tables),
    stat: async (videoId: VideoId) => void tables.stats.add(videoId),
  };
}

export function refreshStats(tables: Tables): void {
  tables.stats = new Set(tables.videos.keys());
}

/** Everything in the tables; a report that is settled stands under `settled reports`. */
export function linesOf({ users, videos, children, reports, stats }: Tables): Line[] {
  const line = (place: string, ...values: unknown[]): Line => ({ place, text: values.map(textOf).join(' ') });
  return [
    ...[...users.values()].map((user) => line('users', user)),
    ...[...videos].map(([id, video]) => line('videos', id, video)),
    ...Object.entries(children).flatMap(([table, rows]) =>
      [...rows].flatMap(([id, found]) => found.map((row) => line(table, id, row))),
    ),
    ...[...reports].map(([id, report]) =>
      line(report.type === 'video' && report.status === 'pending' ? 'reports' : 'settled reports', id, report),
    ),
    ...[...stats].map((id) => line('video_stats', id)),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
