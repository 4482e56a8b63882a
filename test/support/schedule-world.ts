import type { Counts } from '../../functions/deletion/counts.ts';
import { prefixOf } from '../../functions/deletion/data-map/data-map.ts';
import type { Tombstone } from '../../functions/deletion/record/tombstone.ts';
import { isToBeHidden, isUndone, legalHoldOf, stateBehindHold } from '../../functions/deletion/record/tombstone.ts';
import { isStopped } from '../../functions/deletion/requests/hold-video.ts';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { PortName } from './memory/intercept-ports.ts';
import type { MemoryVideo } from './memory/platform.ts';
import { type MemoryWorld, openMemoryWorld } from './memory-world.ts';
import type { Schedule } from './schedule.ts';
import { type Actor, type Stage, StoreDown } from './schedule-actor.ts';

/** A video that may be deleted. `written`: everything that was ever written of it to storage and tables, by kind. */
export type ScheduledVideo = MemoryVideo & { written: Counts; contentUnderHold?: number };

/** A world with two videos, their neighbours, and a record of what has happened. */
export type ScheduledWorld = {
  world: MemoryWorld;
  stage: Stage;
  videos: ScheduledVideo[];
  adminId: string;
  actors: Actor[];
  /** When each outage of a store ends, in milliseconds. */
  outages: Map<PortName, number>;
  /** Every video's tombstone after its last write. */
  tombstones: Map<VideoId, Tombstone>;
  /** Deletions that a caller was told are accepted. `undone`: those that were undone at any time. */
  accepted: Set<string>;
  undone: Set<string>;
  /** Videos whose rows were deleted by a transaction whose answer was lost. Nobody can know how many rows. */
  uncertain: Set<unknown>;
  /** What must never happen but did, in order. */
  violations: string[];
  /** What existed besides the videos at the start. */
  others: string[];
};

/** The time that each call takes, in seconds, so that no two things happen at the same moment. */
const MOMENT = 0.001;

export async function openScheduledWorld({ gate }: Pick<Schedule, 'gate'>): Promise<ScheduledWorld> {
  const world = openMemoryWorld(gate ? { gate } : {});
  const adminId = await world.user({ isAdmin: true });
  const first = await world.video();
  const second = await world.video({ ownerId: first.ownerId });
  // A video of the same owner whose id differs only in the last digit, and a video of another owner.
  await world.video({ ownerId: first.ownerId, videoId: besides(first.videoId) });
  await world.video();
  const videos = await Promise.all(
    [first, second].map(async (video) => ({ ...video, written: await contentOf(world, video) })),
  );
  const outages = new Map<PortName, number>();
  const uncertain = new Set<unknown>();
  const scheduled: ScheduledWorld = {
    world,
    videos,
    adminId,
    actors: [],
    outages,
    tombstones: new Map(),
    accepted: new Set(),
    undone: new Set(),
    uncertain,
    violations: [],
    others: world.othersThan(videos),
    stage: {
      ports: world.ports,
      clock: world.ports.clock,
      onCall({ port }) {
        world.advance(MOMENT);
        if ((outages.get(port) ?? 0) > world.ports.clock().getTime()) throw new StoreDown(`${port} is down`);
      },
      onLostAnswer: ({ method, args }) => {
        if (method === 'deleteBatch' || method === 'deleteVideoRow') for (const id of args) uncertain.add(id);
      },
    },
  };
  watchWrites(scheduled);
  return scheduled;
}

/** What storage and the tables contain of a video, by kind. Figures that are derived from it do not count. */
export async function contentOf({ ports }: MemoryWorld, { videoId }: Pick<MemoryVideo, 'videoId'>): Promise<Counts> {
  const target = { videoId, prefix: prefixOf(videoId), strayKeys: [`uploads/${videoId}.mp4`] };
  const { video_stats: _, ...rows } = await ports.rows.look(videoId);
  return { ...(await ports.objects.look(target)), ...rows };
}

function besides(videoId: VideoId): VideoId {
  const last = Number.parseInt(videoId.slice(-1), 16);
  return parseVideoId(videoId.slice(0, -1) + ((last + 1) % 16).toString(16));
}

/** Checks each tombstone when it is written. A receipt must be true at the moment of its write. */
function watchWrites({ world, tombstones, undone, violations }: ScheduledWorld): void {
  const { write } = world.ports.tombstones;
  world.ports.tombstones.write = async (previous, next) => {
    const isWritten = await write(previous, next);
    if (!isWritten) return false;
    tombstones.set(next.videoId, next);
    if (isUndone(next)) undone.add(next.deletionId);
    if (isWorkUnderHold(previous, next)) violations.push('a worker went on under a hold');
    if (next.receipts.length > (previous?.receipts.length ?? 0)) {
      const left = world.left(next.videoId);
      if (Object.keys(left).length > 0) violations.push(`a receipt while there was left ${JSON.stringify(left)}`);
    }
    return true;
  };
}

/** A worker that finds a hold releases its lease. It must never extend it. */
function isWorkUnderHold(previous: Tombstone | undefined, next: Tombstone): boolean {
  if (!previous?.lease || previous.lease.owner !== next.lease?.owner) return false;
  return (
    legalHoldOf(previous) !== undefined && legalHoldOf(next) !== undefined && next.lease.until > previous.lease.until
  );
}

/**
 * Checks what must be true at every moment: an accepted deletion hides its video, and under a hold nothing is deleted
 * once the worker has stopped.
 */
export async function lookAround({ world, videos, tombstones, violations }: ScheduledWorld): Promise<void> {
  for (const video of videos) {
    const tombstone = tombstones.get(video.videoId);
    if (!tombstone) continue;
    const mustBeHidden = tombstone.hidden && !['cancelled', 'none'].includes(stateBehindHold(tombstone));
    const { video: row } = await world.ports.rows.find('', video.videoId);
    if (mustBeHidden && row && !row.hidden) violations.push(`a video that is ${tombstone.state} came back into view`);
    if (isToBeHidden(tombstone) && !tombstone.sweepAt)
      violations.push(`a video that is ${tombstone.state} is in view, and nobody will hide it`);
    await lookAtHold(world, video, tombstone, violations);
  }
  if (violations.length > 0) throw new Error(violations.join('\n'));
}

async function lookAtHold(
  world: MemoryWorld,
  video: ScheduledVideo,
  tombstone: Tombstone,
  violations: string[],
): Promise<void> {
  if (!legalHoldOf(tombstone) || !isStopped(tombstone, world.ports.clock())) {
    delete video.contentUnderHold;
    return;
  }
  const content = Object.values(await contentOf(world, video)).reduce((sum, count) => sum + count, 0);
  if (content < (video.contentUnderHold ?? 0)) violations.push('something was removed under a hold');
  video.contentUnderHold = content;
}
