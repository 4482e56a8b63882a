import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { change } from '../record/change.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { type Receipt, receiptOf } from '../record/receipt.ts';
import type { Tombstone } from '../record/tombstone.ts';
import { plus } from '../rules.ts';
import type { Pass } from './pass.ts';

/**
 * Receipt, move and the event to come are one write: there is never one without the others. The event leaves after it.
 * @returns false when the receipt could not be signed: then nothing is written
 */
export async function finishDeletion(ports: Ports, pass: Pass): Promise<boolean> {
  const at = ports.clock();
  const receipt = receiptOf(pass.tombstone, { id: ports.newId(), at });
  const signed = await sign(ports, pass, receipt);
  if (signed === undefined) return false;
  const event = ports.events && receipt.jti;
  const ended = await pass.end((tombstone) => lifecycle.finish(tombstone, { at, receipt: signed, event }, ports.rules));
  ports.metrics.record('DeletionsDeleted', 1);
  // The last look found nothing: without this, an alarm on residue would have no data to stand on.
  ports.metrics.record('ResidueFound', 0);
  ports.log.info('deleted', { videoId: ended.videoId, deletionId: ended.deletionId, counts: receipt.counts });
  await publishOutbox(ports, ended);
  return true;
}

async function sign({ signer, log }: Pick<Ports, 'signer' | 'log'>, { tombstone }: Pass, receipt: Receipt) {
  try {
    return await signer.sign(receipt);
  } catch (error) {
    const { videoId, deletionId } = tombstone;
    log.error('receipt not signed', { videoId, deletionId, code: reasonOf(error) });
    return undefined;
  }
}

/** Publishes what the outbox holds, then empties it. What is left there is the sweeper's to send. */
export async function publishOutbox(
  { events, tombstones, log, rules }: Pick<Ports, 'events' | 'tombstones' | 'log' | 'rules'>,
  { videoId, deletionId, ownerId, outbox }: Tombstone,
): Promise<void> {
  if (!events || outbox.length === 0) return;
  try {
    await events.publish(outbox.map((event) => ({ ...event, videoId, deletionId, ownerId })));
    await change(tombstones, videoId, (current) => {
      const left = current.outbox.filter(({ id }) => !outbox.some((sent) => sent.id === id));
      return lifecycle.revise(current, {
        outbox: left,
        ...(left.length === 0 && { sweepAt: sweepAtOf(current, rules) }),
      });
    });
  } catch (error) {
    log.warn('event not published', { videoId, deletionId, code: reasonOf(error) });
  }
}

/** When the sweeper acts on a deletion whose outbox is empty. */
function sweepAtOf({ dueAt }: Tombstone, { sweepAfterSeconds }: Ports['rules']): string | undefined {
  return dueAt && plus(new Date(dueAt), sweepAfterSeconds).toISOString();
}
