import type { Counts } from '../../functions/deletion/counts.ts';
import { cacheKeysOf, feedPagesKeyOf } from '../../functions/deletion/data-map/data-map.ts';
import { stateBehindHold, type Tombstone } from '../../functions/deletion/record/tombstone.ts';
import type { MemoryWorld } from './memory-world.ts';
import type { LateWrite } from './schedule.ts';
import { contentOf, type ScheduledVideo, type ScheduledWorld } from './schedule-world.ts';

/**
 * A late writer writes: a transcoder, an upload, a viewer or a slow reader. It writes only before the final
 * verification, because late writers must finish within the settle delay.
 */
export async function writeLate(scheduled: ScheduledWorld, { what, which }: { what: LateWrite; which: number }) {
  const { world, videos, tombstones } = scheduled;
  const video = videos[which % videos.length] as ScheduledVideo;
  const tombstone = tombstones.get(video.videoId);
  if (tombstone && (tombstone.state === 'deleted' || isVerifying(tombstone, world.ports.clock()))) return;
  const before = await contentOf(world, video);
  const { video: row } = await world.ports.rows.find('', video.videoId);
  await WRITES[what](world, video, row !== undefined);
  video.written = plus(video.written, await contentOf(world, video), before);
}

/** True when the deletion is settling and the last check may be running. */
function isVerifying(tombstone: Tombstone, now: Date): boolean {
  const { lease, dueAt } = tombstone;
  const isDue = lease !== undefined || (dueAt !== undefined && dueAt <= now.toISOString());
  return stateBehindHold(tombstone) === 'settling' && isDue;
}

type Write = (world: MemoryWorld, video: ScheduledVideo, hasRow: boolean) => unknown;

const WRITES: Record<LateWrite, Write> = {
  object: ({ objects }, { videoId }) => objects.put(`videos/${videoId}/480p/late.ts`),
  overwrite: ({ objects }, { videoId }) => objects.put(`videos/${videoId}/thumbnail.jpg`),
  upload: ({ objects }, { videoId }) => objects.upload(`videos/${videoId}/480p/late.ts`),
  original: ({ objects }, { videoId }) => objects.put(`uploads/${videoId}.mp4`),
  view: ({ seed }, { videoId }, hasRow) => hasRow && seed.children('views', videoId, 1),
  report: ({ seed }, { videoId }) => seed.report({ type: 'video', targetId: videoId, status: 'pending' }),
  cacheKey: ({ cache }, { videoId }) => cache.inside.mSet({ [cacheKeysOf(videoId)[0] as string]: 'late' }),
  async feedPage({ cache }, { videoId }) {
    await cache.inside.mSet({ [`feed:${videoId}:9`]: 'late' });
    await cache.inside.sAdd(feedPagesKeyOf(videoId), `feed:${videoId}:9`);
  },
  copyAtEdge({ objects, edge }, { videoId }) {
    const key = objects.keys().findLast((candidate) => candidate.startsWith(`videos/${videoId}/`));
    if (key) edge.view(videoId, `/${key}`);
  },
  watchedObject({ objects, edge }, { videoId }) {
    objects.put(`videos/${videoId}/480p/watched.ts`);
    edge.view(videoId, `/videos/${videoId}/480p/watched.ts`);
  },
  /** The platform registers a run before it starts it. It does not start a run that it cannot register. */
  async run({ seed, runs }, { videoId }, hasRow) {
    if (!hasRow) return;
    const run = runs.named(`video-${videoId}-late`);
    if ((await runs.state(run)) !== 'unknown') return;
    await seed.run(videoId, run);
    runs.start(`video-${videoId}-late`);
  },
};

/** The total so far, plus what was written since `before`. */
function plus(written: Counts, after: Counts, before: Counts): Counts {
  const kinds = Object.keys({ ...written, ...after });
  return Object.fromEntries(
    kinds.map((kind) => [kind, (written[kind] ?? 0) + (after[kind] ?? 0) - (before[kind] ?? 0)]),
  );
}
