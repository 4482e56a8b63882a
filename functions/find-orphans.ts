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
/** How many were looked at, and of how many videos something is there that should not be. */
type Outcome = Record<'listed' | 'orphans' | 'residue', number> & { isComplete: boolean };

/** Longer than any platform needs from an upload's first byte to its row. */
const MIN_AGE_SECONDS = 86_400;
const PAUSE_MILLISECONDS = 60_000;
/** Of each kind, videos that the log names; the figures count all. */
const MOST_NAMED = 100;

/**
 * Once a day: looks for what storage holds of videos that are deleted or that nobody knows of, and says so in figures and in the log.
 * Changes nothing. `pause` waits between the two looks.
 *
 * A million videos cost 1,000 listings of 1,000 prefixes (half a cent), one query for each, and no tombstone: those are read
 * for what has no row alone, which takes some ten requests for each such video. All of it one after the other, in the 12½ minutes
 * that a Lambda has for the first look: a million videos if a listing with its query takes 0.75 s. Every day begins at the beginning,
 * so what does not fit is never looked at; the log says how far it came, an alarm says that it did not come through, and
 * the operator's command, which has all the time it takes, looks at the rest.
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

/** Names that are no video's may say anything: they are counted only. */
function say(log: Log, { orphans, foreign, listed, last, isComplete }: OrphansFound): Outcome {
  const ofKind = (wanted: Orphan['kind']) => orphans.filter(({ kind }) => kind === wanted);
  const found = { residue: ofKind('residue'), orphan: ofKind('orphan') };
  for (const [kind, videos] of Object.entries(found)) {
    for (const { videoId, counts, newestAt } of videos.slice(0, MOST_NAMED))
      log.warn(kind, { videoId, counts, newestAt });
  }
  const outcome = { listed, orphans: found.orphan.length, residue: found.residue.length, isComplete };
  if (!isComplete) log.warn('not all looked at', { listed, last });
  log.info('looked for orphans', { ...outcome, foreign: foreign.count });
  return outcome;
}
