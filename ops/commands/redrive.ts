import { setTimeout as delay } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Command, Option } from 'commander';
import { act, examples } from '../act.ts';
import { WrongUsage } from '../exits.ts';
import { table } from '../print.ts';
import type { Session } from '../session.ts';
import { lookAtMove, type Move, startMove } from './move-messages.ts';

/** Milliseconds between two status requests: they double from the first to the last. */
const POLL = { first: 200, last: 3_200 };

/** `redrive`: moves messages from a dead-letter queue back into its queue. */
export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .summary('move dead letters back into their queue')
    .description(
      'Moves the messages of a dead-letter queue back into its queue, and waits until they are moved. The message of a failed deletion replays it; its history then records "redrive".',
    )
    .addOption(
      new Option('--queue <queue>', 'the queue to move them to').choices(['cleanup', 'edge']).default('cleanup'),
    )
    .addHelpText('after', examples('redrive', 'redrive --queue edge'))
    .action(
      act(async (session, { queue }: { queue: 'cleanup' | 'edge' }) => {
        const url = await urlOf(session, queue);
        const client = new SQSClient({});
        session.atEnd(() => client.destroy());
        const move = await follow(session, client, await startMove(client, url));
        const { from, to, moved, status, reason = '' } = move;
        return {
          json: move,
          text: table(['from', 'to', 'moved', 'status'], [[from, to, String(moved), `${status} ${reason}`.trim()]]),
          isFinding: status !== 'COMPLETED',
        };
      }),
    );
}

async function urlOf(session: Session, queue: 'cleanup' | 'edge'): Promise<string> {
  if (queue === 'cleanup') return (await session.settings(['cleanupQueue'])).CLEANUP_QUEUE_URL;
  const { EDGE_QUEUE_URL: url } = await session.settings(['edge']);
  if (!url) throw new WrongUsage('EDGE_QUEUE_URL is not set: this system has no edge and no edge queue');
  return url;
}

async function follow(session: Session, client: SQSClient, queues: { from: string; to: string }): Promise<Move> {
  for (let pause = POLL.first; ; pause = Math.min(POLL.last, pause * 2)) {
    const move = await lookAtMove(client, queues);
    if (move.status !== 'RUNNING') return move;
    session.progress.say(`${move.moved} of ${move.toMove} moved to ${move.to}`);
    await delay(pause);
  }
}
