import { type Kysely, sql } from 'kysely';
import { naming, primaryId, required } from './columns.ts';

/** Reports about videos and users. `target_id` has no foreign key, because a report outlives its target. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createType('report_type').asEnum(['video', 'user']).execute();
  await db.schema.createType('report_status').asEnum(['pending', 'resolved', 'dismissed']).execute();
  await db.schema
    .createTable('reports')
    .addColumn('id', 'uuid', primaryId)
    .addColumn('reporter_id', 'uuid', naming('users.id'))
    .addColumn('report_type', sql`report_type`, required)
    .addColumn('target_id', 'uuid', required)
    .addColumn('reason', 'text', required)
    .addColumn('status', sql`report_status`, (column) => column.notNull().defaultTo('pending'))
    .addColumn('resolved_by', 'uuid', naming('users.id'))
    .addColumn('resolved_at', 'timestamptz')
    .execute();
  await db.schema.createIndex('reports_reporter_id').on('reports').column('reporter_id').execute();
  await db.schema.createIndex('reports_target_id').on('reports').column('target_id').execute();
  await db.schema.createIndex('reports_resolved_by').on('reports').column('resolved_by').execute();
}
