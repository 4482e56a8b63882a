import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { parseVideoId, type VideoId } from '../../functions/deletion/video-id.ts';
import type { Database } from '../../functions/stores/postgres/database.ts';
import { migrate } from '../../functions/stores/postgres/migrations/migrate.ts';
import { startPostgres } from '../../local/postgres/postgres.ts';
import { migrate as migratePlatform } from '../../platform/schema/migrate.ts';

/** A video with many views, and a neighbour with few. */
export type SeededVideos = { videoId: VideoId; neighbourId: VideoId; ownerId: string };

/** A copy of the seeded database. `drop` deletes it. */
export type SeededCopy = SeededVideos & {
  /** Each caller gets its own connections. What they send is added to `statements`. */
  connect(options?: { max?: number; statements?: string[] }): Kysely<Database>;
  drop(): Promise<void>;
};

export type SeededServer = { copy(): Promise<SeededCopy>; stop(): Promise<void> };

const SEED = 'seed';

/** Starts PostgreSQL as in production, with flushing to the disk, and a database to copy. */
export async function startSeeded({ views }: { views: number }): Promise<SeededServer> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-rows-'));
  const server = await startPostgres({ folder });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await onServer(server.url, sql`create database ${sql.id(SEED)}`);
    const videos = await seed(urlOf(server.url, SEED), views);
    return { copy: () => copyOf(server.url, videos), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function copyOf(serverUrl: string, videos: SeededVideos): Promise<SeededCopy> {
  const name = `copy_${randomUUID()}`;
  await onServer(serverUrl, sql`create database ${sql.id(name)} template ${sql.id(SEED)} strategy file_copy`);
  const opened: Kysely<Database>[] = [];
  return {
    ...videos,
    connect({ max = 1, statements } = {}) {
      const db = open(urlOf(serverUrl, name), max, statements);
      opened.push(db);
      return db;
    },
    async drop() {
      await Promise.all(opened.map((db) => db.destroy()));
      await onServer(serverUrl, sql`drop database ${sql.id(name)} with (force)`);
    },
  };
}

async function seed(url: string, views: number): Promise<SeededVideos> {
  const db = open(url, 1);
  await migratePlatform(db);
  await migrate(db);
  const ownerId = randomUUID();
  await db
    .insertInto('users')
    .values({ id: ownerId, username: ownerId, email: `${ownerId}@example.com` })
    .execute();
  const videoOf = { user_id: ownerId, title: 'A clip', status: 'ready' as const };
  const added = await db.insertInto('videos').values([videoOf, videoOf]).returning('id').execute();
  const [videoId, neighbourId] = added.map(({ id }) => parseVideoId(id)) as [VideoId, VideoId];
  await db.transaction().execute(async (trx) => {
    // Switches foreign key checks off, because with them writing the rows takes longer than what is measured.
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql`insert into views (video_id) select ${videoId} from generate_series(1, ${views}::int)`.execute(trx);
    await sql`insert into views (video_id) select ${neighbourId} from generate_series(1, 1000)`.execute(trx);
  });
  await sql`vacuum analyze`.execute(db);
  await db.destroy();
  return { videoId, neighbourId, ownerId };
}

function open(url: string, max: number, statements?: string[]): Kysely<Database> {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  const log = statements && ((event: { query: { sql: string } }) => void statements.push(event.query.sql));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }), ...(log && { log }) });
}

async function onServer(url: string, statement: ReturnType<typeof sql>): Promise<void> {
  const server = open(url, 1);
  try {
    await statement.execute(server);
  } finally {
    await server.destroy();
  }
}

function urlOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
