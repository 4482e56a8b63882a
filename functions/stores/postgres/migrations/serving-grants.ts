import { sql, type Transaction } from 'kysely';
import { placesIn, type RowPlace } from '../../../deletion/data-map/data-map.ts';
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
  for (const place of placesIn('rows')) await grantPlace(trx, role, place);
  await refuseMore(trx, role);
}

async function grantPlace(trx: Transaction<Database>, role: string, place: RowPlace): Promise<void> {
  const on = sql`on ${sql.table(place.table)} to ${sql.id(role)}`;
  if (place.action === 'delete') {
    await sql`grant delete ${on}`.execute(trx);
    // Locking a row before it is deleted takes the right to update a column of it. The video's own is `deleted_at`.
    if (place.column === 'video_id') await sql`grant select, update (video_id) ${on}`.execute(trx);
  }
  if (place.action === 'refresh') await grantRefresh(trx, place.table, on);
}

/** A platform may lack the view. MAINTAIN is the right to refresh it; before PostgreSQL 17 the platform must do it itself. */
async function grantRefresh(trx: Transaction<Database>, view: string, on: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await sql<{ found: boolean; canMaintain: boolean }>`
    select to_regclass(${view}) is not null as found,
      current_setting('server_version_num')::int >= 170000 as "canMaintain"`.execute(trx);
  if (!rows[0]?.found) return;
  await sql`grant select ${on}`.execute(trx);
  if (rows[0].canMaintain) await sql`grant maintain ${on}`.execute(trx);
}

/** Rights of its own, inherited ones and those of everybody count alike; system tables aside. */
async function refuseMore(trx: Transaction<Database>, role: string): Promise<void> {
  const emptied = placesIn('rows').flatMap(({ table, action }) => (action === 'delete' ? [table] : []));
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
