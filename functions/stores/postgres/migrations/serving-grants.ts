import { sql, type Transaction } from 'kysely';
import { type ChildTable, childTables, deletedTables, derivedTables } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';
import { findHiddenTables } from '../queries/hidden-tables.ts';

/** The serving role may delete rows of tables that the data map does not name. The message names those tables. */
export class RoleTooPowerful extends Error {
  override name = 'RoleTooPowerful';
}

/** Row level security hides rows from the serving role, and the migrating role may not change that. */
export class RowsHidden extends Error {
  override name = 'RowsHidden';
}

/** The policy that shows a table to the serving role as a whole. */
const POLICY = 'video_deletion_sees_every_row';

/** The columns that are read. Of an account, only its id and its rights, never a name or an address. */
const READS = {
  users: ['id', 'is_admin', 'is_active'],
  videos: ['id', 'user_id', 'status', 'url_hls', 'url_mp4', 'thumbnail', 'created_at', 'deleted_at'],
  reports: ['id', 'report_type', 'target_id', 'status'],
};
/** The columns that are changed. Reports are resolved, never deleted. */
const CHANGES = { videos: ['deleted_at'], reports: ['status', 'resolved_by', 'resolved_at'] };

/**
 * Grants a role the rights of a deletion. It may delete only from the tables that the data map says are deleted.
 * @throws {RoleTooPowerful} when the role already has the right to delete from others {RowsHidden}
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
  await showEveryRow(trx, role);
  await refuseMore(trx, role);
}

/**
 * Where the platform uses row level security, our own policy shows every row to the role, if we may write one.
 * @throws {RowsHidden} with the statements that the owner of the tables has to run
 */
async function showEveryRow(trx: Transaction<Database>, role: string): Promise<void> {
  for (const table of await findHiddenTables(trx, role)) {
    if (await isOurs(trx, table)) await policyFor(table, role).execute(trx);
  }
  const hidden = await findHiddenTables(trx, role);
  if (hidden.length === 0) return;
  const statements = hidden.map((table) => policyFor(table, role).compile(trx).sql);
  throw new RowsHidden(
    `Row level security hides rows from ${role}, expected every row to be seen. Let the owner of the tables run this, and take restrictive policies off the role: ${statements.join('; ')}`,
  );
}

/** `name` is as the catalogue quotes it. */
function policyFor(name: string, role: string) {
  return sql`create policy ${sql.id(POLICY)} on ${sql.raw(name)} for all to ${sql.id(role)} using (true) with check (true)`;
}

/** True where the migrating role owns the table and has not written the policy yet. */
async function isOurs(trx: Transaction<Database>, name: string): Promise<boolean> {
  const { rows } = await sql`
    select from pg_class c where c.oid = ${name}::regclass and pg_has_role(c.relowner, 'usage')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = ${POLICY})`.execute(trx);
  return rows.length > 0;
}

/**
 * Locking a row before its deletion needs the right to update one of its columns. For a video, that is `deleted_at`:
 * see above.
 */
async function grantLock(trx: Transaction<Database>, role: string, { table, column }: ChildTable): Promise<void> {
  const on = sql`on ${sql.table(table)} to ${sql.id(role)}`;
  await sql`grant select, update (${sql.id(column)}) ${on}`.execute(trx);
}

/**
 * A platform may lack the view. The right to refresh it is MAINTAIN; before PostgreSQL 17, the platform must refresh it
 * itself.
 */
async function grantRefresh(trx: Transaction<Database>, role: string, view: string): Promise<void> {
  const on = sql`on ${sql.table(view)} to ${sql.id(role)}`;
  const { rows } = await sql<{ found: boolean; canMaintain: boolean }>`
    select to_regclass(${view}) is not null as found,
      current_setting('server_version_num')::int >= 170000 as "canMaintain"`.execute(trx);
  if (!rows[0]?.found) return;
  await sql`grant select ${on}`.execute(trx);
  if (rows[0].canMaintain) await sql`grant maintain ${on}`.execute(trx);
}

/** Checks all rights: the role's own, inherited ones, and those of `public`. System tables do not count. */
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
