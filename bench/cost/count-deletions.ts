import { setTimeout as wait } from 'node:timers/promises';
import type { LocalPorts } from '../../local/local-ports.ts';
import type { Environment } from '../../local/part.ts';
import { addVideos } from '../local/add-videos.ts';
import { requestAll, untilDeleted } from '../local/deletions.ts';
import { withSystem } from '../local/with-system.ts';
import { countIndexWrites } from './index-writes.ts';
import { type Calls, watchClients } from './watch-clients.ts';

export type EdgeMode = 'none' | 'gate' | 'invalidate';
export type CountOptions = { videos: number; objects: number; edge: EdgeMode };

/** The average of one deletion. */
export type DeletionCalls = { edge: EdgeMode; calls: Calls[]; indexWrites: number; signatures: number };

/** How long to wait after the last event, in milliseconds, for writes that come after it. */
const QUIET = 1_000;
/** An undo window, so that as on AWS nothing is deleted before the request has been answered. */
const WINDOW: Environment = { UNDO_SECONDS: '2' };
/** The gate with the shortest possible TTL, because the deletion waits until the copies behind it have expired. */
const ENVIRONMENT: Record<EdgeMode, Environment> = {
  none: WINDOW,
  gate: { ...WINDOW, EDGE_MODE: 'gate', EDGE_TTL_SECONDS: '1' },
  invalidate: { ...WINDOW, EDGE_MODE: 'invalidate' },
};

/** Deletes videos on the local system, and counts all their AWS calls with an SDK middleware. */
export async function countDeletions({ videos, objects, edge }: CountOptions): Promise<DeletionCalls> {
  const clients = watchClients();
  const counts = { indexWrites: 0, signatures: 0 };
  try {
    return await withSystem({ environment: ENVIRONMENT[edge], wrap: countingIn(counts, edge) }, async (system) => {
      const warm = await addVideos(system, { owner: 'warm-up', count: 1, objects });
      await requestAll(system, warm.ownerId, warm.videoIds);
      await untilDeleted(system, warm.videoIds);
      await wait(QUIET);
      const { ownerId, videoIds } = await addVideos(system, { owner: 'counted', count: videos, objects });
      clients.begin();
      Object.assign(counts, { indexWrites: 0, signatures: 0 });
      await requestAll(system, ownerId, videoIds);
      await untilDeleted(system, videoIds);
      await wait(QUIET);
      return averageOf({ edge, calls: clients.calls(), ...counts }, videos);
    });
  } finally {
    clients.stop();
  }
}

function countingIn(counts: { indexWrites: number; signatures: number }, edge: EdgeMode) {
  return ({ edgeQueue, ...ports }: LocalPorts): LocalPorts => ({
    ...ports,
    // A platform without a distribution has no edge queue and no CloudFront.
    ...(edge !== 'none' && edgeQueue && { edgeQueue }),
    tombstones: countIndexWrites(ports.tombstones, (units) => {
      counts.indexWrites += units;
    }),
    signer: {
      ...ports.signer,
      sign: (payload) => {
        counts.signatures += 1;
        return ports.signer.sign(payload);
      },
    },
  });
}

/**
 * Leaves out the sweeper's regular queries (once a minute on AWS, once a second here). They do not depend on the number
 * of deletions.
 */
function averageOf({ edge, calls, indexWrites, signatures }: DeletionCalls, videos: number): DeletionCalls {
  const each = calls
    .filter(({ operation }) => operation !== 'Query')
    .map((one) => ({ ...one, calls: one.calls / videos, units: one.units / videos }));
  return { edge, calls: each, indexWrites: indexWrites / videos, signatures: signatures / videos };
}
