import { change, revise } from './change.ts';
import { enqueue } from './enqueue.ts';
import { reasonOf } from './errors.ts';
import { publishOutbox } from './finish-deletion.ts';
import type { Ports } from './ports.ts';
import { nextSweep } from './rules.ts';
import type { VideoId } from './video-id.ts';

type SweepPorts = Pick<
  Ports,
  'tombstones' | 'cleanupQueue' | 'events' | 'stats' | 'clock' | 'log' | 'metrics' | 'rules'
>;

/**
 * Takes up what is due and nobody works on: a message that was never sent or was lost, a worker that died, an event left in an
 * outbox. Each is moved on before it is sent, so that a backlog is never multiplied. One that fails does not stop the others.
 * @returns how many it took up
 */
export async function sweepDeletions(ports: SweepPorts): Promise<number> {
  try {
    return await takeUpDue(ports);
  } finally {
    // Also when the table does not say what is due: the age of the oldest is what rings then.
    await refreshStats(ports);
    await recordOldestAge(ports);
  }
}

async function takeUpDue(ports: SweepPorts): Promise<number> {
  let taken = 0;
  for await (const videoId of ports.tombstones.due(ports.clock())) {
    try {
      if (await takeUp(ports, videoId)) taken++;
    } catch (error) {
      ports.log.warn('not swept', { videoId, code: reasonOf(error) });
    }
  }
  return taken;
}

async function takeUp(ports: SweepPorts, videoId: VideoId): Promise<boolean> {
  let isOurs = false;
  const moved = await change(ports.tombstones, videoId, (current) => {
    const now = ports.clock();
    isOurs = current.sweepAt !== undefined && current.sweepAt <= now.toISOString();
    return isOurs ? revise(current, { sweepAt: nextSweep(now, ports.rules) }) : current;
  });
  if (!isOurs) return false;
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

/** How long, in seconds, the oldest open deletion has been under way since its undo window ended; 0 when none is. */
async function recordOldestAge({ tombstones, clock, rules, metrics, log }: SweepPorts): Promise<void> {
  try {
    const requestedAt = await tombstones.oldestOpen();
    const age = requestedAt ? (clock().getTime() - requestedAt.getTime()) / 1000 - rules.undoSeconds : 0;
    metrics.record('OldestOpenDeletionAge', Math.max(0, age));
  } catch (error) {
    log.warn('oldest deletion not found', { code: reasonOf(error) });
  }
}
