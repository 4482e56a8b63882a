import { revise } from './change.ts';
import { concludePass } from './conclude-pass.ts';
import { deleteVideo } from './delete-video.ts';
import { enqueue, enqueueEdge } from './enqueue.ts';
import { LeaseLost, OutOfTime, UnknownVideo } from './errors.ts';
import { awaitsGate } from './gate.ts';
import { giveUp } from './give-up.ts';
import { hideNow } from './hide-now.ts';
import { type Pass, startPass } from './pass.ts';
import type { DeletionMessage, Ports } from './ports.ts';
import { restoreVideo } from './restore-video.ts';
import { dueIn, GATE_LOOK_SECONDS, secondsUntil } from './rules.ts';
import { hasOpenSteps } from './step-record.ts';
import { takeLease } from './take-lease.ts';
import type { Tombstone } from './tombstone.ts';

/** How often the pipeline runs in one pass when verify finds something that came back in between. */
const MAX_ROUNDS = 3;

/**
 * What one message asks for: the next piece of work at a deletion, if any is due.
 * @param timeLeft milliseconds until this worker is stopped
 * @throws {UnknownVideo} when the message names no deletion: it is refused alone
 */
export async function workOnDeletion(ports: Ports, message: DeletionMessage, timeLeft: () => number): Promise<void> {
  const tombstone = await ports.tombstones.find(message.videoId);
  if (!tombstone) throw new UnknownVideo('The message names no deletion');
  if (tombstone.deletionId !== message.deletionId || !tombstone.dueAt) return;
  if (secondsUntil(tombstone.dueAt, ports.clock()) > 0) return await comeBack(ports, tombstone);
  if (tombstone.state === 'cancelled') return await restoreVideo(ports, tombstone);
  // All that a deleted video may still be due for is the end of its gate.
  if (tombstone.state === 'deleted') return await enqueueEdge(ports, tombstone);
  if (awaitsGate(tombstone, ports.rules, ports.clock())) return await waitForGate(ports, tombstone);

  const leased = await takeLease(ports, tombstone);
  if (leased === 'exhausted') return await giveUp(ports, tombstone);
  if (leased) await work(ports, startPass(ports, leased, timeLeft));
}

async function work(ports: Ports, pass: Pass): Promise<void> {
  try {
    for (let round = 0; round === 0 || (round < MAX_ROUNDS && hasOpenSteps(pass.tombstone.steps)); round++) {
      await deleteVideo(ports, pass);
    }
    await concludePass(ports, pass);
  } catch (error) {
    if (error instanceof OutOfTime) return await handOn(ports, pass);
    if (!(error instanceof LeaseLost)) throw error;
    ports.log.warn('lease lost', { videoId: pass.tombstone.videoId, deletionId: pass.tombstone.deletionId });
  }
}

/** The time is over: another worker goes on at once. Deleted keys do not come back, so there is no place to remember. */
async function handOn(ports: Ports, pass: Pass): Promise<void> {
  const now = dueIn(ports.clock(), 0, ports.rules);
  const ended = await pass.end((tombstone) => revise(tombstone, { ...now, progressed: pass.removed }));
  await enqueue(ports, ended);
}

/** Early. A live lease has its holder; otherwise the message waits, and a video that is not hidden yet is hidden now. */
async function comeBack(ports: Ports, tombstone: Tombstone): Promise<void> {
  if (tombstone.leaseOwner) return;
  if (tombstone.state === 'pending' && !tombstone.hidden) await hideNow(ports, tombstone);
  await enqueue(ports, tombstone);
}

/** Its message may be lost, so it is sent again. Nothing is written: the deletion stays due, and its undo window is over. */
async function waitForGate(ports: Ports, tombstone: Tombstone): Promise<void> {
  await enqueueEdge(ports, tombstone);
  await enqueue(ports, { ...tombstone, ...dueIn(ports.clock(), GATE_LOOK_SECONDS, ports.rules) });
}
