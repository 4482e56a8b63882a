import { runNameOf } from '../data-map/data-map.ts';
import type { VideoRuns } from '../ports.ts';
import type { VideoId } from '../video-id.ts';

/** Names are probed one after another; a platform that restarts a video's processing more often than this registers its runs. */
const MOST_NAMES = 50;

/** The runs of a video that are known already; `byName`: there may be others, which only their names tell. */
type RunsOf = { videoId: VideoId; known: readonly string[]; byName: boolean };

/**
 * All runs of a video that are known, and where none is registered those that have one of its names: the probe goes on behind
 * the known ones, so that a run begun since is found, too.
 */
export async function findRuns(runs: VideoRuns, { videoId, known, byName }: RunsOf): Promise<string[]> {
  const found = [...known];
  for (let n = 0; byName && n < MOST_NAMES; n++) {
    const run = runs.named(runNameOf(videoId, n));
    if (found.includes(run)) continue;
    if ((await runs.state(run)) === 'unknown') break;
    found.push(run);
  }
  return found;
}

/** How many of a video's runs are still under way, new ones included. */
export async function countRunning(runs: VideoRuns, of: RunsOf): Promise<number> {
  const found = await findRuns(runs, of);
  const states = await Promise.all(found.map((run) => runs.state(run)));
  return states.filter((state) => state === 'running').length;
}
