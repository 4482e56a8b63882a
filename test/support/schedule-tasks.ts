import { workOnEdge } from '../../functions/deletion/edge/work-on-edge.ts';
import {
  AccountDisabled,
  NotAllowedNow,
  NotYours,
  StepFailed,
  StoreUnavailable,
  UnknownVideo,
} from '../../functions/deletion/errors.ts';
import type { Ports, ReceivedMessage } from '../../functions/deletion/ports.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { undoDeletion } from '../../functions/deletion/requests/undo-deletion.ts';
import { sweepDeletions } from '../../functions/deletion/work/sweep-deletions.ts';
import { workOnDeletion } from '../../functions/deletion/work/work-on-deletion.ts';
import { holdAsCaller, releaseAsCaller, replayAsCaller } from './as-caller.ts';
import type { MemoryQueue } from './memory-queue.ts';
import type { TaskName } from './schedule.ts';
import { StoreDown } from './schedule-actor.ts';
import type { ScheduledWorld } from './schedule-world.ts';

export type Task = {
  /** How long it may run: the timeout of its Lambda function. */
  lifeSeconds: number;
  work(scheduled: ScheduledWorld, which: number, ports: Ports, timeLeft: () => number): Promise<void>;
};

const API_SECONDS = 25;
const CLEANUP_SECONDS = 300;
const REASON = { code: 'litigation', caseNumber: 'A-1' } as const;

const api = (work: (scheduled: ScheduledWorld, which: number, ports: Ports) => Promise<void>): Task => ({
  lifeSeconds: API_SECONDS,
  work,
});
const cleanup = (work: Task['work']): Task => ({ lifeSeconds: CLEANUP_SECONDS, work });
const edge = (work: Task['work']): Task => ({ lifeSeconds: 60, work });

/** All tasks, each as its handler does it. */
export const TASKS: Record<TaskName, Task> = {
  requestByOwner: api((scheduled, which, ports) => request(scheduled, ports, videoIn(scheduled, which), 'owner')),
  requestByAdmin: api((scheduled, which, ports) => request(scheduled, ports, videoIn(scheduled, which), 'admin')),
  undo: api(async (scheduled, which, ports) => {
    const { videoId, ownerId } = videoIn(scheduled, which);
    await undoDeletion(ports, { videoId, callerId: ownerId });
  }),
  replay: api(async (scheduled, which, ports) => {
    await replayAsCaller(ports, { videoId: videoIn(scheduled, which).videoId, callerId: scheduled.adminId });
  }),
  hold: api(async (scheduled, which, ports) => {
    const asked = { videoId: videoIn(scheduled, which).videoId, callerId: scheduled.adminId };
    await holdAsCaller(ports, { ...asked, reason: REASON });
  }),
  release: api(async (scheduled, which, ports) => {
    const asked = { videoId: videoIn(scheduled, which).videoId, callerId: scheduled.adminId };
    await releaseAsCaller(ports, { ...asked, reason: REASON });
  }),
  sweep: { lifeSeconds: 55, work: async (_scheduled, _which, ports) => void (await sweepDeletions(ports)) },
  deliver: cleanup(async ({ world: { queues } }, _which, ports, timeLeft) => {
    for (const { message, receiptHandle } of queues.cleanup.receive(1)) {
      await workOnDeletion(ports, message, timeLeft);
      queues.cleanup.delete(receiptHandle);
    }
  }),
  deliverAgain: cleanup(async ({ world: { queues } }, which, ports, timeLeft) => {
    for (const message of oneOf(queues.cleanup, which)) await workOnDeletion(ports, message, timeLeft);
  }),
  redrive: cleanup(async ({ world: { queues } }, which, ports, timeLeft) => {
    for (const message of oneOf(queues.dead, which)) await workOnDeletion(ports, message, timeLeft);
  }),
  deliverToEdge: edge(async ({ world: { queues } }, _which, ports) => {
    const deliveries = queues.edge.receive(10);
    if (!ports.edge) return;
    const failed = await workOnEdge(
      { ...ports, edge: ports.edge },
      deliveries.map(({ message }) => message),
    );
    for (const { message, receiptHandle } of deliveries)
      if (!failed.some(({ videoId }) => videoId === message.videoId)) queues.edge.delete(receiptHandle);
  }),
  deliverToEdgeAgain: edge(async ({ world: { queues } }, which, ports) => {
    if (ports.edge) await workOnEdge({ ...ports, edge: ports.edge }, oneOf(queues.edge, which));
  }),
};

/** Performs the task. It may succeed, be refused, or fail because a store is down. Any other outcome is a violation. */
export async function perform(
  scheduled: ScheduledWorld,
  { task, which }: { task: TaskName; which: number },
  ports: Ports,
  timeLeft: () => number,
): Promise<void> {
  const refusals = [AccountDisabled, NotAllowedNow, NotYours, StoreUnavailable, UnknownVideo, StoreDown, StepFailed];
  try {
    await TASKS[task].work(scheduled, which, ports, timeLeft);
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) scheduled.violations.push(`${task}: ${error}`);
  }
}

async function request(
  { accepted, adminId }: ScheduledWorld,
  ports: Ports,
  { videoId, ownerId }: ScheduledWorld['videos'][number],
  by: 'owner' | 'admin',
): Promise<void> {
  const { deletion } = await requestDeletion(ports, { videoId, callerId: by === 'owner' ? ownerId : adminId });
  accepted.add(deletion.deletionId);
}

function videoIn({ videos }: ScheduledWorld, which: number) {
  return videos[which % videos.length] as ScheduledWorld['videos'][number];
}

/** One message of the queue: visible, delayed or in flight. */
function oneOf(queue: MemoryQueue, which: number): ReceivedMessage[] {
  const messages = queue.marked();
  return messages.slice(which % Math.max(1, messages.length)).slice(0, 1);
}
