import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';
import { aboutSchema, type Me, quoted } from './preflight-schema.ts';
import { findRole, hasIam, missingSettings, refuseMore, type ServingRole } from './serving-role.ts';

/** Something about the database stands in the way. The message says each thing, and what a DBA has to run. */
export class DatabaseNotReady extends Error {
  override name = 'DatabaseNotReady';
}

/** PostgreSQL 15: the oldest on which the migrations are known to work. */
const OLDEST = 150_000;

/**
 * Looks at everything that the migrations and the roles need, before anything is changed. It only reads.
 * @throws {DatabaseNotReady} {RoleTooPowerful} when a serving role is there and may delete more than the data map names
 */
export async function checkDatabase(
  db: Kysely<Database>,
  roles: readonly ServingRole[],
  platform?: string,
): Promise<void> {
  const me = await whoAmI(db);
  const obstacles = [
    ...(me.version < OLDEST ? [`the server's version is ${me.version / 10_000}, expected 15 or later`] : []),
    ...(await aboutSchema(db, me)),
    ...(await Promise.all(roles.map((role) => aboutRole(db, me, role)))).flat(),
    ...(platform !== undefined && !(await findRole(db, platform))
      ? [
          `there is no role ${platform}, with which the platform logs in: set DATABASE_PLATFORM_USER (database.platformUser) to its role`,
        ]
      : []),
  ];
  if (obstacles.length > 0)
    throw new DatabaseNotReady(
      `The database is not ready for migrations, and nothing has changed: ${obstacles.join('; ')}`,
    );
  for (const role of roles) if (await findRole(db, role.name)) await refuseMore(db, role);
}

async function whoAmI(db: Kysely<Database>): Promise<Me> {
  const { rows } = await sql<Me>`
    select rolname as name, current_setting('server_version_num')::int as version, current_schema() as schema,
      rolcreaterole or rolsuper as "createsRoles", rolsuper as "isSuper"
    from pg_roles where rolname = current_user`.execute(db);
  return rows[0] as Me;
}

async function aboutRole(db: Kysely<Database>, me: Me, { name, logIn }: ServingRole): Promise<string[]> {
  const found = await findRole(db, name);
  const isOnRds = await hasIam(db);
  const uses = await aboutUse(db, name, found !== undefined);
  if (uses.length > 0) return uses;
  if (!found && !(await mayConnect(db, 'public'))) return [`${connecting(name)}, once the role is there`];
  if (!found) {
    if (logIn === 'password')
      return [
        `there is no role ${name}, and its password must be the one in the proxy's secret: create role ${quoted(name)} login password '…'`,
      ];
    if (!me.createsRoles)
      return [
        `${me.name} may not create the role ${name}: create role ${quoted(name)} login${isOnRds ? `; grant rds_iam to ${quoted(name)}` : ''}`,
      ];
    return isOnRds && !me.isSuper && !(await mayGrantIam(db))
      ? [
          `${me.name} may not let ${name} log in with tokens: grant rds_iam to ${quoted(me.name)} with admin option, or create the role by hand`,
        ]
      : [];
  }
  const connects = await mayConnect(db, name);
  return [
    ...(found.logsIn ? [] : [`${name} may not log in: alter role ${quoted(name)} login`]),
    ...(connects ? [] : [connecting(name)]),
    ...aboutLogIn({ name, logIn }, found.usesTokens, isOnRds),
    ...(await aboutSettings(db, me, name, found)),
  ];
}

function aboutLogIn(
  { name, logIn }: Pick<ServingRole, 'name' | 'logIn'>,
  usesTokens: boolean,
  isOnRds: boolean,
): string[] {
  if (!isOnRds || usesTokens === (logIn === 'token')) return [];
  return logIn === 'token'
    ? [
        `${name} logs in with a password, which a member of rds_iam can no longer do: if that is meant, grant rds_iam to ${quoted(name)}; if the proxy logs in with secrets, set DATABASE_LOG_IN=password (database.logIn)`,
      ]
    : [
        `${name} is a member of rds_iam and cannot log in with the password of a secret: revoke rds_iam from ${quoted(name)}, or set DATABASE_LOG_IN=token (database.logIn)`,
      ];
}

/** From PostgreSQL 16 on, who alters a role needs the admin option on it. */
async function aboutSettings(
  db: Kysely<Database>,
  me: Me,
  name: string,
  found: { settings: string[] },
): Promise<string[]> {
  const differing = missingSettings(found);
  if (differing.length === 0 || me.isSuper) return [];
  const { rows } = await sql<{ may: boolean }>`
    select ${me.createsRoles} and (${me.version} < 160000 or pg_has_role(${name}, 'usage with admin option')) as may`.execute(
    db,
  );
  if (rows[0]?.may) return [];
  const statements = differing.map(([setting, value]) => `alter role ${quoted(name)} set ${setting} = '${value}'`);
  return [`${me.name} may not change the settings of ${name}: ${statements.join('; ')}`];
}

const connecting = (name: string) =>
  `${name} may not connect to this database: let its owner run grant connect on database … to ${quoted(name)}`;

/** Who may not look into a schema finds no table there. Passing that right on is for the owner of the schema. */
async function aboutUse(db: Kysely<Database>, name: string, exists: boolean): Promise<string[]> {
  const { rows } = await sql<{ schema: string; uses: boolean; passesOn: boolean }>`
    select nspname as schema, has_schema_privilege(${exists ? name : 'public'}, n.oid, 'usage') as uses,
      has_schema_privilege(n.oid, 'usage with grant option') as "passesOn"
    from pg_class c join pg_namespace n on n.oid = relnamespace where c.oid = to_regclass('videos')`.execute(db);
  const once = exists ? '' : ', once the role is there';
  return rows.flatMap(({ schema, uses, passesOn }) =>
    uses || passesOn
      ? []
      : [
          `${name} may not look into the schema ${schema}: grant usage on schema ${quoted(schema)} to ${quoted(name)}${once}`,
        ],
  );
}

/** A role that does not exist yet has what everybody has. */
async function mayConnect(db: Kysely<Database>, name: string): Promise<boolean> {
  const { rows } = await sql`select where has_database_privilege(${name}, current_database(), 'connect')`.execute(db);
  return rows.length > 0;
}

async function mayGrantIam(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql`select where pg_has_role('rds_iam', 'usage with admin option')`.execute(db);
  return rows.length > 0;
}
