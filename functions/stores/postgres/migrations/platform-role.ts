import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';

/** What the platform does with `processing_runs`: it registers the runs that it starts. */
const RIGHTS = ['select', 'insert'];

/**
 * The statements that let the platform register runs, where it may not yet: the owner of `videos`, and the role with
 * which the platform logs in, if one is named. The table belongs to whoever migrated.
 */
export async function missingRunRights(db: Kysely<Database>, platformRole?: string): Promise<RawBuilder<unknown>[]> {
  const { rows } = await sql<{ role: string; lacks: string[] }>`
    select rolname as role, array(
      select wanted from unnest(${RIGHTS}::text[]) as wanted
      where has_table_privilege(r.oid, to_regclass('processing_runs'), wanted) is not true) as lacks
    from pg_roles r
    where rolname = ${platformRole ?? null} or oid = (select relowner from pg_class where oid = to_regclass('videos'))
    order by 1`.execute(db);
  return rows
    .filter(({ lacks }) => lacks.length > 0)
    .map(({ role, lacks }) => sql`grant ${sql.raw(lacks.join(', '))} on processing_runs to ${sql.id(role)}`);
}
