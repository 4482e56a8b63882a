import type { Clock, DeletionMessage, MessageMarks, Queue, ReceivedMessage } from '../../functions/deletion/ports.ts';

/** SQS's own limit, in seconds. */
const LONGEST_DELAY = 900;

/** One delivery of a message. */
export type Delivery = {
  message: ReceivedMessage;
  groupId: string;
  /** 1 at the first delivery. */
  receiveCount: number;
  /** Names this delivery to `delete` and `changeVisibility`; an older one of the same message is worth nothing. */
  receiptHandle: string;
};

type Stored = {
  message: DeletionMessage;
  marks: MessageMarks;
  groupId: string;
  receiveCount: number;
  visibleAt: number;
  receiptHandle: string;
};

/** A standard queue in memory. Its time is the clock's: moving the clock ends delays and visibility timeouts. */
export type MemoryQueue = Queue & {
  /** Takes up to `limit` visible messages and hides them for the visibility timeout. */
  receive(limit?: number): Delivery[];
  delete(receiptHandle: string): void;
  /** Makes the message visible again in so many seconds. */
  changeVisibility(receiptHandle: string, seconds: number): void;
  /** Everything in the queue: visible, delayed and in flight. */
  messages(): DeletionMessage[];
  /** The same messages as a redrive moves them, with what each says besides its body. */
  marked(): ReceivedMessage[];
  /** What was received `maxReceiveCount` times and never deleted, and was then asked for once more. */
  deadLetters(): DeletionMessage[];
};

/** A queue for domain tests, held to the same contract suite as SQS. `visibilitySeconds` 30 is SQS's default. */
export function createMemoryQueue(options: {
  clock: Clock;
  visibilitySeconds?: number;
  maxReceiveCount?: number;
}): MemoryQueue {
  const { clock, visibilitySeconds = 30, maxReceiveCount = 5 } = options;
  const now = () => clock().getTime();
  const dead: DeletionMessage[] = [];
  let stored: Stored[] = [];
  let deliveries = 0;

  function deliver(entry: Stored): Delivery {
    deliveries += 1;
    entry.receiveCount += 1;
    entry.visibleAt = now() + visibilitySeconds * 1000;
    entry.receiptHandle = `delivery-${deliveries}`;
    const { message, marks, groupId, receiveCount, receiptHandle } = entry;
    return { message: { ...message, ...marks }, groupId, receiveCount, receiptHandle };
  }

  function moveToDeadLetters(worn: Stored[]): void {
    dead.push(...worn.map(({ message }) => message));
    stored = stored.filter((entry) => !worn.includes(entry));
  }

  return {
    async send(message, { delaySeconds = 0, groupId, ...marks }) {
      const delay = Math.min(Math.max(Math.ceil(delaySeconds), 0), LONGEST_DELAY);
      stored.push({
        message: { ...message },
        marks,
        groupId,
        receiveCount: 0,
        visibleAt: now() + delay * 1000,
        receiptHandle: '',
      });
    },
    receive(limit = 10) {
      const visible = stored.filter(({ visibleAt }) => visibleAt <= now());
      moveToDeadLetters(visible.filter(({ receiveCount }) => receiveCount >= maxReceiveCount));
      return visible
        .filter((entry) => stored.includes(entry))
        .slice(0, limit)
        .map(deliver);
    },
    delete(receiptHandle) {
      stored = stored.filter((entry) => entry.receiptHandle !== receiptHandle);
    },
    changeVisibility(receiptHandle, seconds) {
      const entry = stored.find((candidate) => candidate.receiptHandle === receiptHandle);
      if (entry) entry.visibleAt = now() + seconds * 1000;
    },
    messages: () => stored.map(({ message }) => ({ ...message })),
    marked: () => stored.map(({ message, marks }) => ({ ...message, ...marks })),
    deadLetters: () => dead.map((message) => ({ ...message })),
  };
}
