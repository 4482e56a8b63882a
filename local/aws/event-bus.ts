import { randomUUID } from 'node:crypto';
import { listenOnLoopback } from '../loopback.ts';
import { AwsFault } from './aws-fault.ts';
import { type AwsOperation, answerAwsJson } from './aws-json.ts';

/** An event as a rule's target receives it. */
export type BusEvent = {
  id: string;
  busName: string;
  source: string;
  detailType: string;
  /** ISO 8601 in UTC. */
  time: string;
  detail: unknown;
};

export type LocalEventBus = {
  endpoint: string;
  /** Everything published so far, in order. */
  events(): readonly BusEvent[];
  /**
   * Refuses the next `count` entries with this code. Like EventBridge, it reports them inside an answer with status
   * 200.
   */
  refuseNext(count: number, code: string): void;
  stop(): Promise<void>;
};

type Entry = { EventBusName?: string; Source?: string; DetailType?: string; Detail?: string; Time?: number };
type EntryAnswer = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** EventBridge's PutEvents, for every bus name. It keeps the events and passes each to `listener`. */
export async function startEventBus(listener: (event: BusEvent) => void = () => {}): Promise<LocalEventBus> {
  const events: BusEvent[] = [];
  const refusals: string[] = [];

  const accept = (entry: Entry): EntryAnswer => {
    const code = refusals.shift() ?? malformed(entry);
    if (code) return { ErrorCode: code, ErrorMessage: 'The entry was refused' };
    const event = eventOf(entry);
    events.push(event);
    listener(event);
    return { EventId: event.id };
  };
  const server = await listenOnLoopback(answerAwsJson({ 'AWSEvents.PutEvents': putEvents(accept) }));
  return {
    endpoint: server.url,
    events: () => events,
    refuseNext: (count, code) => void refusals.push(...Array<string>(count).fill(code)),
    stop: server.close,
  };
}

/** A call takes one to ten entries (EventBridge quota). */
function putEvents(accept: (entry: Entry) => EntryAnswer): AwsOperation {
  return async (request) => {
    const entries = request.Entries as Entry[];
    if (entries.length < 1 || entries.length > 10) {
      throw new AwsFault('ValidationException', 'Entries must have between 1 and 10 members');
    }
    const answers = entries.map(accept);
    return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
  };
}

function malformed({ Source, DetailType, Detail }: Entry): string | undefined {
  if (!Source || !DetailType || !Detail) return 'InvalidArgument';
  try {
    JSON.parse(Detail);
    return undefined;
  } catch {
    return 'MalformedDetail';
  }
}

function eventOf({ EventBusName = 'default', Source = '', DetailType = '', Detail = '{}', Time }: Entry): BusEvent {
  return {
    id: randomUUID(),
    busName: EventBusName,
    source: Source,
    detailType: DetailType,
    time: (Time === undefined ? new Date() : new Date(Time * 1000)).toISOString(),
    detail: JSON.parse(Detail),
  };
}
