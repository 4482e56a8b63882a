import { type Kysely, sql } from 'kysely';

/** Adds the table of runs of a video. The primary key begins with the foreign key, so it also serves as its index. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('processing_runs')
    .ifNotExists()
    .addColumn('video_id', 'uuid', (column) => column.notNull().references('videos.id').onDelete('cascade'))
    .addColumn('execution_arn', 'text', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('processing_runs_pkey', ['video_id', 'execution_arn'])
    .execute();
}
