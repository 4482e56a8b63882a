import { type Command, createArgument } from 'commander';
import { connectCleanupQueue, connectState } from '../../functions/connect/connect.ts';
import { nextWorkAt } from '../../functions/deletion/record/schedule.ts';
import { releaseVideo } from '../../functions/deletion/requests/release-video.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples } from '../act.ts';
import { videoId } from '../parsers.ts';
import { coloured, facts, time } from '../print.ts';
import { type HoldOptions, reasonIn, withReason } from './hold-options.ts';

/** `release`: ends a hold. */
export function addRelease(program: Command): void {
  const command = program
    .command('release')
    .summary('end a legal hold')
    .description(
      'Ends a legal hold; the deletion continues where it stopped. A deletion that waits for a lock in the store tries again at once. Without a hold, nothing changes.',
    )
    .addArgument(createArgument('<videoId>', 'the video').argParser(videoId));
  withReason(command)
    .addHelpText(
      'after',
      examples('release 01936b4e-0002-7000-8000-000000000001 --code litigation --case 2026-CV-1187'),
    )
    .action(
      act(async (session, id: VideoId, options: HoldOptions) => {
        const settings = await session.settings(['state', 'log', 'cleanupQueue']);
        const ports = { ...connectState(settings, session.telemetry), ...connectCleanupQueue(settings) };
        const wasHeld = (await ports.tombstones.find(id))?.state === 'held';
        const released = await releaseVideo(ports, {
          videoId: id,
          reason: reasonIn(options),
          by: await session.operator(),
        });
        const { state, deletionId } = released;
        const dueAt = nextWorkAt(released);
        return {
          json: { videoId: id, deletionId, state, released: wasHeld, dueAt },
          text: facts([
            ['video', id],
            ['state', [coloured(state), wasHeld ? '' : ': the video was not held, nothing has changed']],
            ['due', time(dueAt)],
          ]),
        };
      }),
    );
}
