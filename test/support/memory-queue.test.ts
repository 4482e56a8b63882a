import { describe, expect, it } from 'vitest';
import { queueContract } from '../contracts/queue.ts';
import { aVideoId } from './a-tombstone.ts';
import { createMemoryQueue } from './memory-queue.ts';

queueContract(async () => {
  let now = 0;
  const queue = createMemoryQueue({ clock: () => new Date(now), visibilitySeconds: 2 });
  return {
    queue,
    async receive(waitSeconds) {
      const deliveries = queue.receive();
      if (deliveries.length > 0 || waitSeconds === 0) return deliveries;
      now += waitSeconds * 1000;
      return queue.receive();
    },
    delete: async (receiptHandle) => queue.delete(receiptHandle),
    changeVisibility: async (receiptHandle, seconds) => queue.changeVisibility(receiptHandle, seconds),
    deadLetters: async () => queue.deadLetters(),
    close: async () => {},
  };
});

describe('the queue in memory', () => {
  it('cuts a delay to 900 seconds', async () => {
    let now = 0;
    const queue = createMemoryQueue({ clock: () => new Date(now) });
    await queue.send({ videoId: aVideoId(), deletionId: 'd' }, { groupId: 'owner', delaySeconds: 20_000 });
    now = 899_999;
    expect(queue.receive()).toEqual([]);
    now = 900_000;
    expect(queue.receive()).toHaveLength(1);
  });

  it('says for whom it keeps a message', async () => {
    const queue = createMemoryQueue({ clock: () => new Date(0) });
    await queue.send({ videoId: aVideoId(), deletionId: 'd' }, { groupId: 'owner' });
    expect(queue.receive()[0]?.groupId).toBe('owner');
  });
});
