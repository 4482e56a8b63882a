import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { Malformed } from '../../deletion/errors.ts';
import type { DeletionMessage } from '../../deletion/ports.ts';
import { isUuid, parseVideoId } from '../../deletion/video-id.ts';

const uuid = z.string().check(z.refine(isUuid));
const MESSAGE = z.strictObject({ videoId: uuid, deletionId: uuid });

/** The message in a record of a queue. @throws {Malformed} with what is expected, never with what was found */
export function messageIn({ body }: Pick<SQSRecord, 'body'>): DeletionMessage {
  const { data, success } = MESSAGE.safeParse(parseJson(body));
  if (!success) throw new Malformed('A message is {"videoId": <UUID>, "deletionId": <UUID>} and nothing else');
  return { ...data, videoId: parseVideoId(data.videoId) };
}

/**
 * When the message was sent to the queue. A redrive from the dead-letter queue sends it again, so this is later than
 * the failure of the deletion. Undefined if the queue does not say.
 */
export function sentAtOf({ attributes }: Pick<SQSRecord, 'attributes'>): Date | undefined {
  const milliseconds = attributes.SentTimestamp;
  return /^\d{1,15}$/.test(milliseconds) ? new Date(Number(milliseconds)) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
