import { type Command, createArgument } from 'commander';
import { connectCleanupQueue, connectState } from '../../functions/connect/connect.ts';
import { hurryDeletion } from '../../functions/deletion/requests/hurry-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples } from '../act.ts';
import { videoId } from '../parsers.ts';
import { facts, time } from '../print.ts';

/** `retry`: lets the next attempt of a deletion begin now. */
export function addRetry(program: Command): void {
  program
    .command('retry')
    .summary('let the next attempt of a deletion begin now')
    .description(
      'A deletion with a step that has failed waits longer before each attempt. When the store works again, this lets the next attempt begin at once. The history records who did it. A deletion that has failed for good needs replay.',
    )
    .addArgument(createArgument('<videoId>', 'the video').argParser(videoId))
    .addHelpText('after', examples('retry 01936b4e-0002-7000-8000-000000000001'))
    .action(
      act(async (session, id: VideoId, _options: object) => {
        const settings = await session.settings(['state', 'log', 'cleanupQueue']);
        const ports = { ...connectState(settings, session.telemetry), ...connectCleanupQueue(settings) };
        const { state, attempts, dueAt } = await hurryDeletion(ports, {
          videoId: id,
          by: await session.operator(),
        });
        return {
          json: { videoId: id, state, attempts, dueAt },
          text: facts([
            ['video', id],
            ['state', state],
            ['attempts', String(attempts)],
            ['due', time(dueAt)],
          ]),
        };
      }),
    );
}
