import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { requestDeletion } from '../../functions/deletion/requests/request-deletion.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import { type ConnectionOptions, connectDatabase } from '../../functions/stores/postgres/connect-database.ts';
import { useWorld } from '../support/use-world.ts';

const VIEWS = 1_000_000;
/** The most that one transaction may delete: a lock for each row, held until it is committed. */
const MOST_ROWS = 20_000;

const world = useWorld();

/** As a viral video gets them. The checks of foreign keys are left out, or writing them takes longer than the test. */
async function addViews(videoId: VideoId): Promise<void> {
  const db = await connect({ silenceMilliseconds: Number.POSITIVE_INFINITY });
  await db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`insert into views (video_id) select ${videoId} from generate_series(1, ${sql.lit(VIEWS)})`.execute(trx);
  });
  await db.destroy();
}

/** A connection of its own. */
async function connect(options: Pick<ConnectionOptions, 'silenceMilliseconds'> = {}) {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(world.db);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${rows[0]?.name}`;
  return connectDatabase({ url: url.href }, { maxConnections: 1, ...options });
}

/**
 * Lets the database itself record how many views each transaction deletes, and how long the transaction has been open.
 */
async function watchTransactions(): Promise<void> {
  await sql`create table deleting (transaction xid8, views int, open interval)`.execute(world.db);
  await sql`create function watch() returns trigger language plpgsql as $$ begin
    insert into deleting select pg_current_xact_id(), count(*), clock_timestamp() - transaction_timestamp() from gone;
    return null; end $$`.execute(world.db);
  await sql`create trigger watch after delete on views referencing old table as gone
    for each statement execute function watch()`.execute(world.db);
}

/** Somebody who watches other videos, over a connection of their own that waits for no lock: what has to wait fails. */
async function openVisitor(videoId: VideoId) {
  const db = await connect();
  await sql`set lock_timeout = '1ms'`.execute(db);
  let visits = 0;
  return {
    async visit() {
      await sql`insert into views (video_id) values (${videoId})`.execute(db);
      await sql`update videos set updated_at = now() where id = ${videoId}`.execute(db);
      await sql`select count(*) from views where video_id = ${videoId}`.execute(db);
      visits += 1;
    },
    leave: () => db.destroy().then(() => visits),
  };
}

/** Has them come while each batch is deleted. */
function visitDuringBatches(visit: () => Promise<void>): void {
  const { rows } = world.ports;
  const deleteBatch: typeof rows.deleteBatch = async (...batch) => {
    const [deleted] = await Promise.all([rows.deleteBatch(...batch), visit()]);
    return deleted;
  };
  world.ports.rows = { ...rows, deleteBatch };
}

test('F19 a video with a million views: bounded batches, and nobody else waits', { timeout: 240_000 }, async ({
  annotate,
}) => {
  const [video, other] = [await world.video(), await world.video()];
  await addViews(video.videoId);
  await watchTransactions();
  const { visit, leave } = await openVisitor(other.videoId);
  visitDuringBatches(visit);
  await requestDeletion(world.ports, { callerId: video.ownerId, videoId: video.videoId });
  await world.settle();
  const visits = await leave();

  expect(await world.left(video.videoId, video.ownerId)).toEqual({});
  const { state, steps } = (await world.ports.tombstones.find(video.videoId)) ?? {};
  expect([state, steps?.deleteRows.counts.views]).toEqual(['deleted', VIEWS + 3]);
  const { rows } = await sql<{ most: number; transactions: number; longest: number; views: number }>`
    select max(views)::int as most, count(*)::int as transactions, sum(views)::int as views,
      round(extract(epoch from max(open)) * 1000)::int as longest
    from (select sum(views) as views, max(open) as open from deleting group by transaction) as each`.execute(world.db);
  const [deleting] = rows;
  expect(deleting).toMatchObject({ views: VIEWS + 3 });
  expect(deleting?.most).toBeLessThanOrEqual(MOST_ROWS);
  expect(visits).toBeGreaterThanOrEqual(VIEWS / MOST_ROWS);
  expect(await world.left(other.videoId, other.ownerId)).toMatchObject({ videos: 1, views: 3 + visits, votes: 1 });
  await annotate(
    `${VIEWS} views: 0 left, ${deleting?.transactions} transactions of ${deleting?.most} rows at most, the longest ` +
      `${deleting?.longest} ms; meanwhile ${visits} visits to another video, none of which waited for a lock`,
  );
});
