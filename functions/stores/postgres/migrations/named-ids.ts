import { setTimeout } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.ts';

/** The ids that the URLs of a video hold, lower case, in any spelling. An index has exactly this expression. */
export const IDS_IN = sql`video_deletion_ids_in(url_hls, url_mp4, thumbnail)`;

/** The characters of an id, which a URL may hold as percent escapes, in both cases. */
const ESCAPED = [
  ['%2d', '-'],
  ...Array.from('0123456789', (digit) => [`%3${digit}`, digit]),
  ...Array.from('abcdef', (letter, n) => [`%4${n + 1}`, letter]),
  ...Array.from('abcdef', (letter, n) => [`%6${n + 1}`, letter]),
] as [string, string][];

/** Creates the function that finds ids in URLs. */
export async function createIdsIn(db: Kysely<unknown>): Promise<void> {
  const decoded = ESCAPED.reduce((text, [coded, plain]) => `replace(${text}, '${coded}', '${plain}')`, 'lower(url)');
  await sql`create or replace function video_deletion_ids_in(variadic urls text[]) returns text[]
    language sql immutable parallel safe as ${sql.lit(`
      select coalesce(array_agg(distinct found[1]), '{}')
      from unnest(urls) as url,
        regexp_matches(${decoded}, '([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})', 'g') as found`)}`.execute(db);
}

/** The indexes by which a deletion asks what other videos name. */
const INDEXES = {
  videos_by_ids_in_urls: sql`videos using gin (${IDS_IN})`,
  processing_runs_by_execution: sql`processing_runs (execution_arn)`,
};

/** Only one process at a time builds them. The number is arbitrary. */
const LOCK = 4_811_273;
const LOCK_POLL_MILLISECONDS = 200;

/**
 * Builds the indexes without blocking writes. That is not possible in a transaction. An index whose build was broken off
 * is built again.
 */
export async function buildIndexes(db: Kysely<Database>): Promise<void> {
  await db.connection().execute(async (connection) => {
    // A session that waits for the lock in a query would hold up the build itself.
    while (!(await takesLock(connection))) await setTimeout(LOCK_POLL_MILLISECONDS);
    try {
      for (const [name, on] of Object.entries(INDEXES)) await build(connection, name, on);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
    }
  });
}

async function takesLock(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_lock(${LOCK}) as taken`.execute(db);
  return rows[0]?.taken === true;
}

async function build(db: Kysely<Database>, name: string, on: ReturnType<typeof sql>): Promise<void> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(db);
  if (rows[0]?.valid) return;
  if (rows[0]) await sql`drop index concurrently ${sql.table(name)}`.execute(db);
  await sql`create index concurrently ${sql.id(name)} on ${on}`.execute(db);
}
