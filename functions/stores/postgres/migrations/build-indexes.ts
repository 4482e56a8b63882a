import { setTimeout } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.ts';
import { IDS_IN } from './ids-in.ts';
import { isTaken, TableBusy } from './short-locks.ts';

/**
 * The indexes of a deletion: the two listings without hidden videos (a profile and the feed, newest first), and what
 * other videos name.
 */
const INDEXES: Record<string, { table: string; on: RawBuilder<unknown> }> = {
  videos_visible_by_owner: {
    table: 'videos',
    on: sql`videos (user_id, created_at desc, id desc) where deleted_at is null`,
  },
  videos_visible_in_feed: {
    table: 'videos',
    on: sql`videos (created_at desc, id desc) where deleted_at is null and status = 'ready'`,
  },
  videos_by_ids_in_urls: { table: 'videos', on: sql`videos using gin (${IDS_IN})` },
  processing_runs_by_execution: { table: 'processing_runs', on: sql`processing_runs (execution_arn)` },
};

/** Our names that another relation has, or an index of another table. Nothing of the platform's may be dropped. */
export async function foreignIndexes(db: Kysely<Database>): Promise<string[]> {
  const names = Object.keys(INDEXES);
  const tables = names.map((name) => INDEXES[name]?.table ?? '');
  const { rows } = await sql<{ name: string }>`
    select ours.name from unnest(${names}::text[], ${tables}::text[]) as ours (name, on_table)
    join pg_class c on c.oid = to_regclass(ours.name)
    left join pg_index i on i.indexrelid = c.oid
    where i.indrelid is distinct from to_regclass(ours.on_table) order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * In milliseconds. Building waits for transactions that were there before, and nobody but a change of the schema waits
 * for it meanwhile.
 */
const PATIENCE = 60_000;
const LOOK_EVERY = 1_000;

/** What another process may have done between our look and our statement (SQLSTATE): made it, or deleted it. */
const OVERTAKEN = ['42P07', '23505', '42704'];
const CANCELLED = '57014';
const MOST_ROUNDS = 100;

export type BuildOptions = { patience?: number };

/**
 * Builds the indexes that are missing without blocking reads and writes. That is not possible in a transaction, and no
 * lock of ours would outlive a pooler: each round looks at what is there, so that several processes may build at the
 * same time. An index whose build was broken off is built again. Needs two connections.
 * @throws {TableBusy} when an open transaction holds a build up for a minute
 */
export async function buildIndexes(db: Kysely<Database>, { patience = PATIENCE }: BuildOptions = {}): Promise<void> {
  for (const name of Object.keys(INDEXES)) await build(db, name, patience);
}

/** The statements for the indexes that are missing. */
export async function missingIndexes(db: Kysely<Database>): Promise<RawBuilder<unknown>[]> {
  const states = await Promise.all(Object.keys(INDEXES).map(async (name) => [name, await stateOf(db, name)] as const));
  return states.filter(([, state]) => state !== 'there').map(([name]) => createIndex(name));
}

async function build(db: Kysely<Database>, name: string, patience: number): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const state = await stateOf(db, name);
    if (state === 'there') return;
    if (state === 'in work') await setTimeout(LOOK_EVERY);
    else await attempt(db, { name, statement: state === 'absent' ? createIndex(name) : dropIndex(name), patience });
  }
  throw new TableBusy(
    `Others build the index ${name} again and again, expected one process to end. Run it again later`,
  );
}

const createIndex = (name: string) => sql`create index concurrently ${sql.id(name)} on ${INDEXES[name]?.on}`;
const dropIndex = (name: string) => sql`drop index concurrently if exists ${sql.id(name)}`;

type Attempt = { name: string; statement: RawBuilder<unknown>; patience: number };

async function attempt(db: Kysely<Database>, { name, statement, patience }: Attempt): Promise<void> {
  const done = new AbortController();
  const watching = cancelIfStuck(db, { name, patience, signal: done.signal });
  try {
    await statement.execute(db);
  } catch (error) {
    // The watcher has ended the statement, or it ends itself now: somebody else may have cancelled it.
    done.abort();
    const code = (error as { code?: string }).code ?? '';
    if (code === CANCELLED && (await watching))
      throw new TableBusy(
        `An open transaction holds up the index ${name}, expected it to end within ${patience / 1_000} s. Nobody waits for us any more; run it again when the transaction has ended`,
        { cause: error },
      );
    if (!isTaken(error) && !OVERTAKEN.includes(code)) throw error;
    await setTimeout(LOOK_EVERY);
  } finally {
    done.abort();
    await watching;
  }
}

/** Ends our statement once it has waited for a lock for so long without a break. True: it has been ended. */
async function cancelIfStuck(
  db: Kysely<Database>,
  { name, patience, signal }: { name: string; patience: number; signal: AbortSignal },
): Promise<boolean> {
  for (let waited = 0; !signal.aborted; ) {
    await setTimeout(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
    const isOver = waited + LOOK_EVERY >= patience;
    const { rows } = await sql<{ ended: boolean | null }>`
      select case when ${isOver} then pg_cancel_backend(pid) end as ended from pg_stat_activity
      where datname = current_database() and usename = current_user and wait_event_type = 'Lock'
        and query ~ ${`^(create|drop) index concurrently (if exists )?"${name}"`}`.execute(db);
    if (rows.some(({ ended }) => ended)) return true;
    waited = rows.length > 0 ? waited + LOOK_EVERY : 0;
  }
  return false;
}

/**
 * An index that somebody builds at this moment is not valid yet. Of builds by other roles no more is seen than that
 * they are.
 */
async function stateOf(db: Kysely<Database>, name: string): Promise<'there' | 'in work' | 'broken' | 'absent'> {
  const { rows } = await sql<{ isValid: boolean; isInWork: boolean }>`
    select indisvalid as "isValid", exists (
      select from pg_stat_progress_create_index
      where datname = current_database() and coalesce(index_relid, indexrelid) = indexrelid
        and (relid is not null or exists (select from pg_locks l where l.pid = pg_stat_progress_create_index.pid
          and l.relation = indrelid))) as "isInWork"
    from pg_index where indexrelid = to_regclass(${name})`.execute(db);
  const [found] = rows;
  if (!found) return 'absent';
  if (found.isValid) return 'there';
  return found.isInWork ? 'in work' : 'broken';
}
