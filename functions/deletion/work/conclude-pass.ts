import type { Ports } from '../ports.ts';
import { copiesEndAt } from '../record/gate.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { dependentsOf, isDone } from '../record/step-record.ts';
import { STEP_NAMES, type Tombstone } from '../record/tombstone.ts';
import { MAX_ATTEMPTS, secondsUntil } from '../rules.ts';
import { enqueue, enqueueEdge } from './enqueue.ts';
import { finishDeletion } from './finish-deletion.ts';
import { giveUp } from './give-up.ts';
import type { Pass } from './pass.ts';
import { waitsFor } from './steps/verify.ts';

/** How long to wait for an invalidation or a derived table before looking again: longer, the longer it lasts. In seconds. */
const WAIT_SECONDS = { least: 30, most: 600, share: 0.25 };
/** SQS's own limit: a message for later than that comes back early, again and again. */
const LONGEST_DELAY_SECONDS = 900;
/** Retention without an end, a legal hold in the store, is looked at once a day. */
const A_DAY = 86_400;

/** Ends a pass with the one write that says what comes next: a retry, a hold, the settling, the receipt. */
export async function concludePass(ports: Ports, pass: Pass): Promise<void> {
  const { tombstone } = pass;
  if (pass.locked && isLockAlone(tombstone)) return await hold(ports, pass);
  if (!Object.values(tombstone.steps).every(isDone)) return await retry(ports, pass);
  if (tombstone.state !== 'settling' || pass.removed) return await settle(ports, pass);
  const waits = await waitsFor(ports, tombstone);
  if (waits.length > 0) return await wait(ports, pass, waits);
  if (!(await finishDeletion(ports, pass))) await retry(ports, pass, withoutReceipt);
}

/** Everything has been empty once: come back after the settle delay and look again. */
async function settle(ports: Ports, pass: Pass): Promise<void> {
  const next = await pass.end((tombstone) => lifecycle.settle(tombstone, ports.clock(), ports.rules));
  await enqueueEdge(ports, next);
  await enqueue(ports, next);
}

/**
 * Not a failure, so it costs no attempt. Whoever invalidates the edge is asked to look again, each time. For the end of the
 * copies behind a gate, which may be a day away, the sweeper brings the deletion back: no message circles so long.
 */
async function wait(ports: Ports, pass: Pass, waits: string[]): Promise<void> {
  const { clock, rules, log } = ports;
  const endAt = waits.includes('edge') ? copiesEndAt(pass.tombstone, rules) : undefined;
  const seconds = endAt ? secondsUntil(endAt.toISOString(), clock()) : waitSeconds(pass.tombstone, ports);
  const next = await pass.end((tombstone) => lifecycle.wait(tombstone, seconds, clock(), rules));
  log.info('waiting', { videoId: next.videoId, deletionId: next.deletionId, for: waits });
  if (waits.includes('edge') && !endAt) await enqueueEdge(ports, next);
  if (seconds <= LONGEST_DELAY_SECONDS) await enqueue(ports, next);
}

function waitSeconds({ edge, history }: Tombstone, { clock, rules }: Ports): number {
  const since = Date.parse(edge?.requestedAt ?? history.at(-1)?.at ?? '');
  const waited = (clock().getTime() - since) / 1000;
  const { least, most, share } = WAIT_SECONDS;
  return Math.max(1, Math.min(Math.max(least, waited * share), most, rules.settleSeconds));
}

/** @param mark what the tombstone has to say of the failure besides */
async function retry(ports: Ports, pass: Pass, mark = (tombstone: Tombstone) => tombstone): Promise<void> {
  const { clock, rules, random } = ports;
  const progressed = pass.removed;
  const isOver = pass.tombstone.attempts >= MAX_ATTEMPTS && !progressed;
  const again = (tombstone: Tombstone) => lifecycle.retry(mark(tombstone), { at: clock(), progressed, random }, rules);
  const next = isOver
    ? await giveUp(ports, pass.tombstone, (decide) => pass.end((tombstone) => decide(mark(tombstone))))
    : await pass.end(again);
  if (!next) return;
  await enqueueEdge(ports, next);
  await enqueue(ports, next);
}

/** There is no end without a signed receipt: the last look failed, and is taken again. */
function withoutReceipt(tombstone: Tombstone): Tombstone {
  const verify = { ...tombstone.steps.verify, state: 'failed', error: 'ReceiptNotSigned' } as const;
  return { ...tombstone, steps: { ...tombstone.steps, verify } };
}

/** True when all that is left to do waits for the lock. What fails beside it can be mended, and must not wait for years. */
function isLockAlone({ steps }: Tombstone): boolean {
  const waiting = dependentsOf('deleteObjects');
  return STEP_NAMES.every(
    (name) =>
      name === 'deleteObjects' || isDone(steps[name]) || (waiting.includes(name) && steps[name].state !== 'failed'),
  );
}

/** Retention in the store forbids to go on: nothing is tried before it ends, and to find it there is no failed attempt. */
async function hold(ports: Ports, pass: Pass): Promise<void> {
  const { clock, rules, log, metrics } = ports;
  const until = pass.locked?.until;
  const seconds = until ? Math.max(1, secondsUntil(until, clock())) : A_DAY;
  const next = await pass.end((tombstone) => lifecycle.holdForLock(tombstone, seconds, clock(), rules));
  // What is not locked is gone: no copy of it is left at the edge meanwhile.
  await enqueueEdge(ports, next);
  metrics.record('DeletionsHeld', 1);
  log.warn('held by the store', { videoId: next.videoId, deletionId: next.deletionId, until });
}
