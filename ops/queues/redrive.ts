import { SQSClient } from '@aws-sdk/client-sqs';
import { type Command, Option } from 'commander';
import { TO_QUEUES } from '../../functions/connect/connect.ts';
import { act, examples } from '../act.ts';
import { WrongUsage } from '../exits.ts';
import { table } from '../print.ts';
import type { Session } from '../session.ts';
import { moveBack, queuesOf } from './move-messages.ts';

/** `redrive`: moves messages from a dead-letter queue back into its queue. */
export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .summary('move dead letters back into their queue')
    .description(
      'Moves the messages of a dead-letter queue back into its queue, and waits until they are moved. The message of a failed deletion replays it; its history then records who moved it.',
    )
    .addOption(
      new Option('--queue <queue>', 'the queue to move them to').choices(['cleanup', 'edge']).default('cleanup'),
    )
    .addHelpText('after', examples('redrive', 'redrive --queue edge'))
    .action(
      act(async (session, { queue }: { queue: 'cleanup' | 'edge' }) => {
        const url = await urlOf(session, queue);
        const client = new SQSClient(TO_QUEUES);
        session.atEnd(() => client.destroy());
        const queues = await queuesOf(client, url);
        const moved = await moveBack(client, queues, {
          by: await session.operator(),
          onProgress: (count) => session.progress.say(`${count} of ${queues.waiting} moved to ${queues.name}`),
        });
        const { deadLettersName: from, name: to } = queues;
        return {
          json: { from, to, moved },
          text: table(['from', 'to', 'moved'], [[from, to, String(moved)]]),
        };
      }),
    );
}

/** The URL of a queue. @throws {WrongUsage} where there is none */
export async function urlOf(session: Session, queue: 'cleanup' | 'edge'): Promise<string> {
  if (queue === 'cleanup') return (await session.settings(['cleanupQueue'])).CLEANUP_QUEUE_URL;
  const { EDGE_QUEUE_URL: url } = await session.settings(['edge']);
  if (!url) throw new WrongUsage('EDGE_QUEUE_URL is not set: this system has no edge and no edge queue');
  return url;
}
