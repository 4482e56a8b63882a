import type { FailureCode } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { copiesEndAt } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { LONGEST_MESSAGE_SECONDS } from '../record/schedule.ts';
import { recordUnverified } from '../record/step-record.ts';
import { dependentsOf, isDone, STEP_NAMES, type StepName } from '../record/steps.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { MAX_ATTEMPTS, secondsUntil } from '../rules.ts';
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
/** How long to wait for a table that the platform derives. Some platforms refresh theirs once a night. */
const DERIVED_PATIENCE_SECONDS = 2 * A_DAY;
/** How long to wait for an invalidation: longer than CloudFront was ever known to take. Then each wait is a failure. */
const EDGE_PATIENCE_SECONDS = 2 * A_DAY;

/** Ends a pass with one write that decides what comes next: a hold, a retry, settling, a wait, or the receipt. */
export async function concludePass(ports: Ports, pass: Pass): Promise<void> {
  const { tombstone } = pass;
  if (pass.locked && isLockAlone(tombstone)) return await lock(ports, pass);
  const remains = remainsFor(pass);
  if (remains) return await giveUpPass(ports, pass, remains);
  if (!Object.values(tombstone.steps).every(isDone)) return await retry(ports, pass);
  if (tombstone.state !== 'settling' || tombstone.progressed) return await settle(ports, pass);
  const waits = await waitsFor(ports, tombstone);
  if (waits.length > 0) return await wait(ports, pass, waits);
  if (!(await finishDeletion(ports, pass))) await retry(ports, pass, 'ReceiptNotSigned');
}

/** What did not become less, by the step that deletes it. */
const REMAINS: readonly [StepName, FailureCode][] = [
  ['deleteObjects', 'ObjectsRemain'],
  ['deleteRows', 'RowsRemain'],
  ['cancelRuns', 'RunsRemain'],
  ['invalidateCache', 'CachedKeysRemain'],
];

/** How much this pass found that had come back. */
function amountOf({ found }: Pass): number {
  return Object.values(found).reduce((sum, count) => sum + count, 0);
}

/** What has come back as often as there are attempts, and has not become less. Undefined while there is hope. */
function remainsFor(pass: Pass): FailureCode | undefined {
  const { tombstone, found } = pass;
  if (tombstone.attempts < MAX_ATTEMPTS || !lifecycle.isNoLess(tombstone, amountOf(pass))) return undefined;
  return REMAINS.find(([name]) => (found[name] ?? 0) > 0)?.[1];
}

/** Every store has been empty once: the next pass checks again after the settle delay. */
async function settle(ports: Ports, pass: Pass): Promise<void> {
  const next = await pass.end((tombstone, now) => lifecycle.settle(tombstone, now, amountOf(pass)));
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
  const hasWaited = settlingSeconds(pass.tombstone, clock());
  if (waits.includes('edge') && !endAt && hasWaited > EDGE_PATIENCE_SECONDS)
    return await retry(ports, pass, 'EdgeNotInvalidated');
  if (!waits.includes('edge') && hasWaited > DERIVED_PATIENCE_SECONDS)
    return await retry(ports, pass, 'DerivedRowsRemain');
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

/** How long every store has been empty. What failed before that says nothing about the edge. */
function settlingSeconds({ history, requestedAt }: Tombstone, now: Date): number {
  const since = history.findLast(({ to }) => to === 'settling')?.at ?? requestedAt;
  return (now.getTime() - Date.parse(since)) / 1000;
}

/** @param code why the last check is not the end, if no step says it */
async function retry(ports: Ports, pass: Pass, code?: FailureCode): Promise<void> {
  if (lifecycle.isExhausted(pass.tombstone)) return await giveUpPass(ports, pass, code);
  const next = await pass.end((tombstone, now) =>
    lifecycle.retry(marked(tombstone, code), ports.random, now, amountOf(pass)),
  );
  await enqueueEdge(ports, next);
  await enqueue(ports, next);
}

async function giveUpPass(ports: Ports, pass: Pass, code?: FailureCode): Promise<void> {
  const next = await giveUp(ports, pass.tombstone, (decide) =>
    pass.end((tombstone, now) => decide(marked(tombstone, code), now)),
  );
  if (next) await enqueueEdge(ports, next);
}

function marked(tombstone: Tombstone, code: FailureCode | undefined): Tombstone {
  return code ? recordUnverified(tombstone, code) : tombstone;
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
