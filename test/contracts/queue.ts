import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeletionMessage, Queue } from '../../functions/deletion/ports.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import type { Delivery } from '../support/memory-queue.ts';

/** A queue with a visibility timeout of two seconds and a dead-letter queue after five receives, and its other end. */
export type QueueEnds = {
  queue: Queue;
  /** Waits up to so many seconds of the queue's time for a message to become visible. */
  receive(waitSeconds: number): Promise<Omit<Delivery, 'groupId'>[]>;
  delete(receiptHandle: string): Promise<void>;
  changeVisibility(receiptHandle: string, seconds: number): Promise<void>;
  deadLetters(): Promise<DeletionMessage[]>;
  close(): Promise<void>;
};

/** What every queue of deletions must do. */
export function queueContract(open: () => Promise<QueueEnds>): void {
  const message: DeletionMessage = { videoId: aVideoId(), deletionId: uuidv7() };
  const groupId = uuidv7();
  let ends: QueueEnds;

  beforeEach(async () => {
    ends = await open();
  });
  afterEach(() => ends.close());

  async function receiveOne(waitSeconds: number) {
    const deliveries = await ends.receive(waitSeconds);
    expect(deliveries).toHaveLength(1);
    return deliveries[0] as (typeof deliveries)[0];
  }

  describe('a message', () => {
    it('arrives as it was sent, and not again once deleted', async () => {
      await ends.queue.send(message, { groupId });
      const delivery = await receiveOne(0);
      expect(delivery).toMatchObject({ message, receiveCount: 1 });
      await ends.delete(delivery.receiptHandle);
      expect(await ends.receive(5)).toEqual([]);
    });

    it('comes again after the visibility timeout unless it was deleted', async () => {
      await ends.queue.send(message, { groupId });
      await receiveOne(0);
      expect(await ends.receive(0)).toEqual([]);
      expect(await receiveOne(5)).toMatchObject({ message, receiveCount: 2 });
    });

    it('comes again as soon as its visibility timeout is ended', async () => {
      await ends.queue.send(message, { groupId });
      await ends.changeVisibility((await receiveOne(0)).receiptHandle, 0);
      expect(await receiveOne(0)).toMatchObject({ message, receiveCount: 2 });
    });

    it('waits for its delay, of which a part of a second counts as a whole one', async () => {
      await ends.queue.send(message, { groupId, delaySeconds: 1.2 });
      expect(await ends.receive(0)).toEqual([]);
      expect(await receiveOne(5)).toMatchObject({ message, receiveCount: 1 });
    });

    it('is taken even when it is to wait longer than a queue can, or not at all', async () => {
      await ends.queue.send(message, { groupId, delaySeconds: 20_000 });
      expect(await ends.receive(0)).toEqual([]);
      await ends.queue.send(message, { groupId, delaySeconds: -5 });
      expect(await receiveOne(0)).toMatchObject({ message });
    });

    it('goes to the dead letters after five receives', async () => {
      await ends.queue.send(message, { groupId });
      for (const receiveCount of [1, 2, 3, 4, 5]) {
        const delivery = await receiveOne(0);
        expect(delivery.receiveCount).toBe(receiveCount);
        expect(await ends.deadLetters()).toEqual([]);
        await ends.changeVisibility(delivery.receiptHandle, 0);
      }
      expect(await ends.receive(0)).toEqual([]);
      expect(await ends.deadLetters()).toEqual([message]);
    });
  });
}
