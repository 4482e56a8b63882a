import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { connectEdge, connectEdgeQueue, connectState, onFirstUse } from './connect/connect.ts';
import { workOnEdge } from './deletion/edge/work-on-edge.ts';
import { reasonOf } from './deletion/errors.ts';
import type { DeletionMessage } from './deletion/ports.ts';
import { WrongSettings } from './settings/settings.ts';
import { connectGate } from './stores/cloudfront/connect-gate.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';
import { messageIn } from './stores/sqs/deletion-messages.ts';

type EdgePorts = Parameters<typeof workOnEdge>[0] & Invoked;

/** Invalidates the edge for a batch of deletions together. Only the messages that failed are delivered again. */
export const invalidateEdgeHandler = (connect: () => EdgePorts) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(framed(connect))
    .handler(async ({ Records }) => {
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
      const again = await workOnEdge(ports, [...messages.values()]);
      for (const [messageId, { deletionId }] of messages) {
        if (again.some((message) => message.deletionId === deletionId)) failed.add(messageId);
      }
      return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
    });

export const handler = invalidateEdgeHandler(
  onFirstUse(['state', 'log', 'edge', 'gate'], (settings) => {
    const { edge } = connectEdge(settings);
    if (!edge) throw new WrongSettings('DISTRIBUTION_ID is not set, expected the id of a CloudFront distribution');
    return { ...connectState(settings), ...connectEdgeQueue(settings), ...connectGate(settings), edge };
  }),
);
