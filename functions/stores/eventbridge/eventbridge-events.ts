import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { chunksOf } from '../../deletion/chunks-of.ts';
import { failureCodeOf, StepFailed } from '../../deletion/errors.ts';
import type { Events, PublishedEvent } from '../../deletion/ports.ts';

/** The source of every event of this product. Rules match on it. */
const SOURCE = 'video-deletion';

/** The most entries that one PutEvents call takes (EventBridge quota). */
const ENTRIES_PER_CALL = 10;

/**
 * Publishes to one event bus. PutEvents answers 200 even if it refuses entries, so each answer is checked. After the
 * last call, refusals are thrown as one `StepFailed` with the first code. Consumers recognise a repeated event by
 * `detail.id`.
 */
export function createEventBridgeEvents(client: EventBridgeClient, { busName }: { busName: string }): Events {
  return {
    async publish(events) {
      const refused: string[] = [];
      for (const chunk of chunksOf(events, ENTRIES_PER_CALL)) {
        const entries = chunk.map((event) => entryOf(event, busName));
        const answer = await client.send(new PutEventsCommand({ Entries: entries }));
        if (answer.FailedEntryCount) refused.push(...codesOf(answer.Entries));
      }
      if (refused[0]) throw new StepFailed(failureCodeOf(refused[0]));
    },
  };
}

function entryOf({ type, ...event }: PublishedEvent, busName: string): PutEventsRequestEntry {
  const { id, videoId, deletionId, ownerId, at } = event;
  return {
    EventBusName: busName,
    Source: SOURCE,
    DetailType: type,
    Time: new Date(at),
    Detail: JSON.stringify({ id, videoId, deletionId, ownerId, at }),
  };
}

function codesOf(entries: PutEventsResultEntry[] = []): string[] {
  return entries.flatMap((entry) => (entry.EventId ? [] : [entry.ErrorCode ?? 'EventRefused']));
}
