import { type Kysely, sql } from 'kysely';
import { derivedTables } from '../../../deletion/data-map/data-map.ts';
import type { Database } from '../database.ts';
import { foreignIndexes } from './build-indexes.ts';
import { PLATFORM_TABLES } from './serving-grants.ts';

/** The role that migrates. `schema`: where it would create something. */
export type Me = { name: string; version: number; schema: string | null; createsRoles: boolean; isSuper: boolean };

/** What the migrations themselves make, if somebody has made it before. */
const OURS = ['processing_runs', 'video_deletion_migration', 'video_deletion_migration_lock'];
const RUN_COLUMNS = ['video_id', 'execution_arn', 'started_at'];

/** What stands in the way in the schema and in the session, each with what a DBA has to run. It only reads. */
export async function aboutSchema(db: Kysely<Database>, me: Me): Promise<string[]> {
  const { rows } = await sql`select from unnest(${PLATFORM_TABLES}::text[]) as t where to_regclass(t) is null`.execute(
    db,
  );
  return [
    ...(await aboutSession(db, me)),
    ...(await aboutTables(db, me)),
    ...(rows.length > 0
      ? []
      : [...(await aboutPlaces(db, me)), ...(await aboutColumns(db)), ...(await aboutNames(db))]),
  ];
}

/** A time limit of the session would end the building of an index, or a wait before it is due. */
async function aboutSession(db: Kysely<Database>, { name }: Me): Promise<string[]> {
  const { rows } = await sql<{ setting: string; value: string }>`
    select name as setting, current_setting(name) as value from pg_settings
    where name in ('statement_timeout', 'transaction_timeout', 'lock_timeout') and setting <> '0'
      or name = 'default_transaction_read_only' and setting = 'on' order by 1`.execute(db);
  return rows.map(({ setting, value }) => {
    const wanted = setting === 'default_transaction_read_only' ? 'off' : '0';
    return `${setting} is ${value} for ${name}: alter role ${quoted(name)} set ${setting} = ${wanted}`;
  });
}

/** Changing a table and granting rights on it is for its owner, and for roles that inherit from the owner. */
async function aboutTables(db: Kysely<Database>, { name, version }: Me): Promise<string[]> {
  const mayBeThere = [...OURS, ...derivedTables().map(({ table }) => table)];
  const { rows } = await sql<{ table: string; owner: string | null; owns: boolean | null }>`
    select wanted as "table", pg_get_userbyid(relowner) as owner, pg_has_role(relowner, 'usage') as owns
    from unnest(${[...PLATFORM_TABLES, ...mayBeThere]}::text[]) as wanted
    left join pg_class c on c.oid = to_regclass(wanted)
    union all select proname, pg_get_userbyid(proowner), pg_has_role(proowner, 'usage')
    from pg_proc where oid = to_regprocedure('video_deletion_ids_in(text[])') order by 1`.execute(db);
  const missing = rows.filter(({ owner, table }) => owner === null && !mayBeThere.includes(table));
  const owners = [...new Set(rows.filter(({ owns }) => owns === false).map(({ owner }) => owner as string))];
  const how = (owner: string) =>
    version >= 160_000
      ? `grant ${quoted(owner)} to ${quoted(name)} with inherit true`
      : `grant ${quoted(owner)} to ${quoted(name)}; alter role ${quoted(name)} inherit`;
  return [
    ...(missing.length > 0
      ? [`there is no ${missing.map(({ table }) => table).join(', ')} in the schemas that ${name} looks into`]
      : []),
    ...owners.map((owner) => {
      const tables = rows.filter((row) => row.owner === owner).map(({ table }) => table);
      return `${tables.join(', ')} belong to ${owner}, and ${name} does not inherit its rights: ${how(owner)}`;
    }),
  ];
}

/** Everything of ours stands beside `videos`, where the serving roles look. */
async function aboutPlaces(db: Kysely<Database>, { name, schema }: Me): Promise<string[]> {
  const { rows } = await sql<{ beside: string; kind: string; may: boolean }>`
    select nspname as beside, relkind as kind, has_schema_privilege(n.oid, 'create') as may
    from pg_class c join pg_namespace n on n.oid = relnamespace where c.oid = to_regclass('videos')`.execute(db);
  const [{ beside, kind, may } = { beside: '', kind: 'r', may: true }] = rows;
  return [
    ...(kind === 'r'
      ? []
      : ['videos is no ordinary table (but partitioned, a view or foreign), which is not supported']),
    ...(schema === beside
      ? []
      : [
          `${name} would create tables in ${schema ?? 'no schema'}, expected ${beside}, where videos is: alter role ${quoted(name)} set search_path = ${quoted(beside)}`,
        ]),
    ...(may
      ? []
      : [
          `${name} may not create tables in ${beside}: grant usage, create on schema ${quoted(beside)} to ${quoted(name)}`,
        ]),
  ];
}

/** A column or a table that the platform has by the same name, but with another meaning. */
async function aboutColumns(db: Kysely<Database>): Promise<string[]> {
  const { rows: hidden } = await sql<{ type: string; isRequired: boolean }>`
    select format_type(atttypid, null) as type, attnotnull as "isRequired" from pg_attribute
    where attrelid = to_regclass('videos') and attname = 'deleted_at' and not attisdropped`.execute(db);
  const { rows: lacking } = await sql<{ name: string }>`
    select name from unnest(${RUN_COLUMNS}::text[]) as name where to_regclass('processing_runs') is not null
      and not exists (select from pg_attribute where attrelid = to_regclass('processing_runs') and attname = name)`.execute(
    db,
  );
  const [column] = hidden;
  const isFit = !column || (column.type === 'timestamp with time zone' && !column.isRequired);
  return [
    ...(isFit
      ? []
      : [
          `videos.deleted_at is ${column.type}${column.isRequired ? ' not null' : ''}, expected timestamp with time zone that may be null, and null for what is shown`,
        ]),
    ...(lacking.length > 0
      ? [
          `processing_runs lacks ${lacking.map(({ name }) => name).join(', ')}: rename the table of the platform's own, or add them`,
        ]
      : []),
  ];
}

async function aboutNames(db: Kysely<Database>): Promise<string[]> {
  const taken = await foreignIndexes(db);
  return taken.length > 0 ? [`${taken.join(', ')} would be indexes of ours, and are something else: rename them`] : [];
}

/** Always in quotes: a bare word such as `user` may mean something else. */
export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
