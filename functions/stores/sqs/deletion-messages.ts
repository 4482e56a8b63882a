import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { Malformed } from '../../deletion/errors.ts';
import type { DeletionMessage, MessageMarks, ReceivedMessage } from '../../deletion/ports.ts';
import { isUuid, parseVideoId } from '../../deletion/video-id.ts';

const uuid = z.string().check(z.refine(isUuid));
const MESSAGE = z.strictObject({ videoId: uuid, deletionId: uuid });

/** How the history may name somebody: it stays for years, so it has no room for sentences. */
const REDRIVER = /^[\w:.@/+=,-]{1,128}$/;

/** The attributes for what a message says besides its body. The body is the same for all. */
export function attributesOf({ bySweeper, failedAfter }: MessageMarks): Record<string, MessageAttributeValue> {
  return {
    ...(bySweeper && { bySweeper: { DataType: 'String', StringValue: 'true' } }),
    ...(failedAfter !== undefined && { failedAfter: { DataType: 'Number', StringValue: `${failedAfter}` } }),
  };
}

/** The attributes of a message that somebody moves back. A later move by SQS itself keeps them. */
export function redriveAttributesOf(by: string, at: Date): Record<string, MessageAttributeValue> {
  return {
    redrivenBy: { DataType: 'String', StringValue: by },
    redrivenAt: { DataType: 'Number', StringValue: `${at.getTime()}` },
  };
}

/** How far the clocks of an operator's machine and of the queue may be apart, in milliseconds. */
const CLOCKS_APART = 15 * 60_000;

/** Who moved the message back. Undefined if it has been moved again since, by whom nobody says. */
function redriverOf({ redrivenBy, redrivenAt }: SQSRecord['messageAttributes'], sentAt: Date | undefined) {
  const by = redrivenBy?.stringValue ?? '';
  const apart = Math.abs(Number(redrivenAt?.stringValue) - Number(sentAt));
  return REDRIVER.test(by) && apart < CLOCKS_APART ? by : undefined;
}

/** The message in a record of a queue. @throws {Malformed} with what is expected, never with what was found */
export function messageIn({ body }: Pick<SQSRecord, 'body'>): DeletionMessage {
  const { data, success } = MESSAGE.safeParse(parseJson(body));
  if (!success) throw new Malformed('A message is {"videoId": <UUID>, "deletionId": <UUID>} and nothing else');
  return { ...data, videoId: parseVideoId(data.videoId) };
}

/**
 * When the message was sent to the queue, by the queue's clock. A redrive from the dead-letter queue sends it again.
 * Undefined if the queue does not say.
 */
export function sentAtOf({ attributes }: Pick<SQSRecord, 'attributes'>): Date | undefined {
  const milliseconds = attributes.SentTimestamp;
  return /^\d{1,15}$/.test(milliseconds) ? new Date(Number(milliseconds)) : undefined;
}

/** The message, with what the queue tells of it. @throws {Malformed} */
export function receivedIn(record: Pick<SQSRecord, 'body' | 'attributes' | 'messageAttributes'>): ReceivedMessage {
  const sentAt = sentAtOf(record);
  const marks = record.messageAttributes ?? {};
  const failedAfter = marks.failedAfter?.stringValue ?? '';
  const redrivenBy = redriverOf(marks, sentAt);
  return {
    ...messageIn(record),
    ...(sentAt && { sentAt }),
    ...(marks.bySweeper?.stringValue === 'true' && { bySweeper: true }),
    ...(redrivenBy && { redrivenBy }),
    ...(/^\d{1,9}$/.test(failedAfter) && { failedAfter: Number(failedAfter) }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
