import { reasonOf } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { type ChangePorts, change } from '../record/change.ts';
import { lacksEvidence } from '../record/exceptions.ts';
import * as lifecycle from '../record/lifecycle.ts';
import { type Receipt, receiptOf } from '../record/receipt.ts';
import type { Tombstone } from '../record/tombstone.ts';
import type { Pass } from './pass.ts';

/**
 * Writes the receipt, the state and the event in one write, so none exists without the others. The event is sent after
 * it.
 * @returns false when the receipt could not be signed; nothing is written then
 */
export async function finishDeletion(ports: Ports, pass: Pass): Promise<boolean> {
  const at = ports.clock();
  const receipt = receiptOf(pass.tombstone, { id: ports.newId(), at, issuer: ports.receiptIssuer });
  const signed = await sign(ports, pass, receipt);
  if (signed === undefined) return false;
  const event = ports.events && receipt.jti;
  const ended = await pass.end((tombstone, { rules }) =>
    lifecycle.finish(tombstone, { receipt: signed, event }, { at, rules }),
  );
  ports.metrics.record('DeletionsDeleted', 1);
  if (lacksEvidence(receipt.exceptions)) ports.metrics.record('EvidenceMissing', 1);
  // The last check found nothing. Without this figure, the alarm on residue would have no data.
  ports.metrics.record('ResidueFound', 0);
  ports.log.info('deleted', { videoId: ended.videoId, deletionId: ended.deletionId, counts: receipt.counts });
  await publishOutbox(ports, ended);
  return true;
}

async function sign(
  { signer, log, metrics }: Pick<Ports, 'signer' | 'log' | 'metrics'>,
  { tombstone }: Pass,
  receipt: Receipt,
) {
  try {
    return await signer.sign(receipt);
  } catch (error) {
    const { videoId, deletionId } = tombstone;
    log.error('receipt not signed', { videoId, deletionId, code: reasonOf(error) });
    metrics.record('ReceiptsNotSigned', 1);
    return undefined;
  }
}

/** Publishes the events in the outbox, then empties it. If that fails, the sweeper tries again. */
export async function publishOutbox(
  ports: Pick<Ports, 'events'> & ChangePorts,
  { videoId, deletionId, ownerId, outbox }: Tombstone,
): Promise<void> {
  const { events, log } = ports;
  if (!events || outbox.length === 0) return;
  try {
    await events.publish(outbox.map((event) => ({ ...event, videoId, deletionId, ownerId })));
    const sent = outbox.map(({ id }) => id);
    await change(ports, videoId, (current, now) => lifecycle.published(current, sent, now));
  } catch (error) {
    log.warn('event not published', { videoId, deletionId, code: reasonOf(error) });
  }
}
