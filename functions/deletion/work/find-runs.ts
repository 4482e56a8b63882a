import { runNameOf } from '../data-map/data-map.ts';
import type { VideoRuns } from '../ports.ts';
import type { VideoId } from '../video-id.ts';

/** Names are checked one after another. A platform that processes a video more often than this registers its runs. */
const MOST_NAMES = 50;
/**
 * Step Functions forgets a run after 90 days, so a name may be unknown between others. So many in a row are passed
 * over.
 */
const UNKNOWN_IN_A_ROW = 3;

/** The known runs of a video. `byName`: there may be other runs, which can be found only by their names. */
type RunsOf = { videoId: VideoId; known: readonly string[]; byName: boolean };

/**
 * All known runs of a video. If none is registered, also the runs that have one of the video's names. The search
 * continues after the known names, so it also finds a run that started since.
 */
export async function findRuns(runs: VideoRuns, { videoId, known, byName }: RunsOf): Promise<string[]> {
  const found = [...known];
  let unknown = 0;
  for (let n = 0; byName && n < MOST_NAMES && unknown <= UNKNOWN_IN_A_ROW; n++) {
    const run = runs.named(runNameOf(videoId, n));
    const isThere = found.includes(run) || (await runs.state(run)) !== 'unknown';
    unknown = isThere ? 0 : unknown + 1;
    if (isThere && !found.includes(run)) found.push(run);
  }
  return found;
}

/** How many of a video's runs are running now, including new ones. `shared`: runs that were left to another video. */
export async function countRunning(
  runs: VideoRuns,
  { shared = [], ...of }: RunsOf & { shared?: readonly string[] | undefined },
): Promise<number> {
  const found = (await findRuns(runs, of)).filter((run) => !shared.includes(run));
  const states = await Promise.all(found.map((run) => runs.state(run)));
  return states.filter((state) => state === 'running').length;
}
