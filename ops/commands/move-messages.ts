import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { NotDone } from '../exits.ts';

/** A move under way or over. `status` is SQS's word. */
export type Move = { from: string; to: string; status: string; moved: number; toMove: number; reason?: string };

/**
 * Starts to move what is in a queue's dead-letter queue back into it. The destination is named: else the messages go to the queue
 * that they came from, which need not be this one any more. Needs sqs:StartMessageMoveTask, ListMessageMoveTasks, ReceiveMessage,
 * DeleteMessage and GetQueueAttributes on the one, SendMessage on the other.
 * @throws {NotDone} when there is no dead-letter queue, or a move is under way
 */
export async function startMove(client: SQSClient, queueUrl: string): Promise<{ from: string; to: string }> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn', 'RedrivePolicy'] }),
  );
  const { QueueArn: to = '', RedrivePolicy: redrive = '{}' } = Attributes;
  const { deadLetterTargetArn: from } = JSON.parse(redrive) as { deadLetterTargetArn?: string };
  if (!from) throw new NotDone(`The queue ${queueUrl} has no dead-letter queue`);
  try {
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: from, DestinationArn: to }));
  } catch (error) {
    const isUnderWay = error instanceof Error && /UnsupportedOperation/.test(error.name);
    if (isUnderWay)
      throw new NotDone(`Messages are being moved out of ${nameIn(from)} already: wait until that is over`);
    throw error;
  }
  return { from, to };
}

/** How the newest move out of a dead-letter queue stands. */
export async function lookAtMove(client: SQSClient, { from, to }: { from: string; to: string }): Promise<Move> {
  const { Results = [] } = await client.send(new ListMessageMoveTasksCommand({ SourceArn: from, MaxResults: 1 }));
  const [task = {}] = Results;
  return {
    from: nameIn(from),
    to: nameIn(to),
    status: task.Status ?? 'UNKNOWN',
    moved: Number(task.ApproximateNumberOfMessagesMoved ?? 0),
    toMove: Number(task.ApproximateNumberOfMessagesToMove ?? 0),
    ...(task.FailureReason && { reason: task.FailureReason }),
  };
}

function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? arn;
}
