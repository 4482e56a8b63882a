import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { NotDone } from '../exits.ts';

/** A message move task, running or finished. `status` is as SQS reports it. */
export type Move = { from: string; to: string; status: string; moved: number; toMove: number; reason?: string };

/**
 * Starts to move the messages of a queue's dead-letter queue back into the queue. It names the destination, because SQS
 * would otherwise send each message to the queue that it came from, which may be another one by now. Needs the
 * permissions sqs:StartMessageMoveTask, ListMessageMoveTasks, ReceiveMessage, DeleteMessage and GetQueueAttributes on
 * the dead-letter queue, and SendMessage on the queue.
 * @throws {NotDone} when there is no dead-letter queue, or a move is already running
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
      throw new NotDone(`A move out of ${nameIn(from)} is already running: try again when it has finished`);
    throw error;
  }
  return { from, to };
}

/** The progress of the newest move out of a dead-letter queue. */
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
