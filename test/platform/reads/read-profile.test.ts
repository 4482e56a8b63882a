import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptDeletion, addUser, addVideo, get, type PlatformUnderTest, startPlatform } from './platform-api.ts';

let platform: PlatformUnderTest;
let ana: string;

beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());
beforeEach(async () => {
  await platform.clear();
  ana = await addUser(platform.db, 'ana');
});

const statsOf = async (userId: string) => (await get(platform, '/api/v1/users/me', { as: userId })).body.stats;

async function addAudience(videoId: string, views: number): Promise<void> {
  const { db } = platform;
  await db
    .insertInto('views')
    .values(Array.from({ length: views }, () => ({ video_id: videoId })))
    .execute();
  const user_id = await addUser(db, randomUUID());
  await db.insertInto('votes').values({ video_id: videoId, user_id, direction: 'like' }).execute();
  await sql`refresh materialized view video_stats`.execute(db);
}

describe('GET /api/v1/users/me', () => {
  it('tells who the caller is and how their videos do', async () => {
    await addAudience(await addVideo(platform.db, { user_id: ana, title: 'One' }), 3);
    await addAudience(await addVideo(platform.db, { user_id: ana, title: 'Two' }), 2);
    await addAudience(await addVideo(platform.db, { user_id: await addUser(platform.db, 'ben'), title: 'Other' }), 9);
    const { status, body } = await get(platform, '/api/v1/users/me', { as: ana });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: ana, username: 'ana' });
    expect(body.stats).toEqual({ videos_uploaded: 2, total_likes_received: 2, total_views: 5 });
  });

  it('counts nothing for somebody without videos', async () => {
    expect(await statsOf(ana)).toEqual({ videos_uploaded: 0, total_likes_received: 0, total_views: 0 });
  });

  it('counts a video no more from the moment its deletion is accepted, though the figures were cached', async () => {
    const videoId = await addVideo(platform.db, { user_id: ana, title: 'One' });
    await addAudience(videoId, 3);
    expect(await statsOf(ana)).toMatchObject({ videos_uploaded: 1, total_views: 3 });
    await acceptDeletion(platform, { videoId, ownerId: ana });
    expect(await statsOf(ana)).toEqual({ videos_uploaded: 0, total_likes_received: 0, total_views: 0 });
  });

  it('counts it again as soon as it is undone, whoever looked meanwhile', async () => {
    const videoId = await addVideo(platform.db, { user_id: ana, title: 'One' });
    const { requestedAt } = await acceptDeletion(platform, { videoId, ownerId: ana });
    await statsOf(ana);
    await platform.ports.rows.restore(videoId, new Date(requestedAt));
    expect(await statsOf(ana)).toMatchObject({ videos_uploaded: 1 });
  });

  it('answers a second time without the database', async () => {
    await statsOf(ana);
    await addVideo(platform.db, { user_id: ana, title: 'Too new to be counted' });
    expect(await statsOf(ana)).toMatchObject({ videos_uploaded: 0 });
  });

  it('refuses a disabled account, and knows no other', async () => {
    const max = await addUser(platform.db, 'max', false);
    expect((await get(platform, '/api/v1/users/me', { as: max })).status).toBe(403);
    expect((await get(platform, '/api/v1/users/me/videos', { as: max })).status).toBe(403);
    expect((await get(platform, '/api/v1/users/me', { as: randomUUID() })).status).toBe(404);
    expect((await get(platform, '/api/v1/users/me', { as: 'not-a-uuid' })).status).toBe(404);
  });
});
