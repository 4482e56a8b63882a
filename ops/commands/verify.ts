import { type Command, createArgument } from 'commander';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { act, examples } from '../act.ts';
import { connectStores } from '../connect.ts';
import { isEmpty, lookEverywhere, tableOfLooks } from '../look-everywhere.ts';
import { videoId } from '../parsers.ts';
import { isContradicted, judgeStored, type StoredReceipts, sentencesOf } from '../receipts/judge-stored.ts';
import { visible } from '../visible.ts';

/** `verify`: checks every store now. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('check every store now, whatever the tombstone says')
    .description(
      'Checks every store for data of a video. Exit code 1 when a store holds any or does not answer, or when a receipt contradicts the tombstone.',
    )
    .addArgument(createArgument('<videoId>', 'the video').argParser(videoId))
    .addHelpText('after', examples('verify 01936b4e-0002-7000-8000-000000000001'))
    .action(
      act(async (session, id: VideoId, _options: object) => {
        const ports = await connectStores(session);
        const tombstone = await ports.tombstones.find(id);
        const looks = await lookEverywhere(ports, id, tombstone);
        const stored: StoredReceipts = tombstone ? await judgeStored(session, tombstone) : { verdicts: [] };
        const isGone = isEmpty(looks);
        const verdict = isGone
          ? 'No store holds anything of this video.'
          : 'A store still holds data of this video, or could not be checked: see the table.';
        return {
          json: { videoId: id, empty: isGone, stores: looks, receipts: sentencesOf(stored) },
          text: [tableOfLooks(looks), ...sentencesOf(stored).map(visible), verdict].join('\n'),
          isFinding: !isGone || isContradicted(stored),
        };
      }),
    );
}
