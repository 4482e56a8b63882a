import { change, revise, transition } from './change.ts';
import { reasonOf } from './errors.ts';
import type { Pass } from './pass.ts';
import type { Ports } from './ports.ts';
import { receiptOf } from './receipt.ts';
import { expiryOf, NOT_DUE, plus } from './rules.ts';
import type { Tombstone } from './tombstone.ts';

/** Receipt, move and the event to come are one write: there is never one without the others. The event leaves after it. */
export async function finishDeletion(ports: Ports, pass: Pass): Promise<void> {
  const at = ports.clock();
  const receipt = receiptOf(pass.tombstone, { id: ports.newId(), at });
  const signed = await ports.signer.sign(receipt);
  const ended = await pass.end((tombstone) =>
    transition(
      tombstone,
      'finish',
      { at, by: 'worker' },
      {
        receipts: [...tombstone.receipts, signed],
        deletedAt: at.toISOString(),
        expiresAt: expiryOf(at, ports.rules),
        ...NOT_DUE,
        ...(ports.events && outboxWith(tombstone, { id: receipt.jti, at }, ports)),
      },
    ),
  );
  ports.log.info('deleted', { videoId: ended.videoId, deletionId: ended.deletionId, counts: receipt.counts });
  await publishOutbox(ports, ended);
}

/** Publishes what the outbox holds, then empties it. What is left there is the sweeper's to send. */
export async function publishOutbox(
  { events, tombstones, log }: Pick<Ports, 'events' | 'tombstones' | 'log'>,
  { videoId, deletionId, ownerId, outbox }: Tombstone,
): Promise<void> {
  if (!events || outbox.length === 0) return;
  try {
    await events.publish(outbox.map((event) => ({ ...event, videoId, deletionId, ownerId })));
    await change(tombstones, videoId, (current) => {
      const left = current.outbox.filter(({ id }) => !outbox.some((sent) => sent.id === id));
      return revise(current, { outbox: left, ...(left.length === 0 && !current.dueAt && { sweepAt: undefined }) });
    });
  } catch (error) {
    log.warn('event not published', { videoId, deletionId, code: reasonOf(error) });
  }
}

function outboxWith({ outbox }: Tombstone, { id, at }: { id: string; at: Date }, { rules }: Ports) {
  return {
    outbox: [...outbox, { id, type: 'VideoDeleted' as const, at: at.toISOString() }],
    sweepAt: plus(at, rules.sweepAfterSeconds).toISOString(),
  };
}
