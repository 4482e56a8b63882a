import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { AccountDisabled, SomeRefused } from '../../functions/deletion/errors.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import { requestDeletions } from '../../functions/deletion/requests/request-deletions.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { cacheKeys } from '../../local/demo/content/cache-content.ts';
import { aVideoId } from '../support/a-tombstone.ts';
import { useWorld } from '../support/use-world.ts';

const world = useWorld();
const TABLES = ['users', 'videos', 'votes', 'views', 'reports', 'processing_runs'];

/** All that the stores hold, with what is in the queues. */
async function everything(videoIds: readonly VideoId[]) {
  const rows: unknown[] = [];
  for (const table of TABLES) {
    const name = sql.table(table);
    const found = await sql<{ row: string }>`select ${sql.ref(table)}::text as row from ${name} order by 1`.execute(
      world.db,
    );
    rows.push(...found.rows.map(({ row }) => row));
  }
  const tombstones = await Promise.all(videoIds.map((videoId) => world.ports.tombstones.find(videoId)));
  const keys = await world.inRedis.run(cacheKeys);
  const messages = [world.queues.cleanup.messages(), world.queues.edge.messages()];
  return { rows, tombstones, objects: await world.inBucket(''), keys, messages };
}

/** Videos that somebody may not delete, each for another reason. */
const FOREIGN: [what: string, make: () => Promise<VideoId>][] = [
  ['a public one of another', async () => (await world.video()).videoId],
  [
    'a hidden one of another',
    async () => {
      const { videoId, ownerId } = await world.video();
      await requestDeletion(world.ports, { callerId: ownerId, videoId });
      return videoId;
    },
  ],
  ['one that nobody has', async () => aVideoId()],
  [
    'one of another that is not ready',
    async () => {
      const { videoId } = await world.video();
      await world.db.updateTable('videos').set({ status: 'processing' }).where('id', '=', videoId).execute();
      return videoId;
    },
  ],
];

test.for(FOREIGN)(
  'F24 a list of own videos and %s, wherever it stands: none is touched',
  async ([what, make], { annotate }) => {
    const callerId = await world.user();
    const own = [(await world.video(callerId)).videoId, (await world.video(callerId)).videoId];
    const foreign = await make();
    const before = await everything([...own, foreign]);
    for (let place = 0; place <= own.length; place++) {
      const videoIds = own.toSpliced(place, 0, foreign);
      const refused = await requestDeletions(world.ports, { callerId, videoIds }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(SomeRefused);
      const { refusals, message } = refused as SomeRefused;
      expect(refusals.map(({ videoId }) => videoId)).toEqual([foreign]);
      for (const text of [message, ...refusals.map(({ error }) => error.message)]) {
        expect(text).not.toMatch(/Holiday|@|[0-9a-f]{8}-/);
      }
      expect(await everything([...own, foreign])).toEqual(before);
    }
    await annotate(`${what}, first, second and last of three: refused each time, all stores and queues as before`);
  },
);

test('F24 a list of a disabled account: none is touched', async ({ annotate }) => {
  const callerId = await world.user({ is_active: false });
  const own = [(await world.video(callerId)).videoId, (await world.video(callerId)).videoId];
  const before = await everything(own);
  await expect(requestDeletions(world.ports, { callerId, videoIds: own })).rejects.toThrow(AccountDisabled);
  expect(await everything(own)).toEqual(before);
  await annotate('two videos of a disabled account: 403 for the list, all stores and queues as before');
});
