import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Kysely } from 'kysely';
import type { Database } from '../../functions/stores/postgres/database.ts';
import type { ProcessingInput } from './tasks.ts';

/**
 * Starts the processing of an uploaded video and registers the run, so that a deletion finds it. The run's name is
 * derived from the video's id, so a deletion also finds a run that could not be registered.
 * @returns the execution ARN
 */
export async function startProcessingRun(
  { client, stateMachineArn, db }: { client: SFNClient; stateMachineArn: string; db: Kysely<Database> },
  input: ProcessingInput,
): Promise<string> {
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: `video-${input.videoId}`, input: JSON.stringify(input) }),
  );
  if (!executionArn) throw new Error('Step Functions started a run and did not name it');
  await db
    .insertInto('processing_runs')
    .values({ video_id: input.videoId, execution_arn: executionArn })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return executionArn;
}
