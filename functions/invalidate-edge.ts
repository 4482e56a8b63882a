import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectEdge, connectState, onFirstUse } from './connect.ts';
import { reasonOf } from './deletion/errors.ts';
import { invalidateEdges } from './deletion/invalidate-edge.ts';
import type { DeletionMessage } from './deletion/ports.ts';
import { messageIn } from './deletion-messages.ts';
import { type Settings, WrongSettings } from './settings.ts';

type EdgePorts = Parameters<typeof invalidateEdges>[0];

/** Invalidates the edge for a batch of deletions together. A message that fails is delivered again, alone. */
export const invalidateEdgeHandler = (connect: () => EdgePorts) =>
  middy<SQSEvent, SQSBatchResponse>().handler(async ({ Records }) => {
    const ports = connect();
    const failed = new Set<string>();
    const messages = new Map<string, DeletionMessage>();
    for (const record of Records) {
      try {
        messages.set(record.messageId, messageIn(record));
      } catch (error) {
        ports.log.error('message refused', { messageId: record.messageId, code: reasonOf(error) });
        failed.add(record.messageId);
      }
    }
    const again = await invalidateEdges(ports, [...messages.values()]);
    for (const [messageId, { deletionId }] of messages) {
      if (again.some((message) => message.deletionId === deletionId)) failed.add(messageId);
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  });

export const handler = invalidateEdgeHandler(onFirstUse(connect));

function connect(settings: Settings): EdgePorts {
  const { edge } = connectEdge(settings);
  if (!edge) throw new WrongSettings('DISTRIBUTION_ID is not set, expected the id of a CloudFront distribution');
  return { ...connectState(settings), edge };
}
