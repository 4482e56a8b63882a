import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database.ts';
import { grantDeletion } from './serving-grants.ts';

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
 * Creates the role with which the functions log in, or updates its settings and its rights by the data map. Run it
 * after the migrations, as the owner of the platform's tables and with the right to create roles. Safe to repeat and to
 * run from several processes at the same time. It revokes nothing, because the platform may use the same role.
 * @throws {RoleTooPowerful} when the role may delete more than the data map names; then nothing has changed
 */
export async function setUpServingRole(db: Kysely<Database>, role: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two processes that change the role at the same time would fail. Unlike a session lock, this lock does not pin a
    // connection.
    await sql`select pg_advisory_xact_lock(hashtext('video_deletion_serving_role'))`.execute(trx);
    if (!(await findRole(trx, role))) await sql`create role ${sql.id(role)} login`.execute(trx);
    await setSettings(trx, role);
    await letLogInWithTokens(trx, role);
    await grantDeletion(trx, role);
  });
}

async function findRole(trx: Transaction<Database>, role: string): Promise<{ settings: string[] } | undefined> {
  const { rows } = await sql<{ settings: string[] | null }>`
    select rolconfig as settings from pg_roles where rolname = ${role}`.execute(trx);
  return rows[0] && { settings: rows[0].settings ?? [] };
}

/** Sets only what differs: it may be forbidden to alter a role that somebody else created. */
async function setSettings(trx: Transaction<Database>, role: string): Promise<void> {
  const { settings = [] } = (await findRole(trx, role)) ?? {};
  for (const [name, value] of Object.entries(SETTINGS)) {
    if (settings.includes(`${name}=${value}`)) continue;
    await sql`alter role ${sql.id(role)} set ${sql.id(name)} = ${sql.lit(value)}`.execute(trx);
  }
}

/** On RDS and Aurora, members of `rds_iam` log in with IAM tokens. Elsewhere that role does not exist. */
async function letLogInWithTokens(trx: Transaction<Database>, role: string): Promise<void> {
  const { rows } = await sql`
    select from pg_roles where rolname = 'rds_iam' and not pg_has_role(${role}, oid, 'member')`.execute(trx);
  if (rows.length > 0) await sql`grant rds_iam to ${sql.id(role)}`.execute(trx);
}
