import { rm } from 'node:fs/promises';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import { clientSettings } from '../../local/aws/client-settings.ts';
import { type OpsSystem, openOpsSystem, runOps } from '../ops/run-ops.ts';
import { readyVideosOf, videoPath } from '../support/api-client.ts';
import { leftIn } from '../support/left-in.ts';

const [BACK, STAYS_DELETED, LIVE] = readyVideosOf('ana').map(parseVideoId);
if (!BACK || !STAYS_DELETED || !LIVE) throw new Error('ana has too few videos');

/** Parents first. */
const TABLES = ['videos', 'views', 'votes', 'user_liked_videos', 'share_links', 'share_clicks', 'reports'];

let system: OpsSystem;
let s3: S3Client;
beforeAll(async () => {
  system = await openOpsSystem();
  s3 = new S3Client({ ...clientSettings(system.settings.STORAGE_ENDPOINT ?? ''), forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await system.stop();
  await rm(system.folder, { recursive: true, force: true });
});

const keyOf = (table: string) => ({ videos: 'id', reports: 'target_id' })[table] ?? 'video_id';

/** What a backup holds of a video. @returns what puts it back as it was */
async function dump(videoId: string): Promise<() => Promise<void>> {
  const rows = await Promise.all(
    TABLES.map(async (table) => {
      const found = await sql`select * from ${sql.table(table)} where ${sql.ref(keyOf(table))} = ${videoId}`.execute(
        system.db,
      );
      return [table, JSON.stringify(found.rows)] as const;
    }),
  );
  const Bucket = system.settings.VIDEO_BUCKET;
  const listed = await Promise.all(
    [`videos/${videoId}/`, `uploads/${videoId}`].map((Prefix) => s3.send(new ListObjectsV2Command({ Bucket, Prefix }))),
  );
  const objects = await Promise.all(
    listed
      .flatMap(({ Contents = [] }) => Contents)
      .map(async ({ Key }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return { Bucket, Key, Body: await Body?.transformToByteArray() };
      }),
  );
  return async () => {
    for (const [table, found] of rows) {
      await sql`delete from ${sql.table(table)} where ${sql.ref(keyOf(table))} = ${videoId}`.execute(system.db);
      await sql`insert into ${sql.table(table)}
        select * from json_populate_recordset(null::${sql.table(table)}, ${found})`.execute(system.db);
    }
    for (const object of objects) await s3.send(new PutObjectCommand(object));
  };
}

async function deleteVideo(videoId: VideoId): Promise<void> {
  await system.call('DELETE', videoPath(videoId), { as: 'ana' });
  await system.until(videoId, 'deleted');
}

test('F27 what a restored backup brings back is deleted again, and the second receipt says so', async () => {
  const before = { back: await leftIn(system, BACK), live: await leftIn(system, LIVE) };
  const restore = await dump(BACK);
  await deleteVideo(BACK);
  await deleteVideo(STAYS_DELETED);
  expect(await leftIn(system, BACK)).toEqual({});
  const afterwards = new Date().toISOString();
  await restore();
  const restored = await leftIn(system, BACK);
  expect(restored).toMatchObject({ videos: 1, views: before.back.views, storage: before.back.storage });

  // Nothing is done unless it is asked for, confirmed, and meant.
  const [shown, later, unconfirmed] = await Promise.all([
    system.ops(['reapply', '--dry-run', '--json']),
    system.ops(['reapply', '--since', afterwards, '--yes']),
    system.ops(['reapply'], { input: 'delete 2 videos\n' }),
  ]);
  expect(shown.code).toBe(1);
  const { looked, returned } = JSON.parse(shown.stdout);
  expect(looked).toBe(2);
  expect(returned).toMatchObject([{ videoId: BACK, state: 'deleted', database: { videos: 1 } }]);
  expect(later).toMatchObject({ code: 0, stdout: expect.stringContaining('Videos that were back: 0.') });
  expect(unconfirmed).toMatchObject({ code: 1, stderr: expect.stringContaining('type "delete 1 videos" exactly') });
  expect(await leftIn(system, BACK)).toEqual(restored);

  const again = await system.ops(['reapply'], { input: 'delete 1 videos\n' });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(new RegExp(`${BACK}.* running`)) });
  await system.until(BACK, 'deleted');
  expect(await leftIn(system, BACK)).toEqual({});
  expect(await leftIn(system, LIVE)).toEqual(before.live);

  const tombstone = await system.ports.tombstones.find(BACK);
  expect(tombstone?.history.map(({ from, to, by }) => `${from} ${to} ${by}`)).toContain('deleted running operator');
  expect(tombstone?.receipts).toHaveLength(2);
  expect((await system.ports.tombstones.find(STAYS_DELETED))?.receipts).toHaveLength(1);
  const [first, second] = await Promise.all(
    (tombstone?.receipts ?? []).map((jws) =>
      runOps(['verify-receipt', '-', '--json', '--local', system.folder], { input: jws }),
    ),
  );
  expect(JSON.parse(first?.stdout ?? '')).toMatchObject({ valid: true, history: { compared: true } });
  expect(JSON.parse(first?.stdout ?? '').receipt.reapplied).toBeUndefined();
  expect(JSON.parse(second?.stdout ?? '')).toMatchObject({
    valid: true,
    receipt: { reapplied: { by: 'operator' }, counts: { deleteRows: { videos: 1 } } },
  });
}, 90_000);
