import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { RESERVED_MILLISECONDS } from '../rules.ts';
import type { VideoId } from '../video-id.ts';
import { enqueue } from './enqueue.ts';
import { publishOutbox } from './finish-deletion.ts';

type SweepPorts = Pick<
  Ports,
  'tombstones' | 'cleanupQueue' | 'events' | 'stats' | 'clock' | 'log' | 'metrics' | 'rules'
>;

/** Deletions that are taken up side by side. */
const TOGETHER = 10;

/**
 * Takes up what is due and nobody works on: a message that was never sent or was lost, a worker that died, an event left in an
 * outbox. Each is moved on before it is sent, so that a backlog is never multiplied. One that fails does not stop the others.
 * @param timeLeft milliseconds until this worker is stopped
 * @returns how many it took up
 */
export async function sweepDeletions(
  ports: SweepPorts,
  timeLeft: () => number = () => Number.POSITIVE_INFINITY,
): Promise<number> {
  // First of all: whatever comes then, the age of the oldest is what rings.
  await recordOldestAge(ports);
  try {
    return await takeUpDue(ports, timeLeft);
  } finally {
    await refreshStats(ports);
  }
}

async function takeUpDue(ports: SweepPorts, timeLeft: () => number): Promise<number> {
  let taken = 0;
  let group: VideoId[] = [];
  const takeUpGroup = async () => {
    const outcomes = await Promise.all(group.map((videoId) => takeUpIfPossible(ports, videoId)));
    taken += outcomes.filter(Boolean).length;
    group = [];
  };
  for await (const videoId of ports.tombstones.due(ports.clock())) {
    group.push(videoId);
    if (group.length < TOGETHER) continue;
    await takeUpGroup();
    // What is left is due at the next sweep as well, and comes first then.
    if (timeLeft() < RESERVED_MILLISECONDS) return taken;
  }
  await takeUpGroup();
  return taken;
}

async function takeUpIfPossible(ports: SweepPorts, videoId: VideoId): Promise<boolean> {
  try {
    return await takeUp(ports, videoId);
  } catch (error) {
    ports.log.warn('not swept', { videoId, code: reasonOf(error) });
    return false;
  }
}

async function takeUp(ports: SweepPorts, videoId: VideoId): Promise<boolean> {
  const { before, after: moved } = await change(ports.tombstones, videoId, (current) => {
    const now = ports.clock();
    const isDue = current.sweepAt !== undefined && current.sweepAt <= now.toISOString();
    return isDue ? lifecycle.swept(current, now, ports.rules) : current;
  });
  if (moved === before) return false;
  ports.log.info('swept', { videoId, deletionId: moved.deletionId, state: moved.state });
  await publishOutbox(ports, moved);
  await enqueue(ports, moved);
  return true;
}

/** The figures that the platform derives from rows still name the video until they are derived anew; once a sweep at most. */
async function refreshStats({ stats, log }: SweepPorts): Promise<void> {
  try {
    if (await stats?.refreshIfStale()) log.info('stats refreshed');
  } catch (error) {
    log.warn('stats not refreshed', { code: reasonOf(error) });
  }
}

/** How long, in seconds, the oldest open deletion has been under way, its undo window aside; 0 when none is. */
async function recordOldestAge({ tombstones, clock, rules, metrics, log }: SweepPorts): Promise<void> {
  try {
    const since = await tombstones.oldestOpen();
    const age = since ? (clock().getTime() - since.getTime()) / 1000 - rules.undoSeconds : 0;
    metrics.record('OldestOpenDeletionAge', Math.max(0, age));
  } catch (error) {
    log.warn('oldest deletion not found', { code: reasonOf(error) });
  }
}
