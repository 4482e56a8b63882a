import { AsyncLocalStorage } from 'node:async_hooks';

/** SQS's own thresholds, and for how long it remembers: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html */
const NOISY_SHARE = 0.1;
const NOISY_IN_FLIGHT = 30;
const MEMORY_MILLISECONDS = 300_000;

type QueuedMessage = { body: string; messageGroupId?: string };

/** A standard queue of fauxqs, as far as fairness needs it. */
export type PlainQueue = {
  messages: QueuedMessage[];
  delayedMessages: QueuedMessage[];
  inflightMessages: Map<string, { message: QueuedMessage }>;
  enqueue(message: QueuedMessage): void;
  dequeue(...how: unknown[]): { ReceiptHandle: string }[];
  deleteMessage(receiptHandle: string): boolean;
  processTimers(): void;
};

/** What a group had of the consumers' time, in milliseconds, up to when. */
type Turn = { group: string; until: number; milliseconds: number };

type SendRequest = { MessageBody?: string; MessageGroupId?: string; Entries?: SendRequest[] };

const groupsBeingSent = new AsyncLocalStorage<Map<string, string>>();

/** Runs the rest of a request with the groups that its messages name, which fauxqs forgets on standard queues. */
export function withGroupsOf(body: unknown, rest: () => void): void {
  const { Entries, ...single } = (body ?? {}) as SendRequest;
  const named = (Entries ?? [single]).flatMap(({ MessageBody, MessageGroupId }) =>
    MessageBody && MessageGroupId ? [[MessageBody, MessageGroupId] as const] : [],
  );
  groupsBeingSent.run(new Map(named), rest);
}

/**
 * Has a standard queue deliver as SQS's fair queues do. A group that takes up more of the consumers than its share is noisy
 * until its backlog is drained or it was silent for five minutes: messages of others come first, and among noisy
 * groups those of the one with the fewest in flight. A message without a group is a group of its own.
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
    // What has become due must be there before it is put in order.
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

/** Who has the consumers' time: from a message's receipt until it is deleted, or until now. */
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

/** Where a message stands: 0 for those of quiet groups, then by how many of its group are in flight. */
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
