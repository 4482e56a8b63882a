import { type Kysely, sql } from 'kysely';
import type { Database } from '../../../functions/stores/postgres/database.ts';

type Table = { name: keyof Database; key: string; ofVideo?: string };

/** Every table, with its key column and the column that names a video, if it has one. */
const TABLES: readonly Table[] = Object.entries({
  users: { key: 'id' },
  videos: { key: 'id', ofVideo: 'id' },
  votes: { key: 'id', ofVideo: 'video_id' },
  user_liked_videos: { key: 'id', ofVideo: 'video_id' },
  views: { key: 'id', ofVideo: 'video_id' },
  share_links: { key: 'id', ofVideo: 'video_id' },
  share_clicks: { key: 'id', ofVideo: 'video_id' },
  reports: { key: 'id' },
  processing_runs: { key: 'execution_arn', ofVideo: 'video_id' },
  video_stats: { key: 'video_id', ofVideo: 'video_id' },
} satisfies Record<keyof Database, Omit<Table, 'name'>>).map(([name, table]) => ({
  name: name as keyof Database,
  ...table,
}));

/** How many rows of the video each table has, and how many reports on it are pending. */
export async function countRowsOf(db: Kysely<Database>, videoId: string): Promise<Record<string, number>> {
  const counts = TABLES.map(({ name, ofVideo }) => {
    const whose = ofVideo
      ? sql`${sql.ref(ofVideo)} = ${videoId}`
      : name === 'reports'
        ? sql`target_id = ${videoId} and report_type = 'video' and status = 'pending'`
        : sql`false`;
    return sql`select ${sql.lit(name)} as name, count(*)::int as count from ${sql.table(name)} where ${whose}`;
  });
  const { rows } = await sql<{ name: string; count: number }>`${sql.join(counts, sql` union all `)}`.execute(db);
  return Object.fromEntries(rows.filter(({ name }) => name !== 'users').map(({ name, count }) => [name, count]));
}

/** The SHA-256 of every report and of every row that belongs to none of the videos, by table and key. */
export async function hashForeignRows(
  db: Kysely<Database>,
  videoIds: readonly string[],
): Promise<{ table: string; key: string; sha256: string }[]> {
  const hashes = TABLES.map(({ name, key, ofVideo }) => {
    const isForeign = ofVideo ? sql`${sql.ref(`row.${ofVideo}`)} <> all(${videoIds}::uuid[])` : sql`true`;
    return sql`select ${sql.lit(name)} as "table", ${sql.ref(`row.${key}`)}::text as key,
      encode(sha256(convert_to(row::text, 'UTF8')), 'hex') as sha256
      from ${sql.table(name)} as row where ${isForeign}`;
  });
  const all = sql<{ table: string; key: string; sha256: string }>`${sql.join(hashes, sql` union all `)}`;
  return (await all.execute(db)).rows;
}
