import { type Kysely, sql } from 'kysely';
import { primaryId, required, requiredNow } from './columns.ts';

/** Users and their videos. A user with videos cannot be deleted, because their objects would become orphans. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createUsers(db);
  await db.schema
    .createType('video_status')
    .asEnum(['uploading', 'processing', 'ready', 'failed', 'rejected'])
    .execute();
  await createVideos(db);
  await db.schema.createIndex('videos_user_id').on('videos').column('user_id').execute();
}

async function createUsers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('email', 'text', (column) => column.notNull().unique())
    .addColumn('is_admin', 'boolean', (column) => column.notNull().defaultTo(false))
    .addColumn('is_active', 'boolean', (column) => column.notNull().defaultTo(true))
    .addColumn('created_at', 'timestamptz', requiredNow)
    .execute();
}

async function createVideos(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('videos')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('user_id', 'uuid', (column) => column.notNull().references('users.id'))
    .addColumn('title', 'text', required)
    .addColumn('description', 'text')
    .addColumn('status', sql`video_status`, (column) => column.notNull().defaultTo('uploading'))
    .addColumn('url_hls', 'text')
    .addColumn('url_mp4', 'text')
    .addColumn('thumbnail', 'text')
    .addColumn('duration_seconds', 'integer')
    .addColumn('file_size_bytes', 'bigint')
    .addColumn('original_filename', 'text')
    .addColumn('created_at', 'timestamptz', requiredNow)
    .addColumn('updated_at', 'timestamptz', requiredNow)
    .execute();
}
