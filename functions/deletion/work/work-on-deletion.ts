import { type FailureCode, LeaseLost, NotAllowedNow, OutOfTime, UnknownVideo } from '../errors.ts';
import type { Ports, ReceivedMessage } from '../ports.ts';
import { change } from '../record/change.ts';
import { awaitsGate } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { nextWorkAt } from '../record/schedule.ts';
import { hasOpenSteps } from '../record/steps.ts';
import { isFree, isToBeHidden, stateBehindHold, type Tombstone } from '../record/tombstone.ts';
import { isRedriven } from '../requests/is-redriven.ts';
import { replayDeletion } from '../requests/replay-deletion.ts';
import { GATE_LOOK_SECONDS, RESERVED_MILLISECONDS, secondsUntil } from '../rules.ts';
import { concludePass } from './conclude-pass.ts';
import { deleteVideo } from './delete-video.ts';
import { enqueue, enqueueEdge, enqueueIn } from './enqueue.ts';
import { giveUp } from './give-up.ts';
import { hideNow } from './hide-now.ts';
import { type Pass, startPass } from './pass.ts';
import { restoreVideo } from './restore-video.ts';
import { takeLease } from './take-lease.ts';

/** How often the pipeline may run in one pass. It runs again when verify finds something that was written meanwhile. */
const MAX_ROUNDS = 3;

/**
 * Does the work that one message asks for: the next piece of work of a deletion, if any is due.
 * @param timeLeft milliseconds until this worker is stopped
 * @throws {UnknownVideo} when the message names no deletion: only this message is refused
 */
export async function workOnDeletion(ports: Ports, message: ReceivedMessage, timeLeft: () => number): Promise<void> {
  const found = await ports.tombstones.find(message.videoId);
  if (!found) throw new UnknownVideo('The message names no deletion');
  if (found.deletionId !== message.deletionId) return;
  if (stateBehindHold(found) === 'failed') await replayIfRedriven(ports, found, message);
  // An accepted deletion hides the video in every state, even while nothing may be deleted. A pass does it first of
  // all.
  const isVisible = isToBeHidden(found) && !isFree(found, ports.clock());
  const tombstone = isVisible ? await hideNow(ports, found) : found;
  if (isEarly(tombstone, ports.clock())) return await comeBack(ports, tombstone);
  if (tombstone.state === 'cancelled') return await restoreVideo(ports, tombstone);
  // The only work that a deleted video can have left is to open its gate.
  if (tombstone.state === 'deleted') return await enqueueEdge(ports, tombstone);
  if (!isFree(tombstone, ports.clock())) return;
  if (awaitsGate(tombstone, ports.rules, ports.clock())) return await waitForGate(ports, tombstone);

  // There is too little time left for any work, and an attempt would be lost. The next worker has all of its time.
  if (timeLeft() < RESERVED_MILLISECONDS) return await enqueue(ports, tombstone);
  const lease = await takeLease(ports, tombstone);
  if (lease.outcome === 'exhausted') return await giveUpExhausted(ports, tombstone, lease.code);
  if (lease.outcome === 'leased') await work(ports, startPass(ports, lease.tombstone, timeLeft));
  if (lease.outcome === 'ownerChanged') await undoneByOwnerChange(ports, lease.tombstone);
  if (lease.outcome === 'postponed') await enqueue(ports, lease.tombstone);
}

/** The video belongs to somebody who has not asked for anything. It is shown again. */
async function undoneByOwnerChange(ports: Ports, undone: Tombstone): Promise<void> {
  const { videoId, deletionId, history } = undone;
  ports.log.warn('deletion undone', { videoId, deletionId, ...history.at(-1)?.detail });
  await restoreVideo(ports, undone);
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

/**
 * This worker is out of time, and another one continues at once. Deleted keys do not come back, so no position is kept.
 */
async function handOn(ports: Ports, pass: Pass): Promise<void> {
  const ended = await pass.end(lifecycle.handOn);
  await enqueue(ports, ended);
}

/** True when nothing may begin yet, or nothing is due at all. */
function isEarly(tombstone: Tombstone, now: Date): boolean {
  const at = nextWorkAt(tombstone);
  return at === undefined || secondsUntil(at, now) > 0;
}

/**
 * Sends the message again for the time when the work may begin. A worker with the lease continues without a message.
 */
async function comeBack(ports: Ports, tombstone: Tombstone): Promise<void> {
  if (!tombstone.lease) await enqueue(ports, tombstone);
}

/**
 * No attempt is left. The last worker crashed before it could record that, or the row cannot be read (`code`), and
 * without it no work may begin.
 */
async function giveUpExhausted(ports: Ports, exhausted: Tombstone, code?: FailureCode): Promise<void> {
  await giveUp(
    ports,
    exhausted,
    async (decide) => {
      const { before, after } = await change(ports, exhausted.videoId, (current, now) =>
        isUnchanged(current, exhausted) ? decide(current, now) : current,
      );
      return after === before ? undefined : after;
    },
    code,
  );
}

function isUnchanged(current: Tombstone, { deletionId, lease, state }: Tombstone): boolean {
  return current.deletionId === deletionId && current.lease?.owner === lease?.owner && current.state === state;
}

async function replayIfRedriven(ports: Ports, failed: Tombstone, message: ReceivedMessage): Promise<void> {
  if (!isRedriven(failed, message)) return;
  try {
    await replayDeletion(ports, { videoId: failed.videoId, by: message.redrivenBy ?? 'redrive', underHold: true });
  } catch (error) {
    // Another copy of the message was first.
    if (!(error instanceof NotAllowedNow)) throw error;
  }
}

/**
 * Sends the gate's message again, because it may be lost. Nothing is written: the deletion stays due, and its undo
 * window is over.
 */
async function waitForGate(ports: Ports, tombstone: Tombstone): Promise<void> {
  await enqueueEdge(ports, tombstone);
  await enqueueIn(ports, tombstone, GATE_LOOK_SECONDS);
}
