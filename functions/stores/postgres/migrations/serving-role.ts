import { type Kysely, type RawBuilder, sql } from 'kysely';
import { deletedTables } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';
import { showEveryRow } from './every-row.ts';
import { type Duty, grantsFor, hasGrant, statementOf } from './serving-grants.ts';
import { inShortLocks, type ShortLocks } from './short-locks.ts';

/**
 * `token`: with IAM tokens, to the database or to a proxy that passes them on. `password`: the proxy takes a token and
 * logs in with the password of its secret, or there is no IAM at all.
 */
export type LogIn = 'token' | 'password';

/** A role with which functions log in. */
export type ServingRole = { name: string; duty: Duty; logIn: LogIn };

/** The serving role may delete rows of tables that the data map does not name. The message names those tables. */
export class RoleTooPowerful extends Error {
  override name = 'RoleTooPowerful';
}

/** Grants that had no effect: PostgreSQL only warns of those. The message has the statements for a DBA. */
export class RightsMissing extends Error {
  override name = 'RightsMissing';
}

/**
 * Set on the role and not per connection: RDS Proxy refuses these as startup parameters, and SET would pin the
 * connection. With a plan made for a popular video, the cascade of a foreign key would read whole tables for rows that
 * are already deleted.
 */
const SETTINGS = {
  statement_timeout: '15s',
  lock_timeout: '3s',
  idle_in_transaction_session_timeout: '15s',
  plan_cache_mode: 'force_generic_plan',
};

/**
 * Creates the role with which functions log in, or updates its settings and its rights by the data map. Run it after
 * the migrations, as the owner of the platform's tables and with the right to create roles. Safe to repeat and to run
 * from several processes at the same time. It revokes nothing, because the platform may use the same role.
 * @throws {RoleTooPowerful} when the role may delete more than the data map names {RightsMissing} {RowsHidden}
 * {TableBusy}; then nothing has changed
 */
export async function setUpServingRole(
  db: Kysely<Database>,
  role: ServingRole,
  options: ShortLocks = {},
): Promise<void> {
  await inShortLocks(
    db,
    async (trx) => {
      for (const statement of await missingRights(trx, role)) await statement.execute(trx);
      await refuseLess(trx, role);
      await showEveryRow(trx, role.name);
      await refuseMore(trx, role);
    },
    options,
  );
}

/** The statements that make the role, and give it the settings and the rights that it lacks. */
export async function missingRights(db: Kysely<Database>, role: ServingRole): Promise<RawBuilder<unknown>[]> {
  const found = await findRole(db, role.name);
  const statements: RawBuilder<unknown>[] = found ? [] : [sql`create role ${sql.id(role.name)} login`];
  // Only what differs: it may be forbidden to alter a role that somebody else created.
  for (const [name, value] of missingSettings(found))
    statements.push(sql`alter role ${sql.id(role.name)} set ${sql.id(name)} = ${sql.lit(value)}`);
  // A role that is there keeps its way to log in: a member of rds_iam can no longer use a password.
  if (!found && role.logIn === 'token' && (await hasIam(db)))
    statements.push(sql`grant rds_iam to ${sql.id(role.name)}`);
  statements.push(...(await missingUses(db, role.name, found !== undefined)));
  for (const grant of await grantsFor(db, role.duty))
    if (!found || !(await hasGrant(db, role.name, grant))) statements.push(statementOf(grant, role.name));
  return statements;
}

async function refuseLess(db: Kysely<Database>, role: ServingRole): Promise<void> {
  const left = await missingRights(db, role);
  if (left.length === 0) return;
  const statements = left.map((statement) => statement.compile(db).sql.replace(/\s+/g, ' '));
  throw new RightsMissing(`${role.name} still lacks rights. Let a DBA run this: ${statements.join('; ')}`);
}

/** What comes before any right on a table: the schema of `videos`, and the function behind an index on it. */
async function missingUses(db: Kysely<Database>, role: string, exists: boolean): Promise<RawBuilder<unknown>[]> {
  const { rows } = await sql<{ schema: string; uses: boolean; executes: boolean; isSeen: boolean }>`
    select n.nspname as schema, n.nspname = 'public' or exists (
        select from pg_roles where rolname = ${role}
          and 'search_path=' || quote_ident(n.nspname) = any(rolconfig)) as "isSeen",
      ${exists} and has_schema_privilege((select oid from pg_roles where rolname = ${role}), n.oid, 'usage') as uses,
      ${exists} and coalesce(has_function_privilege((select oid from pg_roles where rolname = ${role}),
        to_regprocedure('video_deletion_ids_in(text[])'), 'execute'), false) as executes
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass('videos')`.execute(db);
  return rows.flatMap(({ schema, uses, executes, isSeen }) => [
    ...(isSeen ? [] : [sql`alter role ${sql.id(role)} set search_path = ${sql.id(schema)}`]),
    ...(uses ? [] : [sql`grant usage on schema ${sql.id(schema)} to ${sql.id(role)}`]),
    ...(executes ? [] : [sql`grant execute on function video_deletion_ids_in(text[]) to ${sql.id(role)}`]),
  ]);
}

/** Where a role exists: its settings, whether it logs in, and whether with tokens. */
export async function findRole(
  db: Kysely<Database>,
  name: string,
): Promise<{ settings: string[]; usesTokens: boolean; logsIn: boolean } | undefined> {
  const { rows } = await sql<{ settings: string[] | null; usesTokens: boolean | null; logsIn: boolean }>`
    select rolconfig as settings, rolcanlogin as "logsIn",
      (select pg_has_role(r.oid, iam.oid, 'member') from pg_roles iam where iam.rolname = 'rds_iam') as "usesTokens"
    from pg_roles r where rolname = ${name}`.execute(db);
  const [role] = rows;
  return role && { settings: role.settings ?? [], usesTokens: role.usesTokens === true, logsIn: role.logsIn };
}

/** The settings of a role that differ from ours. */
export function missingSettings(found: { settings: string[] } | undefined): [string, string][] {
  return Object.entries(SETTINGS).filter(([name, value]) => !found?.settings.includes(`${name}=${value}`));
}

/** On RDS and Aurora, members of `rds_iam` log in with IAM tokens. Elsewhere that role does not exist. */
export async function hasIam(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql`select from pg_roles where rolname = 'rds_iam'`.execute(db);
  return rows.length > 0;
}

/**
 * Checks the role's own rights and inherited ones. What everybody may do (`public`) is the platform's own decision, and
 * tables of extensions belong to them: pg_cron lets everybody delete from its log.
 */
export async function refuseMore(db: Kysely<Database>, { name: role, duty }: ServingRole): Promise<void> {
  const emptied = duty === 'deletes' ? deletedTables().map(({ table }) => table) : [];
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and not exists (select from unnest(${emptied}::text[]) named where to_regclass(named) = c.oid)
      and has_table_privilege(${role}, c.oid, 'delete, truncate')
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      and not (
        (has_table_privilege('public', c.oid, 'delete') or not has_table_privilege(${role}, c.oid, 'delete'))
        and (has_table_privilege('public', c.oid, 'truncate') or not has_table_privilege(${role}, c.oid, 'truncate')))
    order by name`.execute(db);
  if (rows.length === 0) return;
  const names = rows.map((each) => each.name).join(', ');
  const expected = emptied.length > 0 ? `only from tables of the data map: ${emptied.join(', ')}` : 'from none';
  throw new RoleTooPowerful(`${role} may delete from ${names}, expected ${expected}`);
}
