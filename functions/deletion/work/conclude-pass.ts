import type { Ports } from '../ports.ts';
import { copiesEndAt } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { LONGEST_MESSAGE_SECONDS } from '../record/schedule.ts';
import { recordUnsigned } from '../record/step-record.ts';
import { dependentsOf, isDone, STEP_NAMES } from '../record/steps.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { secondsUntil } from '../rules.ts';
import { enqueue, enqueueEdge } from './enqueue.ts';
import { finishDeletion } from './finish-deletion.ts';
import { giveUp } from './give-up.ts';
import type { Pass } from './pass.ts';
import { waitsFor } from './steps/verify.ts';

/**
 * How long to wait for an invalidation or a derived table before the next check, in seconds. The wait grows with the
 * time that has already passed.
 */
const WAIT_SECONDS = { least: 30, most: 600, share: 0.25 };
/** A lock without an end, such as a legal hold in the store, is checked once a day. */
const A_DAY = 86_400;

/** Ends a pass with one write that decides what comes next: a hold, a retry, settling, a wait, or the receipt. */
export async function concludePass(ports: Ports, pass: Pass): Promise<void> {
  const { tombstone } = pass;
  if (pass.locked && isLockAlone(tombstone)) return await lock(ports, pass);
  if (!Object.values(tombstone.steps).every(isDone)) return await retry(ports, pass);
  if (tombstone.state !== 'settling' || tombstone.progressed) return await settle(ports, pass);
  const waits = await waitsFor(ports, tombstone);
  if (waits.length > 0) return await wait(ports, pass, waits);
  if (!(await finishDeletion(ports, pass))) await retry(ports, pass, recordUnsigned);
}

/** Every store has been empty once: the next pass checks again after the settle delay. */
async function settle(ports: Ports, pass: Pass): Promise<void> {
  const next = await pass.end(lifecycle.settle);
  await enqueueEdge(ports, next);
  await enqueue(ports, next);
}

/**
 * Waiting is not a failure and costs no attempt. After each wait, invalidate-edge checks the edge again. Copies behind
 * a gate may take a day to expire. A message would arrive early again and again, so the sweeper picks up the deletion
 * instead.
 */
async function wait(ports: Ports, pass: Pass, waits: string[]): Promise<void> {
  const { clock, rules, log } = ports;
  const endAt = waits.includes('edge') ? copiesEndAt(pass.tombstone, rules) : undefined;
  const seconds = endAt ? secondsUntil(endAt.toISOString(), clock()) : waitSeconds(pass.tombstone, ports);
  const next = await pass.end((tombstone, now) => lifecycle.wait(tombstone, seconds, now));
  log.info('waiting', { videoId: next.videoId, deletionId: next.deletionId, for: waits });
  if (waits.includes('edge') && !endAt) await enqueueEdge(ports, next);
  if (seconds <= LONGEST_MESSAGE_SECONDS) await enqueue(ports, next);
}

function waitSeconds({ edge, history }: Tombstone, { clock, rules }: Ports): number {
  const since = Date.parse(edge?.requestedAt ?? history.at(-1)?.at ?? '');
  const waited = (clock().getTime() - since) / 1000;
  const { least, most, share } = WAIT_SECONDS;
  return Math.max(1, Math.min(Math.max(least, waited * share), most, rules.settleSeconds));
}

/** @param mark records another failure, such as a receipt that was not signed */
async function retry(ports: Ports, pass: Pass, mark = (tombstone: Tombstone) => tombstone): Promise<void> {
  const next = lifecycle.isExhausted(pass.tombstone)
    ? await giveUp(ports, pass.tombstone, (decide) => pass.end((tombstone, now) => decide(mark(tombstone), now)))
    : await pass.end((tombstone, now) => lifecycle.retry(mark(tombstone), ports.random, now));
  if (!next) return;
  await enqueueEdge(ports, next);
  await enqueue(ports, next);
}

/** True when all remaining work waits for the lock. Any other failure can be repaired, and must not wait for years. */
function isLockAlone({ steps }: Tombstone): boolean {
  const waiting = dependentsOf('deleteObjects');
  return STEP_NAMES.every(
    (name) =>
      name === 'deleteObjects' || isDone(steps[name]) || (waiting.includes(name) && steps[name].state !== 'failed'),
  );
}

/** Retention in the store forbids deleting. Nothing is tried before it ends, and the pass costs no attempt. */
async function lock(ports: Ports, pass: Pass): Promise<void> {
  const { clock, log, metrics } = ports;
  const until = pass.locked?.until;
  const seconds = until ? Math.max(1, secondsUntil(until, clock())) : A_DAY;
  const next = await pass.end((tombstone, now) => lifecycle.lock(tombstone, { because: 'objectLock', seconds }, now));
  // Everything that is not locked is deleted, so the edge must not keep copies of it meanwhile.
  await enqueueEdge(ports, next);
  metrics.record('DeletionsHeld', 1);
  log.warn('held by the store', { videoId: next.videoId, deletionId: next.deletionId, until });
}
