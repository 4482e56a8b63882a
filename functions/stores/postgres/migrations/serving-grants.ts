import { sql, type Transaction } from 'kysely';
import { type ChildTable, childTables, deletedTables, derivedTables } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';

/** The serving role could delete rows that the data map does not name. The message names the tables. */
export class RoleTooPowerful extends Error {
  override name = 'RoleTooPowerful';
}

/** What is read of rows that stay. Of accounts: who asks, and may they; nobody's name or address. */
const READS = {
  users: ['id', 'is_admin', 'is_active'],
  videos: ['id', 'user_id', 'status', 'url_hls', 'url_mp4', 'thumbnail', 'created_at', 'deleted_at'],
  reports: ['id', 'report_type', 'target_id', 'status'],
};
/** What is changed in rows that stay. Reports are resolved, never deleted. */
const CHANGES = { videos: ['deleted_at'], reports: ['status', 'resolved_by', 'resolved_at'] };

/**
 * Lets a role do what a deletion does, by the data map: delete from the tables that it empties, and nothing from others.
 * @throws {RoleTooPowerful} when it could, by rights that it has from elsewhere
 */
export async function grantDeletion(trx: Transaction<Database>, role: string): Promise<void> {
  const to = sql`to ${sql.id(role)}`;
  for (const [table, columns] of Object.entries(READS)) {
    await sql`grant select (${idsOf(columns)}) on ${sql.table(table)} ${to}`.execute(trx);
  }
  for (const [table, columns] of Object.entries(CHANGES)) {
    await sql`grant update (${idsOf(columns)}) on ${sql.table(table)} ${to}`.execute(trx);
  }
  for (const { table } of deletedTables()) await sql`grant delete on ${sql.table(table)} ${to}`.execute(trx);
  for (const place of childTables()) await grantLock(trx, role, place);
  for (const { table } of derivedTables()) await grantRefresh(trx, role, table);
  await refuseMore(trx, role);
}

/** Locking a row before it is deleted takes the right to update a column of it. Of a video, that is `deleted_at`: see above. */
async function grantLock(trx: Transaction<Database>, role: string, { table, column }: ChildTable): Promise<void> {
  const on = sql`on ${sql.table(table)} to ${sql.id(role)}`;
  await sql`grant select, update (${sql.id(column)}) ${on}`.execute(trx);
}

/** A platform may lack the view. MAINTAIN is the right to refresh it; before PostgreSQL 17 the platform must do it itself. */
async function grantRefresh(trx: Transaction<Database>, role: string, view: string): Promise<void> {
  const on = sql`on ${sql.table(view)} to ${sql.id(role)}`;
  const { rows } = await sql<{ found: boolean; canMaintain: boolean }>`
    select to_regclass(${view}) is not null as found,
      current_setting('server_version_num')::int >= 170000 as "canMaintain"`.execute(trx);
  if (!rows[0]?.found) return;
  await sql`grant select ${on}`.execute(trx);
  if (rows[0].canMaintain) await sql`grant maintain ${on}`.execute(trx);
}

/** Rights of its own, inherited ones and those of everybody count alike; system tables aside. */
async function refuseMore(trx: Transaction<Database>, role: string): Promise<void> {
  const emptied = deletedTables().map(({ table }) => table);
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and c.oid <> all(${emptied}::regclass[]) and has_table_privilege(${role}, c.oid, 'delete, truncate')
    order by name`.execute(trx);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new RoleTooPowerful(
    `${role} may delete from ${names}, expected only from tables of the data map: ${emptied.join(', ')}`,
  );
}

function idsOf(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.id(column)));
}
