import type { Counts } from '../../../functions/deletion/counts.ts';
import { batchedTables, childTables, isChildTable } from '../../../functions/deletion/data-map/data-map.ts';
import type { VideoRow, VideoRows, VideoStats } from '../../../functions/deletion/ports.ts';
import { idsWithin, type VideoId } from '../../../functions/deletion/video-id.ts';
import { refreshStats, type TableName, type Tables } from './tables.ts';

/** The platform's rows in memory, held to the same contract suite as PostgreSQL. Each call is one transaction. */
export function createMemoryRows(tables: Tables): VideoRows {
  const { users, videos, children } = tables;
  const take = (table: TableName, videoId: VideoId, limit = Number.POSITIVE_INFINITY): string[] => {
    const found = children[table].get(videoId) ?? [];
    const kept = found.slice(Math.min(limit, found.length));
    if (kept.length > 0) children[table].set(videoId, kept);
    else children[table].delete(videoId);
    return found.slice(0, limit);
  };

  return {
    async find(callerId, videoId) {
      const caller = users.get(callerId);
      const video = rowOf(tables, videoId);
      return { ...(caller && { caller: { ...caller } }), ...(video && { video }) };
    },
    async findCaller(callerId) {
      const caller = users.get(callerId);
      return caller && { ...caller };
    },
    async hide(videoId, at, earlier = []) {
      const video = videos.get(videoId);
      if (video && (!video.deletedAt || isAmong(earlier, video.deletedAt))) video.deletedAt = at;
    },
    async restore(videoId, at, earlier = []) {
      const video = videos.get(videoId);
      if (video?.deletedAt && isAmong([at, ...earlier], video.deletedAt)) delete video.deletedAt;
    },
    runs: async (videoId) => [...(children.processing_runs.get(videoId) ?? [])],
    existing: async (videoIds) => new Set(videoIds.filter((videoId) => videos.has(videoId))),
    namersOf: async (videoId) =>
      [...videos].flatMap(([other, { urls }]) =>
        other !== videoId && idsNamedIn(urls).includes(videoId) ? [{ videoId: other, urls: [...urls] }] : [],
      ),
    sharersOf: async (videoId, runs) =>
      [...children.processing_runs].flatMap(([other, registered]) => {
        const shared = registered.filter((run) => runs.includes(run));
        return other !== videoId && shared.length > 0 ? [{ videoId: other, runs: shared }] : [];
      }),
    async deleteBatch(place, videoId, limit) {
      if (!isChildTable(place)) throw new RangeError(`Rows of ${place.table} are not deleted in batches`);
      return take(place.table, videoId, limit).length;
    },
    async deleteVideoRow(videoId, { known, ...resolution }) {
      const registered = children.processing_runs.get(videoId) ?? [];
      const missed = registered.filter((run) => !known.includes(run));
      if (missed.length > 0) return { counts: {}, missed };
      const runs = take('processing_runs', videoId);
      const counts: Counts = { processing_runs: runs.length };
      for (const { table } of batchedTables()) counts[table] = take(table, videoId).length;
      counts.reports = resolveReports(tables, videoId, resolution);
      counts.videos = videos.delete(videoId) ? 1 : 0;
      return { counts: withoutZeros(counts), missed };
    },
    async look(videoId) {
      const inTables = childTables().map(({ table }) => [table, children[table].get(videoId)?.length ?? 0]);
      return withoutZeros({
        ...Object.fromEntries(inTables),
        reports: pendingOn(tables, videoId).length,
        videos: videos.has(videoId) ? 1 : 0,
        video_stats: tables.stats.has(videoId) ? 1 : 0,
      });
    },
  };
}

/** The materialised view over them. */
export function createMemoryStats(tables: Tables): VideoStats {
  return {
    async refreshIfStale() {
      const isStale = [...tables.stats].some((videoId) => !tables.videos.has(videoId));
      if (isStale) refreshStats(tables);
      return isStale;
    },
  };
}

function rowOf({ videos, children }: Tables, videoId: VideoId): VideoRow | undefined {
  const video = videos.get(videoId);
  if (!video) return undefined;
  const { ownerId, status, urls, deletedAt } = video;
  const runs = [...(children.processing_runs.get(videoId) ?? [])];
  return { ownerId, status, urls: [...urls], hidden: deletedAt !== undefined, runs };
}

function pendingOn({ reports }: Tables, videoId: VideoId) {
  return [...reports.values()].filter(
    ({ type, targetId, status }) => type === 'video' && targetId === videoId && status === 'pending',
  );
}

function resolveReports(tables: Tables, videoId: VideoId, { by, at }: { by: string; at: Date }): number {
  const pending = pendingOn(tables, videoId);
  const resolvedBy = tables.users.has(by) ? by : null;
  for (const report of pending) Object.assign(report, { status: 'resolved', resolvedBy, resolvedAt: at });
  return pending.length;
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function idsNamedIn(urls: readonly string[]): VideoId[] {
  const decoded = (url: string) => url.replaceAll(/%(2d|3\d|[46][1-6])/gi, (coded) => decodeURIComponent(coded));
  return urls.flatMap((url) => idsWithin(decoded(url)));
}

function isAmong(marks: readonly Date[], mark: Date): boolean {
  return marks.some((each) => each.getTime() === mark.getTime());
}
