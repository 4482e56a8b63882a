import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  connectCleanupQueue,
  connectDeadLetters,
  connectEdgeQueue,
  connectEvents,
  connectSigner,
  connectState,
  connectStorage,
  onFirstUse,
} from './connect/connect.ts';
import { connectPlatform } from './connect/connect-platform.ts';
import { receiptIssuerOf } from './connect/receipt-issuer.ts';
import { reasonOf } from './deletion/errors.ts';
import type { Ports } from './deletion/ports.ts';
import { workOnDeletion } from './deletion/work/work-on-deletion.ts';
import { framed, type Invoked } from './stores/powertools/invocation.ts';
import { receivedIn } from './stores/sqs/deletion-messages.ts';

/** Works on the deletions of a batch, one after the other. Only the messages that failed are delivered again. */
export const cleanupHandler = (connect: () => Ports & Invoked) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(framed(connect))
    .handler(async ({ Records }, context) => {
      const ports = connect();
      const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
      for (const record of Records) {
        if (!(await isDone(ports, record, context))) batchItemFailures.push({ itemIdentifier: record.messageId });
      }
      return { batchItemFailures };
    });

export const handler = cleanupHandler(
  onFirstUse(
    [
      'state',
      'log',
      'cleanupQueue',
      'deadLetters',
      'edge',
      'places',
      'storage',
      'runs',
      'database',
      'cache',
      'events',
      'receipts',
      'issuer',
    ],
    (settings) => {
      const state = connectState(settings);
      return {
        ...state,
        ...connectCleanupQueue(settings),
        ...connectDeadLetters(settings),
        ...connectEdgeQueue(settings),
        ...connectPlatform(settings, state),
        ...connectStorage(settings),
        ...connectEvents(settings),
        ...connectSigner(settings),
        receiptIssuer: receiptIssuerOf(settings),
      };
    },
  ),
);

async function isDone(ports: Ports, record: SQSRecord, context: Context): Promise<boolean> {
  try {
    await workOnDeletion(ports, receivedIn(record), () => context.getRemainingTimeInMillis());
    return true;
  } catch (error) {
    ports.log.error('message refused', { messageId: record.messageId, code: reasonOf(error) });
    return false;
  }
}
