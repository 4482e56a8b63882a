import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { RESERVED_MILLISECONDS } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { enqueueSwept } from './enqueue.ts';
import { publishOutbox } from './finish-deletion.ts';

type SweepPorts = Pick<Ports, 'tombstones' | 'cleanupQueue' | 'events' | 'stats'> & ChangePorts;

/** How many deletions are swept at the same time. */
const TOGETHER = 10;

/**
 * Sends a message for each deletion whose `sweepAt` has passed. Its message was not sent or was lost, its worker
 * crashed, its outbox has an unsent event, or its video is still visible. The next sweep is scheduled before the
 * message is sent, so a backlog does not grow with every sweep. If one deletion fails, or its
 * key is no id, the others are still swept.
 * @param timeLeft milliseconds until this worker is stopped
 * @returns how many deletions were swept
 */
export async function sweepDeletions(
  ports: SweepPorts,
  timeLeft: () => number = () => Number.POSITIVE_INFINITY,
): Promise<number> {
  // This comes first, so that the alarm on the oldest deletion has its figure whatever fails later.
  await recordOldestAge(ports);
  try {
    return await sweepDue(ports, timeLeft);
  } finally {
    await refreshStats(ports);
  }
}

async function sweepDue(ports: SweepPorts, timeLeft: () => number): Promise<number> {
  let swept = 0;
  let group: VideoId[] = [];
  const sweepGroup = async () => {
    const outcomes = await Promise.all(group.map((videoId) => sweepIfPossible(ports, videoId)));
    swept += outcomes.filter(Boolean).length;
    group = [];
  };
  const malformed = () => {
    ports.log.error('a key in the index of due deletions is no id');
    ports.metrics.record('InvariantsBroken', 1);
  };
  for await (const videoId of ports.tombstones.due(ports.clock(), malformed)) {
    group.push(videoId);
    if (group.length < TOGETHER) continue;
    await sweepGroup();
    // The rest stays due and comes first in the next sweep.
    if (timeLeft() < RESERVED_MILLISECONDS) return swept;
  }
  await sweepGroup();
  return swept;
}

async function sweepIfPossible(ports: SweepPorts, videoId: VideoId): Promise<boolean> {
  try {
    return await sweep(ports, videoId);
  } catch (error) {
    ports.log.warn('not swept', { videoId, code: reasonOf(error) });
    return false;
  }
}

async function sweep(ports: SweepPorts, videoId: VideoId): Promise<boolean> {
  const { before, after } = await change(ports, videoId, (current, now) => {
    const isDue = current.sweepAt !== undefined && current.sweepAt <= now.at.toISOString();
    return isDue ? lifecycle.swept(current, now) : current;
  });
  if (after === before) return false;
  ports.log.info('swept', { videoId, deletionId: after.deletionId, state: after.state });
  await publishOutbox(ports, after);
  await enqueueSwept(ports, after);
  return true;
}

/**
 * The tables that the platform derives from rows name the video until they are refreshed. One refresh per sweep is
 * enough.
 */
async function refreshStats({ stats, log }: SweepPorts): Promise<void> {
  try {
    if (await stats?.refreshIfStale()) log.info('stats refreshed');
  } catch (error) {
    log.warn('stats not refreshed', { code: reasonOf(error) });
  }
}

/** Records, in seconds, how long the oldest open deletion has been open. 0 when none is open. */
async function recordOldestAge({ tombstones, clock, metrics, log }: SweepPorts): Promise<void> {
  try {
    const now = clock();
    const since = await tombstones.oldestOpen(now);
    const age = since ? (now.getTime() - since.getTime()) / 1000 : 0;
    metrics.record('OldestOpenDeletionAge', Math.max(0, age));
  } catch (error) {
    log.warn('oldest deletion not found', { code: reasonOf(error) });
  }
}
