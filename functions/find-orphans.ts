import { setTimeout as delay } from 'node:timers/promises';
import middy from '@middy/core';
import type { ScheduledEvent } from 'aws-lambda';
import { connectObjects, connectState, onFirstUse } from './connect/connect.ts';
import { connectRows } from './connect/connect-rows.ts';
import { connectStoredVideos } from './connect/connect-stored-videos.ts';
import { findOrphans, type OrphansFound } from './deletion/orphans/find-orphans.ts';
import type { Orphan } from './deletion/orphans/orphan.ts';
import type { Log } from './deletion/ports.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';

type SearchPorts = Parameters<typeof findOrphans>[0] & { log: Log } & Invoked;
/** How many videos were checked, and how many of them have something in storage that should not be there. */
type Outcome = Record<'listed' | 'orphans' | 'residue', number> & { isComplete: boolean };

/** Longer than the time between the first byte of an upload and its row, on any platform. */
const MIN_AGE_SECONDS = 86_400;
const PAUSE_MILLISECONDS = 60_000;
/** The most videos of each kind that the log names. The metrics count all. */
const MOST_NAMED = 100;

/**
 * Once a day, searches storage for residue of deleted videos and for orphans, and reports both as metrics and in the
 * log. Changes nothing. `pause` waits between the two checks.
 *
 * A million videos cost 1,000 listings of 1,000 prefixes (half a cent) and one query for each. Tombstones are read only
 * for videos without a row, with some ten requests each. All of it runs in sequence, in the 12½ minutes that a Lambda
 * function has for the first check. That is enough for a million videos if a listing and its query take 0.75 s. Each
 * run starts at the beginning, so it never reaches what does not fit. Then the log says how far it came, and an alarm
 * says that it was not complete. The operator's command has no time limit and checks everything.
 */
export const findOrphansHandler = (
  connect: () => SearchPorts,
  pause: () => Promise<unknown> = () => delay(PAUSE_MILLISECONDS),
) =>
  middy<ScheduledEvent, Outcome>()
    .use(framed(connect))
    .handler(async (_event, context) => {
      const ports = connect();
      const found = await findOrphans(ports, {
        minAgeSeconds: MIN_AGE_SECONDS,
        trustsRows: true,
        pause,
        timeLeft: () => context.getRemainingTimeInMillis(),
      });
      return say(ports.log, found);
    });

export const handler = findOrphansHandler(
  onFirstUse(['state', 'log', 'places', 'storage', 'database'], (settings) => {
    const state = connectState(settings);
    return {
      ...state,
      ...connectObjects(settings),
      ...connectStoredVideos(settings),
      ...connectRows(settings, state),
    };
  }),
);

/** Names that are not the id of a video may contain anything, so they are only counted. */
function say(log: Log, { orphans, originals, foreign, listed, last, isComplete }: OrphansFound): Outcome {
  const ofKind = (wanted: Orphan['kind']) => orphans.filter(({ kind }) => kind === wanted);
  const found = { residue: ofKind('residue'), orphan: ofKind('orphan') };
  for (const [kind, videos] of Object.entries(found)) {
    for (const { videoId, counts, newestAt } of videos.slice(0, MOST_NAMED))
      log.warn(kind, { videoId, counts, newestAt });
  }
  const outcome = { listed, orphans: found.orphan.length, residue: found.residue.length, isComplete };
  if (!isComplete) log.warn('not all looked at', { listed, last });
  log.info('looked for orphans', { ...outcome, originals: originals.count, foreign: foreign.count });
  return outcome;
}
