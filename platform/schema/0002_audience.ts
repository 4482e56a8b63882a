import { type Kysely, sql } from 'kysely';
import { naming, ownedBy, primaryId, required, requiredNow } from './columns.ts';

/**
 * The data of viewers. PostgreSQL does not index the referencing column of a foreign key, and without an index every
 * cascade reads the whole table. So each foreign key here has an index, or is the first column of a unique one.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createVotes(db);
  await createUserLikedVideos(db);
  await createViews(db);
  await createShareLinks(db);
  await createShareClicks(db);
}

async function createVotes(db: Kysely<unknown>): Promise<void> {
  await db.schema.createType('vote_direction').asEnum(['like', 'not_like']).execute();
  await db.schema
    .createTable('votes')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('user_id', 'uuid', ownedBy('users.id'))
    .addColumn('video_id', 'uuid', ownedBy('videos.id'))
    .addColumn('direction', sql`vote_direction`, required)
    .addUniqueConstraint('votes_once', ['video_id', 'user_id'])
    .execute();
  await db.schema.createIndex('votes_user_id').on('votes').column('user_id').execute();
}

async function createUserLikedVideos(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('user_liked_videos')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('user_id', 'uuid', ownedBy('users.id'))
    .addColumn('video_id', 'uuid', ownedBy('videos.id'))
    .addUniqueConstraint('user_liked_videos_once', ['video_id', 'user_id'])
    .execute();
  await db.schema.createIndex('user_liked_videos_user_id').on('user_liked_videos').column('user_id').execute();
}

async function createViews(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('views')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('video_id', 'uuid', ownedBy('videos.id'))
    .addColumn('user_id', 'uuid', naming('users.id'))
    .addColumn('watched_seconds', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('views_video_id').on('views').column('video_id').execute();
  await db.schema.createIndex('views_user_id').on('views').column('user_id').execute();
}

async function createShareLinks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('share_links')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('video_id', 'uuid', ownedBy('videos.id'))
    .addColumn('created_by', 'uuid', naming('users.id'))
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'timestamptz', requiredNow)
    .execute();
  await db.schema.createIndex('share_links_video_id').on('share_links').column('video_id').execute();
  await db.schema.createIndex('share_links_created_by').on('share_links').column('created_by').execute();
}

async function createShareClicks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('share_clicks')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('share_link_id', 'uuid', ownedBy('share_links.id'))
    .addColumn('video_id', 'uuid', ownedBy('videos.id'))
    .addColumn('clicked_at', 'timestamptz', requiredNow)
    .execute();
  await db.schema.createIndex('share_clicks_share_link_id').on('share_clicks').column('share_link_id').execute();
  await db.schema.createIndex('share_clicks_video_id').on('share_clicks').column('video_id').execute();
}
