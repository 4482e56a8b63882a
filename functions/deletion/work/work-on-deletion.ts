import { LeaseLost, NotAllowedNow, OutOfTime, UnknownVideo } from '../errors.ts';
import type { DeletionMessage, Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import { awaitsGate } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { hasOpenSteps } from '../record/step-record.ts';
import { isToBeHidden, type Tombstone } from '../record/tombstone.ts';
import { replayRedriven } from '../requests/replay-deletion.ts';
import { dueIn, GATE_LOOK_SECONDS, RESERVED_MILLISECONDS, secondsUntil } from '../rules.ts';
import { concludePass } from './conclude-pass.ts';
import { deleteVideo } from './delete-video.ts';
import { enqueue, enqueueEdge } from './enqueue.ts';
import { giveUp } from './give-up.ts';
import { hideNow } from './hide-now.ts';
import { type Pass, startPass } from './pass.ts';
import { restoreVideo } from './restore-video.ts';
import { takeLease } from './take-lease.ts';

/** How often the pipeline runs in one pass when verify finds something that came back in between. */
const MAX_ROUNDS = 3;

/**
 * What one message asks for: the next piece of work at a deletion, if any is due.
 * @param timeLeft milliseconds until this worker is stopped
 * @param message with the time at which it was sent, where the queue tells: a redriven one is known by it
 * @throws {UnknownVideo} when the message names no deletion: it is refused alone
 */
export async function workOnDeletion(
  ports: Ports,
  message: DeletionMessage & { sentAt?: Date },
  timeLeft: () => number,
): Promise<void> {
  const tombstone = await ports.tombstones.find(message.videoId);
  if (!tombstone) throw new UnknownVideo('The message names no deletion');
  if (tombstone.deletionId !== message.deletionId) return;
  if (hasFailed(tombstone)) await replayIfRedriven(ports, tombstone, message.sentAt);
  if (tombstone.state === 'failed') return;
  if (!tombstone.dueAt) return;
  if (secondsUntil(tombstone.dueAt, ports.clock()) > 0) return await comeBack(ports, tombstone);
  if (tombstone.state === 'cancelled') return await restoreVideo(ports, tombstone);
  if (tombstone.hold) return await hideIfVisible(ports, tombstone);
  // All that a deleted video may still be due for is the end of its gate.
  if (tombstone.state === 'deleted') return await enqueueEdge(ports, tombstone);
  if (awaitsGate(tombstone, ports.rules, ports.clock())) return await waitForGate(ports, tombstone);

  // With so little time nothing could be done, and an attempt would be spent: the next worker has all of its own.
  if (timeLeft() < RESERVED_MILLISECONDS) return await enqueue(ports, tombstone);
  const leased = await takeLease(ports, tombstone);
  if (leased === 'exhausted') return await giveUpExhausted(ports, tombstone);
  if (leased) await work(ports, startPass(ports, leased, timeLeft));
}

async function work(ports: Ports, pass: Pass): Promise<void> {
  try {
    await workInTime(ports, pass);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    await pass.giveWay();
    ports.log.warn('lease lost', { videoId: pass.tombstone.videoId, deletionId: pass.tombstone.deletionId });
  }
}

async function workInTime(ports: Ports, pass: Pass): Promise<void> {
  try {
    for (let round = 0; round === 0 || (round < MAX_ROUNDS && hasOpenSteps(pass.tombstone.steps)); round++) {
      await deleteVideo(ports, pass);
    }
    await concludePass(ports, pass);
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error;
    await handOn(ports, pass);
  }
}

/** The time is over: another worker goes on at once. Deleted keys do not come back, so there is no place to remember. */
async function handOn(ports: Ports, pass: Pass): Promise<void> {
  const ended = await pass.end((tombstone) => lifecycle.handOn(tombstone, pass.removed, ports.clock(), ports.rules));
  await enqueue(ports, ended);
}

/** Early. A live lease has its holder; otherwise the message waits, and a video that is not hidden yet is hidden now. */
async function comeBack(ports: Ports, tombstone: Tombstone): Promise<void> {
  if (tombstone.leaseOwner) return;
  await hideIfVisible(ports, tombstone);
  await enqueue(ports, tombstone);
}

/** No attempt is left, and the last worker did not live to say so. */
async function giveUpExhausted(ports: Ports, exhausted: Tombstone): Promise<void> {
  await giveUp(ports, exhausted, async (decide) => {
    const { before, after } = await change(ports.tombstones, exhausted.videoId, (current) =>
      isUnchanged(current, exhausted) ? decide(current) : current,
    );
    return after === before ? undefined : after;
  });
}

function isUnchanged(current: Tombstone, { deletionId, leaseOwner, state }: Tombstone): boolean {
  return current.deletionId === deletionId && current.leaseOwner === leaseOwner && current.state === state;
}

/** Accepted means hidden, also while nothing may be removed yet. */
async function hideIfVisible(ports: Ports, tombstone: Tombstone): Promise<void> {
  if (isToBeHidden(tombstone)) await hideNow(ports, tombstone);
}

function hasFailed({ state, heldFrom }: Tombstone): boolean {
  return state === 'failed' || (state === 'held' && heldFrom === 'failed');
}

/**
 * A message that was sent after its deletion was given up can only have come back from the dead-letter queue. Older ones are
 * late copies of what led there.
 */
async function replayIfRedriven(ports: Ports, failed: Tombstone, sentAt?: Date): Promise<void> {
  const failedAt = failed.history.findLast(({ from, to }) => to === 'failed' && from !== 'held')?.at ?? '';
  if (!sentAt || sentAt.toISOString() <= failedAt) return;
  try {
    await replayRedriven(ports, failed);
  } catch (error) {
    // Another copy of the message was first.
    if (!(error instanceof NotAllowedNow)) throw error;
  }
}

/** Its message may be lost, so it is sent again. Nothing is written: the deletion stays due, and its undo window is over. */
async function waitForGate(ports: Ports, tombstone: Tombstone): Promise<void> {
  await enqueueEdge(ports, tombstone);
  await enqueue(ports, { ...tombstone, ...dueIn(ports.clock(), GATE_LOOK_SECONDS, ports.rules) });
}
