import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * SQS's thresholds, and how long it remembers a group:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
const MEMORY_MILLISECONDS = 300_000;

type QueuedMessage = { body: string; messageGroupId?: string };

/** The parts of fauxqs' standard queue that fairness needs. */
export type PlainQueue = {
  messages: QueuedMessage[];
  delayedMessages: QueuedMessage[];
  inflightMessages: Map<string, { message: QueuedMessage }>;
  enqueue(message: QueuedMessage): void;
  dequeue(...how: unknown[]): { ReceiptHandle: string }[];
  deleteMessage(receiptHandle: string): boolean;
  processTimers(): void;
};

/** The consumer time that a group has used, in milliseconds, and the time until which it is counted. */
type Turn = { group: string; until: number; milliseconds: number };

type SendRequest = { MessageBody?: string; MessageGroupId?: string; Entries?: SendRequest[] };

const groupsBeingSent = new AsyncLocalStorage<Map<string, string>>();

/** Runs the rest of a request with the group ids of its messages, because fauxqs drops them on standard queues. */
export function withGroupsOf(body: unknown, rest: () => void): void {
  const { Entries, ...single } = (body ?? {}) as SendRequest;
  const named = (Entries ?? [single]).flatMap(({ MessageBody, MessageGroupId }) =>
    MessageBody && MessageGroupId ? [[MessageBody, MessageGroupId] as const] : [],
  );
  groupsBeingSent.run(new Map(named), rest);
}

/**
 * Makes a standard queue deliver like SQS's fair queues. A group that uses more than its share of the consumers is
 * noisy, until its backlog is drained or it was silent for five minutes. Messages of other groups come first; among
 * noisy groups, the one with the fewest messages in flight comes first. A message without a group is a group of its
 * own.
 * @param clock milliseconds
 */
export function makeFair(queue: PlainQueue, clock: () => number = Date.now): void {
  const { enqueue, dequeue, deleteMessage } = queue;
  const turns = recordTurns(queue, clock);
  const sentAt = new Map<string, number>();

  queue.enqueue = (message) => {
    message.messageGroupId ??= groupsBeingSent.getStore()?.get(message.body);
    const { messageGroupId: group } = message;
    if (group) {
      if (!isWaiting(queue, group)) turns.forget(group);
      sentAt.set(group, clock());
    }
    enqueue.call(queue, message);
  };
  queue.dequeue = (...how) => {
    // Messages that have become due must be in the list before it is sorted.
    queue.processTimers();
    const isSilent = (group: string) => (sentAt.get(group) ?? 0) <= clock() - MEMORY_MILLISECONDS;
    const placeOf = placesBy(turns.recent(), { inFlight: inFlightIn(queue), isSilent });
    queue.messages.sort((one, other) => placeOf(one) - placeOf(other));
    const received = dequeue.apply(queue, how);
    for (const { ReceiptHandle } of received) turns.begin(ReceiptHandle);
    return received;
  };
  queue.deleteMessage = (handle) => {
    turns.end(handle);
    return deleteMessage.call(queue, handle);
  };
}

function isWaiting({ messages, delayedMessages }: PlainQueue, group: string): boolean {
  return [messages, delayedMessages].some((list) => list.some(({ messageGroupId }) => messageGroupId === group));
}

function inFlightIn({ inflightMessages }: PlainQueue): (string | undefined)[] {
  return [...inflightMessages.values()].map(({ message }) => message.messageGroupId);
}

/** Counts the consumer time of each group: from the receipt of a message until its deletion, or until now. */
function recordTurns({ inflightMessages }: PlainQueue, clock: () => number) {
  const receivedAt = new Map<string, number>();
  let ended: Turn[] = [];
  const turnOf = (handle: string): Turn[] => {
    const group = inflightMessages.get(handle)?.message.messageGroupId;
    const since = receivedAt.get(handle);
    return group && since !== undefined ? [{ group, until: clock(), milliseconds: clock() - since }] : [];
  };
  return {
    begin: (handle: string) => void receivedAt.set(handle, clock()),
    end(handle: string) {
      ended.push(...turnOf(handle));
      receivedAt.delete(handle);
    },
    forget(group: string) {
      ended = ended.filter((turn) => turn.group !== group);
    },
    recent(): Turn[] {
      ended = ended.filter(({ until }) => until > clock() - MEMORY_MILLISECONDS);
      return [...ended, ...[...inflightMessages.keys()].flatMap(turnOf)];
    },
  };
}

type Load = { inFlight: (string | undefined)[]; isSilent: (group: string) => boolean };

/** The position of a message: 0 for quiet groups, then by the number of its group's messages in flight. */
function placesBy(turns: readonly Turn[], { inFlight, isSilent }: Load): (message: QueuedMessage) => number {
  const spent = turns.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const spentBy = Map.groupBy(turns, ({ group }) => group);
  const places = new Map<string, number>();
  const place = (group: string): number => {
    const own = (spentBy.get(group) ?? []).reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const count = inFlight.filter((other) => other === group).length;
    const isCrowd = count >= NOISY_IN_FLIGHT && count > NOISY_SHARE * inFlight.length;
    const isNoisy = !isSilent(group) && (isCrowd || own > NOISY_SHARE * spent);
    return isNoisy ? 1 + count : 0;
  };
  return ({ messageGroupId: group }) => {
    if (group === undefined) return 0;
    if (!places.has(group)) places.set(group, place(group));
    return places.get(group) ?? 0;
  };
}
