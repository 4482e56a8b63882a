import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { parseVideoId } from '../../functions/deletion/video-id.ts';
import { type Demo, newDemo } from '../../local/demo/demo.ts';
import { type DemoStores, openStores } from '../../local/demo/demo-stores.ts';
import { type Fingerprints, fingerprintRecords, fingerprintStorage } from '../../local/demo/fingerprints.ts';
import { createNeighbours } from '../../local/demo/neighbours.ts';
import { createVideo } from '../../local/demo/video/demo-video.ts';
import { type Sizes, SMALL_SIZES } from '../../local/demo/video/video-content.ts';
import { accountNamed } from '../../local/demo/video/video-rows.ts';
import type { System } from '../../local/system.ts';
import { userIdOf } from '../../platform/seed/accounts.ts';
import { crowdedBy } from './crowd.ts';
import type { Plan } from './plan.ts';

/**
 * More than one batch of objects (1,000) and of views (5,000). Without uploads, so that the first batch has objects.
 */
const LARGE: Sizes = {
  ...{ ...SMALL_SIZES, objects: 1_200, overwritten: 300, deleteMarkers: 100, unfinishedUploads: 0 },
  views: 6_000,
};

/** Those of the crowd: there are many, and their workers are killed wherever they stand. */
const TINY: Sizes = {
  ...{ ...SMALL_SIZES, objects: 6, overwritten: 1, deleteMarkers: 1, unfinishedUploads: 0 },
  views: 3,
};

/** Who owns the videos and asks for their deletion. */
export const OWNER = 'ana';

export type Seeded = {
  /** `deleted`: the video of each deletion of the plan, and after them those of the crowd. */
  demo: Demo;
  crowd: readonly string[];
  /** What is none of theirs, each with its SHA-256. */
  before: Fingerprints;
};

/** Puts a video into every store for each deletion of the plan, and beside them what must stay as it is. */
export async function seedVideos(system: System, folder: string, { deletions, kills }: Plan): Promise<Seeded> {
  const stores = await openStores(system, folder);
  try {
    const ownerId = userIdOf(OWNER);
    const neighbours = newDemo({ ownerId, neighbourOwnerId: await accountNamed(system.db, 'neighbour') });
    const others = Array.from({ length: deletions - 1 }, () => parseVideoId(uuidv7()));
    const crowd = Array.from({ length: crowdedBy(kills.length) }, () => parseVideoId(uuidv7()));
    const deleted = [neighbours.videoId, ...others, ...crowd];
    const large = new Set(kills.flatMap(({ point, deletion }) => (point === 'deleteObjects' ? [deletion] : [])));
    for (const [deletion, videoId] of deleted.entries()) {
      const sizes = large.has(deletion) ? LARGE : deletion < deletions ? SMALL_SIZES : TINY;
      await createVideo(stores, { videoId, ownerId, title: `To be deleted, ${deletion + 1}` }, { sizes });
    }
    await createNeighbours(stores, neighbours);
    await sql`refresh materialized view video_stats`.execute(system.db);
    const demo = { ...neighbours, deleted, pendingReports: await findPendingReports(system, deleted) };
    return { demo, crowd, before: await fingerprintAll(stores, demo) };
  } finally {
    stores.close();
  }
}

/** The SHA-256 of everything that is none of the deleted videos', now. */
export async function fingerprintNow(system: System, folder: string, { demo }: Seeded): Promise<Fingerprints> {
  const stores = await openStores(system, folder);
  try {
    return await fingerprintAll(stores, demo);
  } finally {
    stores.close();
  }
}

async function fingerprintAll(stores: DemoStores, demo: Demo): Promise<Fingerprints> {
  return { ...(await fingerprintStorage(stores.storage, demo)), ...(await fingerprintRecords(stores, demo)) };
}

async function findPendingReports({ db }: System, videoIds: readonly string[]): Promise<string[]> {
  const reports = await db
    .selectFrom('reports')
    .select('id')
    .where('target_id', 'in', videoIds)
    .where('status', '=', 'pending')
    .execute();
  return reports.map(({ id }) => id);
}
