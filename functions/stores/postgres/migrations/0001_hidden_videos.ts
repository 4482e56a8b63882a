import { sql } from 'kysely';
import type { Plan } from './run-migrations.ts';

/**
 * The column that hides a video. Even adding one that is there would lock the table, so the catalogue is asked first.
 */
export const plan: Plan = async (db) => {
  const { rows } = await sql`
    select from pg_attribute where attrelid = to_regclass('videos') and attname = 'deleted_at' and not attisdropped`.execute(
    db,
  );
  return rows.length > 0 ? [] : [sql`alter table videos add column deleted_at timestamptz`];
};
