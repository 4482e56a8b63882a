import { type Kysely, type RawBuilder, sql } from 'kysely';
import { childTables, deletedTables, derivedTables } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';

/** What a serving role is for: `deletes` a video's rows, or only `reads` them, hides videos and shows them again. */
export type Duty = 'deletes' | 'reads';

/** A right on a table; `columns` absent: on all of it. */
export type Grant = { right: 'select' | 'update' | 'delete' | 'maintain'; table: string; columns?: readonly string[] };

/** The columns that are read. Of an account, only its id and its rights, never a name or an address. */
const READS = {
  users: ['id', 'is_admin', 'is_active'],
  videos: ['id', 'user_id', 'status', 'url_hls', 'url_mp4', 'thumbnail', 'created_at', 'deleted_at'],
};
const REPORTS = {
  reads: ['id', 'report_type', 'target_id', 'status'],
  changes: ['status', 'resolved_by', 'resolved_at'],
};

/** Tables that must be there before the migrations: the platform's own. */
export const PLATFORM_TABLES = [...Object.keys(READS), 'reports', ...deletedTables().map(({ table }) => table)].filter(
  (table, n, all) => table !== 'processing_runs' && all.indexOf(table) === n,
);

/** The rights that a role needs. It may delete only from the tables that the data map says are deleted. */
export async function grantsFor(db: Kysely<Database>, duty: Duty): Promise<Grant[]> {
  const grants: Grant[] = Object.entries(READS).map(([table, columns]) => ({ right: 'select', table, columns }));
  grants.push({ right: 'update', table: 'videos', columns: ['deleted_at'] });
  // The runs that a row names belong to what a request reads of its video.
  if (duty === 'reads')
    grants.push({ right: 'select', table: 'processing_runs', columns: ['video_id', 'execution_arn', 'started_at'] });
  if (duty === 'deletes') {
    grants.push({ right: 'select', table: 'reports', columns: REPORTS.reads });
    grants.push({ right: 'update', table: 'reports', columns: REPORTS.changes });
    for (const { table } of deletedTables()) grants.push({ right: 'delete', table });
    // Locking a row before its deletion needs the right to update one of its columns.
    for (const { table, column } of childTables())
      grants.push({ right: 'select', table }, { right: 'update', table, columns: [column] });
  }
  for (const { table } of derivedTables()) grants.push(...(await refreshOf(db, table)));
  return grants;
}

export function statementOf({ right, table, columns }: Grant, role: string): RawBuilder<unknown> {
  const on = columns ? sql`(${sql.join(columns.map((column) => sql.id(column)))})` : sql``;
  return sql`grant ${sql.raw(right)} ${on} on ${sql.table(table)} to ${sql.id(role)}`;
}

/** True where an existing role has the right already. */
export async function hasGrant(db: Kysely<Database>, role: string, { right, table, columns }: Grant): Promise<boolean> {
  const { rows } = await sql<{ has: boolean | null }>`
    select ${
      columns
        ? sql`(select bool_and(has_column_privilege(${role}, to_regclass(${table}), name, ${right}))
            from unnest(${[...columns]}::text[]) as name
            join pg_attribute a on a.attrelid = to_regclass(${table}) and a.attname = name
            having count(*) = ${columns.length})`
        : sql`has_table_privilege(${role}, to_regclass(${table}), ${right})`
    } as has`.execute(db);
  return rows[0]?.has === true;
}

/**
 * A platform may lack the view. The right to refresh it is MAINTAIN; before PostgreSQL 17, the platform must refresh it
 * itself.
 */
async function refreshOf(db: Kysely<Database>, table: string): Promise<Grant[]> {
  const { rows } = await sql<{ found: boolean; canMaintain: boolean }>`
    select to_regclass(${table}) is not null as found,
      current_setting('server_version_num')::int >= 170000 as "canMaintain"`.execute(db);
  if (!rows[0]?.found) return [];
  return [{ right: 'select', table }, ...(rows[0].canMaintain ? [{ right: 'maintain' as const, table }] : [])];
}
