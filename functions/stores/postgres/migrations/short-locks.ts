import { setTimeout } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';

/** While we wait for a lock, everybody who comes after us waits as well. In PostgreSQL's form. */
const LONGEST_WAIT = '3s';

/** Pauses between attempts, in milliseconds: meanwhile those who waited behind us are served. */
const PAUSES = [1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/** Not taken in time, and a deadlock that we were taken out of (SQLSTATE). */
const TAKEN = ['55P03', '40P01'];

/** Others hold a lock that is needed, again and again. Nothing has changed, and nobody waits any more. */
export class TableBusy extends Error {
  override name = 'TableBusy';
}

export type ShortLocks = { pauses?: readonly number[] };

/**
 * Runs `work` in a transaction that waits for no lock longer than 3 s. It is rolled back and repeated while somebody
 * else holds one. One process at a time does so; the lock for that ends with the transaction, so that a pooler in
 * between hands on no connection with a lock.
 * @throws {TableBusy} after the last attempt
 */
export async function inShortLocks<Schema, Result>(
  db: Kysely<Schema>,
  work: (trx: Transaction<Schema>) => Promise<Result>,
  { pauses = PAUSES }: ShortLocks = {},
): Promise<Result> {
  for (const pause of [...pauses, undefined]) {
    try {
      return await db.transaction().execute(async (trx) => {
        await sql`select set_config('lock_timeout', ${LONGEST_WAIT}, true)`.execute(trx);
        await sql`select pg_advisory_xact_lock(hashtext('video_deletion_migration'))`.execute(trx);
        return await work(trx);
      });
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (pause === undefined) throw await tableBusy(db, error);
      await setTimeout(pause);
    }
  }
  throw new RangeError('The list of pauses has no end');
}

/** True: somebody else holds the lock now. */
export function isTaken(error: unknown): error is Error {
  return error instanceof Error && TAKEN.includes((error as { code?: string }).code ?? '');
}

/** Names the sessions that hold locks on tables here. Only their numbers: what they do is not for our log. */
async function tableBusy<Schema>(db: Kysely<Schema>, cause: Error): Promise<TableBusy> {
  const { rows } = await sql<{ table: string; pids: string }>`
    select relation::regclass::text as "table", string_agg(distinct pid::text, ', ') as pids
    from pg_locks join pg_class c on c.oid = relation
    where granted and pid <> pg_backend_pid() and database = (select oid from pg_database where datname = current_database())
      and c.relkind in ('r', 'p') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    group by relation order by 1`.execute(db);
  const held = rows.map(({ table, pids }) => `${table} by ${pids}`).join('; ');
  return new TableBusy(
    `Others hold locks that are needed, expected them to be free for a moment within a minute. Nothing has changed; run it again when they have ended. Held (sessions of pg_stat_activity): ${held || 'none any more'}`,
    { cause },
  );
}
