import { type Kysely, sql } from 'kysely';

/**
 * Adds the column that hides a video, and indexes for the two listings without hidden videos: a profile and the feed,
 * newest first. `create index` blocks writes to the table. For a table with many millions of rows, create indexes of
 * these names beforehand with `CONCURRENTLY`; then this migration does not touch them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table videos add column if not exists deleted_at timestamptz`.execute(db);
  await sql`create index if not exists videos_visible_by_owner
    on videos (user_id, created_at desc, id desc) where deleted_at is null`.execute(db);
  await sql`create index if not exists videos_visible_in_feed
    on videos (created_at desc, id desc) where deleted_at is null and status = 'ready'`.execute(db);
}
