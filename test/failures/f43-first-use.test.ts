import { type Kysely, sql } from 'kysely';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { deleteOrphan } from '../../functions/deletion/orphans/delete-orphan.ts';
import { suspectsAmong } from '../../functions/deletion/orphans/orphan.ts';
import { replayDeletion } from '../../functions/deletion/requests/replay-deletion.ts';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { setUpServingRole } from '../../functions/stores/postgres/migrations/serving-role.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { existingVideos } from '../../functions/stores/postgres/queries/existing-videos.ts';
import { runOps } from '../ops/run-ops.ts';
import { deletionsIn, type Video } from '../support/deletions.ts';
import { useWorld } from '../support/use-world.ts';
import { untilGivenUp } from './until-given-up.ts';

/** Roles belong to the whole server: this file's own. */
const ROLE = 'role_that_sees_less';

const world = useWorld();
const { due, find } = deletionsIn(world);

let address: URL;
let asRole: Kysely<Database>;
const run = (statement: string) => sql.raw(statement).execute(world.db);
const hide = (table: string) => run(`alter table ${table} enable row level security`);

beforeEach(async () => {
  await setUpServingRole(world.db, { name: ROLE, duty: 'deletes', logIn: 'token' });
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(world.db);
  address = new URL(inject('postgresUrl'));
  address.pathname = `/${rows[0]?.name}`;
  const asServing = Object.assign(new URL(address), { username: ROLE });
  asRole = connectDatabase({ url: asServing.href }, { maxConnections: 2, seesAll: true });
  world.ports.rows = createPostgresRows(asRole);
});
afterEach(async () => {
  await asRole.destroy();
  const { rows } = await sql<{ table: string; policy: string }>`
    select tablename as "table", policyname as policy from pg_policies`.execute(world.db);
  for (const { table, policy } of rows) await run(`drop policy "${policy}" on ${table}`);
  for (const table of ['videos', 'users', 'reports', 'processing_runs']) {
    await run(`alter table ${table} disable row level security`);
  }
  await sql`drop owned by ${sql.id(ROLE)}`.execute(world.db);
  await sql`drop role ${sql.id(ROLE)}`.execute(world.db);
});

const refusalOf = ({ ownerId, videoId }: Video) =>
  requestDeletion(world.ports, { callerId: ownerId, videoId }).catch((error) => error.code ?? error.name);

test.for(['videos', 'users'])(
  'F43 rows of %s are hidden: nobody is told that there is no such thing',
  async (table) => {
    const video = await world.video();
    await hide(table);
    expect(await refusalOf(video)).toBe('RowsHidden');
  },
);

test('F43 a row that can be read and not changed: the video is not said to be hidden', async () => {
  const video = await world.video();
  await hide('videos');
  for (const command of ['select', 'delete']) {
    await run(`create policy ${command}_all on videos for ${command} using (true)`);
  }
  expect(await refusalOf(video)).toBe('RowsHidden');
  expect(await world.ports.tombstones.find(video.videoId)).toBeUndefined();
});

test('F43 a registered run that is hidden is stopped once it is seen: the row that names it was not deleted', async () => {
  const video = await world.video();
  await world.db.deleteFrom('processing_runs').where('video_id', '=', video.videoId).execute();
  const own = await world.startRun(`encode-${video.videoId.slice(-8)}`);
  await world.db.insertInto('processing_runs').values({ video_id: video.videoId, execution_arn: own }).execute();
  await due(video);
  await asRole.destroy();
  await hide('processing_runs');
  const asServing = Object.assign(new URL(address), { username: ROLE });
  asRole = connectDatabase({ url: asServing.href }, { maxConnections: 2, seesAll: true });
  world.ports.rows = createPostgresRows(asRole);
  await untilGivenUp(world, video.videoId);
  expect((await find(video)).receipts).toEqual([]);
  await run('alter table processing_runs disable row level security');
  await replayDeletion(world.ports, { videoId: video.videoId, by: 'operator' });
  await world.settle();
  expect((await find(video)).state).toBe('deleted');
  expect(world.isRunning(own)).toBe(false);
});

test('F43 rows that are hidden, even on a kept connection: a live video is no orphan, and loses no byte', async () => {
  const video = await world.video();
  const connected = await existingVideos(asRole, [video.videoId]);
  expect([...connected]).toEqual([video.videoId]);
  await hide('videos');
  const ports = {
    ...world.ports,
    stored: {
      list: async function* () {},
      originals: async function* () {},
      newestAt: async () => new Date('2020-01-01T00:00:00Z'),
    },
    videos: { existing: (ids: readonly VideoId[]) => existingVideos(asRole, ids) },
  };
  const before = await world.inBucket(`videos/${video.videoId}/`);
  await expect(suspectsAmong(ports, [video.videoId], { minAgeSeconds: 0 })).rejects.toMatchObject({
    code: 'RowsHidden',
  });
  const suspect = { videoId: video.videoId, kind: 'orphan' } as never;
  await expect(deleteOrphan(ports, suspect, { minAgeSeconds: 0, by: 'operator' })).rejects.toMatchObject({
    code: 'RowsHidden',
  });
  expect(await world.inBucket(`videos/${video.videoId}/`)).toEqual(before);
});

test('F43 check-data-map speaks of the role that serves, whoever runs it', async () => {
  await hide('reports');
  const { code, stdout } = await runOps(['check-data-map', '--database', address.href, '--role', ROLE, '--json']);
  const { findings } = JSON.parse(stdout) as { findings: { kind: string }[] };
  expect({ code, hidden: findings.filter(({ kind }) => kind === 'hidden').length }).toEqual({ code: 1, hidden: 1 });
});
