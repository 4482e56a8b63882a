import { sql } from 'kysely';
import type { System } from '../system.ts';
import { type Demo, newDemo, type Prepared } from './demo.ts';
import type { DemoStores } from './demo-stores.ts';
import { fingerprintRecords, fingerprintStorage } from './fingerprints.ts';
import { edgePathsOf, lookEverywhere } from './left-over.ts';
import { createMisnamed, createNeighbours } from './neighbours.ts';
import { createOddThings } from './odd-things.ts';
import { createVideo } from './video/demo-video.ts';
import type { Sizes } from './video/video-content.ts';
import { accountNamed } from './video/video-rows.ts';

/** Long enough that no run ends by itself during a demo. */
const SEGMENTS = 100_000;
/** Copies must not expire during a demo, but should expire in a folder that is kept. */
const CACHED_FOR_SECONDS = 3_600;

/**
 * Creates the video, its neighbours and two runs that write, and records what there is. Storage is read before the runs
 * start, because a file that is being written has no stable fingerprint.
 */
export async function prepareDemo(system: System, stores: DemoStores, sizes: Sizes): Promise<Prepared> {
  const { db, storage } = stores;
  const owners = {
    ownerId: await accountNamed(db, 'demo-owner'),
    neighbourOwnerId: await accountNamed(db, 'demo-neighbour'),
  };
  const planned = newDemo(owners);
  const { videoId, ownerId } = planned;
  await createVideo(stores, { videoId, ownerId, title: 'The video' }, { sizes, cachedForSeconds: CACHED_FOR_SECONDS });
  await createMisnamed(stores, planned);
  await createOddThings(stores, planned);
  await createNeighbours(stores, planned);
  await sql`refresh materialized view video_stats`.execute(db);

  const files = await fingerprintStorage(storage, planned);
  const demo = {
    ...planned,
    pendingReports: await findPendingReports(stores, planned),
    run: await system.process(videoId, SEGMENTS),
    neighbourRun: await startNeighbours(system, stores, planned),
  };
  const records = await fingerprintRecords(stores, demo);
  await viewAtEdge(stores, videoId);
  return { demo, found: await lookEverywhere(stores, { videoId, runs: [demo.run] }), before: { ...files, ...records } };
}

/**
 * The state that ends with a process and must continue during the deletion: the neighbour's run, and its page at the
 * edge.
 */
export async function startNeighbours(
  { process }: Pick<System, 'process'>,
  stores: Pick<DemoStores, 'edge' | 'storage'>,
  { neighbourId, processingId }: Demo,
): Promise<string> {
  await viewAtEdge(stores, neighbourId);
  return await process(processingId, SEGMENTS);
}

async function viewAtEdge({ edge, storage }: Pick<DemoStores, 'edge' | 'storage'>, videoId: string): Promise<void> {
  if (!edge) return;
  for (const path of edgePathsOf(storage, videoId)) await (await fetch(edge.url + path)).arrayBuffer();
}

async function findPendingReports({ db }: DemoStores, { deleted }: Demo): Promise<string[]> {
  const reports = await db
    .selectFrom('reports')
    .select('id')
    .where('target_id', 'in', deleted)
    .where('status', '=', 'pending')
    .execute();
  return reports.map(({ id }) => id);
}
