import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../functions/stores/postgres/database.ts';
import { ACCOUNTS, userIdOf } from '../../../platform/seed/accounts.ts';
import { SAMPLE_VIDEOS } from '../../../platform/seed/sample-videos.ts';
import { type SeedTarget, seedPlatform } from '../../../platform/seed/seed-platform.ts';
import { freshDatabase, type TestDatabase } from '../../support/postgres.ts';

const TABLES = [
  'users',
  'videos',
  'votes',
  'user_liked_videos',
  'views',
  'share_links',
  'share_clicks',
  'reports',
] as const;
const CDN = 'http://127.0.0.1:1';

let database: TestDatabase;
let db: Kysely<Database>;
let files: Map<string, string>;
let target: SeedTarget;

beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`truncate users, videos, reports cascade`.execute(db);
  files = new Map();
  const putFile = async (key: string, _body: Buffer, contentType: string) => files.set(key, contentType);
  target = { db, putFile, cdnUrl: CDN };
});

async function idsIn(table: (typeof TABLES)[number]): Promise<string[]> {
  const rows = await db.selectFrom(table).select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

async function allIds() {
  return Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await idsIn(table)])));
}

describe('the accounts', () => {
  it('may do what their role says, under the ids that are known', async () => {
    await seedPlatform(target);
    const users = await db.selectFrom('users').selectAll().where('username', 'not like', 'viewer-%').execute();
    const found = users.map(({ id, username, is_admin, is_active }) => ({ id, username, is_admin, is_active }));
    expect(found).toEqual(
      expect.arrayContaining([
        { id: userIdOf('ana'), username: 'ana', is_admin: false, is_active: true },
        { id: userIdOf('ben'), username: 'ben', is_admin: false, is_active: true },
        { id: userIdOf('rosa'), username: 'rosa', is_admin: true, is_active: true },
        { id: userIdOf('max'), username: 'max', is_admin: false, is_active: false },
      ]),
    );
    expect(found).toHaveLength(ACCOUNTS.length);
  });
});

describe('the videos', () => {
  it('are a dozen ready ones, one in processing and one that failed', async () => {
    await seedPlatform(target);
    const counted = await db
      .selectFrom('videos')
      .select(({ fn }) => ['status', fn.countAll<string>().as('videos')])
      .groupBy('status')
      .orderBy('status')
      .execute();
    expect(counted).toEqual([
      { status: 'processing', videos: '1' },
      { status: 'ready', videos: '12' },
      { status: 'failed', videos: '1' },
    ]);
  });

  it('name only files that storage has, and storage has no others', async () => {
    await seedPlatform(target);
    const videos = await db.selectFrom('videos').selectAll().execute();
    const urls = videos.flatMap(({ url_hls, thumbnail, url_mp4 }) => [url_hls, thumbnail, url_mp4]);
    const named = urls.filter((url) => url !== null).map((url) => url.replace(`${CDN}/`, ''));
    expect(named).toHaveLength(12 * 3 + 2);
    expect([...files.keys()]).toEqual(expect.arrayContaining(named));
    const ids = new Set([...files.keys()].map((key) => /[0-9a-f-]{36}/.exec(key)?.[0]));
    expect(ids).toEqual(new Set(videos.map(({ id }) => id)));
  });

  it('have files of the local layout if that is asked for', async () => {
    await seedPlatform({ ...target, layout: 'local' });
    const unfinished = SAMPLE_VIDEOS.find(({ status }) => status === 'processing');
    expect(files.has(`${unfinished?.id}.mp4`)).toBe(true);
    expect([...files.keys()].filter((key) => /^(videos|uploads)\//.test(key))).toEqual([]);
  });
});

describe('the audience', () => {
  it('has left a few hundred views, and figures that say so at once', async () => {
    await seedPlatform(target);
    const views = await idsIn('views');
    expect(views.length).toBeGreaterThan(300);
    expect(views.length).toBeLessThan(700);
    const sums = await db
      .selectFrom('video_stats')
      .select(({ fn }) => [fn.sum('views').as('views'), fn.sum('likes').as('likes')])
      .executeTakeFirstOrThrow();
    expect(sums).toEqual({ views: `${views.length}`, likes: `${(await idsIn('user_liked_videos')).length}` });
  });

  it('has left something of every kind at every video that is ready', async () => {
    await seedPlatform(target);
    for (const table of ['votes', 'user_liked_videos', 'views', 'share_links', 'share_clicks'] as const) {
      const touched = await db.selectFrom(table).select('video_id').distinct().execute();
      expect(touched, table).toHaveLength(12);
    }
  });

  it('has reported videos and users, in every status', async () => {
    await seedPlatform(target);
    const kinds = await db.selectFrom('reports').select(['report_type', 'status']).distinct().execute();
    expect(kinds).toHaveLength(6);
    const unresolved = await db.selectFrom('reports').where('resolved_by', 'is', null).select('status').execute();
    expect(new Set(unresolved.map(({ status }) => status))).toEqual(new Set(['pending']));
  });
});

describe('a second start', () => {
  it('changes nothing and writes no file', async () => {
    expect(await seedPlatform(target)).toBe(true);
    const before = await allIds();
    files.clear();
    expect(await seedPlatform(target)).toBe(false);
    expect(await allIds()).toEqual(before);
    expect(files.size).toBe(0);
  });

  it('does not bring back what was deleted, not even the last video', async () => {
    await seedPlatform(target);
    await db.deleteFrom('videos').execute();
    files.clear();
    await seedPlatform(target);
    expect(await idsIn('videos')).toEqual([]);
    expect(files.size).toBe(0);
  });

  it('begins anew when the first broke off between the files', async () => {
    let room = 20;
    const putFile = async () => {
      if (room-- === 0) throw new Error('The disk is full');
    };
    await expect(seedPlatform({ ...target, putFile })).rejects.toThrow('The disk is full');
    expect(await idsIn('users')).toEqual([]);
    expect(await seedPlatform(target)).toBe(true);
    expect(await idsIn('videos')).toHaveLength(14);
  });

  it('of another platform gives every row the same id', async () => {
    await seedPlatform(target);
    const first = await allIds();
    await sql`truncate users, videos, reports cascade`.execute(db);
    await seedPlatform(target);
    expect(await allIds()).toEqual(first);
  });
});
