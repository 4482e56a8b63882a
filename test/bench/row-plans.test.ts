import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { childTables } from '../../functions/deletion/data-map/data-map.ts';
import type { VideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { createPostgresRows } from '../../functions/stores/postgres/postgres-rows.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedRows } from '../support/seed-rows.ts';

let database: TestDatabase;
let db: Kysely<Database>;
let videoId: VideoId;
let ownerId: string;
/** What the adapter sends, as it sends it. */
const sent: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // The database is dropped while the connections still say goodbye. The pool tells of idle ones itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void sent.push(query) });
  await fillTables();
  const seed = seedRows(db);
  ownerId = await seed.user();
  videoId = await seed.video({ ownerId });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** So much in every table that reading one from end to end would be the planner's last choice. */
async function fillTables(): Promise<void> {
  await sql`insert into users (username, email) select n, n || '@example.com' from generate_series(1, 5000) n`.execute(
    db,
  );
  await sql`insert into videos (user_id, title, status) select id, 'A clip', 'ready' from users`.execute(db);
  await sql`insert into views (video_id) select id from videos, generate_series(1, 4)`.execute(db);
  await sql`insert into votes (user_id, video_id, direction) select user_id, id, 'like' from videos`.execute(db);
  await sql`insert into user_liked_videos (user_id, video_id) select user_id, id from videos`.execute(db);
  await sql`insert into share_links (video_id, token) select id, id::text from videos`.execute(db);
  await sql`insert into share_clicks (share_link_id, video_id) select id, video_id from share_links`.execute(db);
  await sql`insert into processing_runs (video_id, execution_arn) select id, id::text from videos`.execute(db);
  await sql`insert into reports (reporter_id, report_type, target_id, reason, status)
    select user_id, 'video', id, 'spam', 'pending' from videos`.execute(db);
  await sql`refresh materialized view video_stats`.execute(db);
  await sql`analyze`.execute(db);
}

/** The plan of a statement as it was sent. */
async function planOf({ sql: text, parameters }: (typeof sent)[number]): Promise<string> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(`explain (format json) ${text}`, [...parameters]));
  return JSON.stringify(rows);
}

/** The catalogue is small: which policies there are is read as the planner likes. */
function readsATableWhole(plan: string): boolean {
  const scanned = [...plan.matchAll(/"Node Type":"Seq Scan"[^{}]*?"Relation Name":"([^"]+)"/g)].map(([, name]) => name);
  expect(scanned.length, 'each has a name').toBe(plan.split('"Seq Scan"').length - 1);
  return scanned.some((name) => !name?.startsWith('pg_'));
}

/**
 * A video with a quarter of all rows, spread over the tables. The planner knows this share, and would choose to scan
 * the whole tables.
 */
async function popularVideo(): Promise<VideoId> {
  const popular = await seedRows(db).video({ ownerId });
  const either = sql`case when random() < 0.25 then ${popular}::uuid else videos.id end`;
  await sql`truncate views, votes, user_liked_videos`.execute(db);
  await sql`insert into views (video_id) select ${either} from videos, generate_series(1, 8)`.execute(db);
  await sql`insert into votes (user_id, video_id, direction) select user_id, ${either}, 'like' from videos`.execute(db);
  await sql`insert into user_liked_videos (user_id, video_id) select user_id, ${either} from videos`.execute(db);
  await sql`analyze`.execute(db);
  return popular;
}

it.each(['usual', 'popular'])(
  'F19 no statement of the deletion of a %s video reads a table from end to end',
  async (kind) => {
    const rows = createPostgresRows(db);
    const id = kind === 'popular' ? await popularVideo() : videoId;
    const at = new Date();
    sent.length = 0;
    await rows.find(ownerId, id);
    await rows.hide(id, at);
    await rows.runs(id);
    for (const place of childTables()) await rows.deleteBatch(place, id, 1_000);
    await rows.deleteVideoRow(id, { by: ownerId, at, known: [] });
    await rows.look(id);
    const statements = sent.filter(({ sql: text }) => /^\s*(select|update|delete|with)/i.test(text));
    expect(statements.length).toBeGreaterThanOrEqual(4 + 2 * childTables().length);
    const plans = await Promise.all([...statements].map(async (one) => ({ text: one.sql, plan: await planOf(one) })));
    expect(plans.filter(({ plan }) => readsATableWhole(plan)).map(({ text }) => text)).toEqual([]);
  },
);

it('what a foreign key asks when a video goes is found by an index, in every table', async () => {
  const { rows } = await sql<{ table: string; column: string }>`
    select c.conrelid::regclass::text as "table", a.attname as "column" from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'videos'::regclass`.execute(db);
  expect(rows.length).toBeGreaterThanOrEqual(childTables().length);
  for (const { table, column } of rows) {
    const text = `select 1 from only ${table} where ${column} = $1 for key share`;
    expect(await planOf({ sql: text, parameters: [videoId] })).not.toContain('Seq Scan');
  }
});
