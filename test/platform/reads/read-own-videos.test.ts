import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { goneKeyOf } from '../../../functions/deletion/data-map/data-map.ts';
import { aTombstone } from '../../support/a-tombstone.ts';
import {
  acceptDeletion,
  addUser,
  addVideo,
  get,
  type PlatformUnderTest,
  startPlatform,
  titlesIn,
  titlesInAll,
} from './platform-api.ts';

const PATH = '/api/v1/users/me/videos';

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

const titles = async (query = '') => titlesIn(await get(platform, `${PATH}${query}`, { as: ana }));
const add = (title: string, more: Partial<Parameters<typeof addVideo>[1]> = {}) =>
  addVideo(platform.db, { user_id: ana, title, ...more });

describe('GET /api/v1/users/me/videos', () => {
  it("shows the caller's videos of every status, the newest first, and nobody else's", async () => {
    await add('Older', { created_at: '2026-11-01T00:00:00Z' });
    await add('Newer', { created_at: '2026-11-02T00:00:00Z', status: 'processing' });
    await addVideo(platform.db, { user_id: await addUser(platform.db, 'ben'), title: "Ben's" });
    expect(await titles()).toEqual(['Newer', 'Older']);
  });

  it('shows everything of a video', async () => {
    const row = { description: 'Calm', url_hls: '/a.m3u8', thumbnail: '/a.jpg', duration_seconds: 7 };
    const id = await add('Waves', { ...row, created_at: '2026-11-01T08:30:00Z' });
    const { body } = await get(platform, PATH, { as: ana });
    const expected = { id, title: 'Waves', status: 'ready', ...row, created_at: '2026-11-01T08:30:00.000Z' };
    expect(body).toEqual({ videos: [{ ...expected, likes: 0, views: 0 }] });
  });

  it('pages through videos of one moment without a gap or a repetition', async () => {
    const all = Array.from({ length: 43 }, (_, index) => `Video ${index}`);
    // Two moments within one millisecond: a cursor that rounds would lose some.
    for (const [index, title] of all.entries()) {
      await add(title, { created_at: `2026-11-01T00:00:00.000${index % 2 ? '001' : '002'}Z` });
    }
    const shown = await titlesInAll(platform, PATH, ana);
    expect(shown).toHaveLength(all.length);
    expect(new Set(shown)).toEqual(new Set(all));
  });

  it('refuses a cursor that no page gave, and what it cannot include', async () => {
    expect((await get(platform, `${PATH}?cursor=bm9uZQ`, { as: ana })).status).toBe(400);
    expect((await get(platform, `${PATH}?include=everything`, { as: ana })).status).toBe(400);
  });

  it('answers a second time without the database', async () => {
    expect(await titles()).toEqual([]);
    await add('Too new to be shown');
    expect(await titles()).toEqual([]);
  });
});

describe('a video whose deletion was accepted', () => {
  it('is left out at once, though the page was cached', async () => {
    const videoId = await add('Waves');
    await add('Stays');
    expect(await titles()).toContain('Waves');
    await acceptDeletion(platform, { videoId, ownerId: ana });
    expect(await titles()).toEqual(['Stays']);
  });

  it('is shown again as soon as it is undone, whoever looked meanwhile', async () => {
    const videoId = await add('Waves');
    const { requestedAt } = await acceptDeletion(platform, { videoId, ownerId: ana });
    expect(await titles()).toEqual([]);
    await platform.ports.rows.restore(videoId, new Date(requestedAt));
    await platform.ports.cache.lift(goneKeyOf(videoId));
    expect(await titles()).toEqual(['Waves']);
  });

  it('is left out of a later page too while only its fence stands', async () => {
    for (let number = 0; number < 21; number++) await add(`Newer ${number}`);
    const videoId = await add('Oldest', { created_at: '2020-01-01T00:00:00Z' });
    const { cursor } = (await get(platform, PATH, { as: ana })).body;
    await platform.ports.cache.fence(goneKeyOf(videoId), 'deletion', 60);
    expect(await titles(`?cursor=${cursor}`)).toHaveLength(1);
  });

  it('is shown with its state to an owner who asks for it', async () => {
    const videoId = await add('Waves');
    await acceptDeletion(platform, { videoId, ownerId: ana, state: 'running' });
    const { body } = await get(platform, `${PATH}?include=deleting`, { as: ana });
    expect(body.videos).toEqual([expect.objectContaining({ title: 'Waves', deletion: 'running' })]);
    expect(await titles()).toEqual([]);
  });

  it('can be asked for alone, however many others there are', async () => {
    for (const n of Array.from({ length: 25 }, (_, index) => index)) await add(`Video ${n}`);
    const id = await add('Oldest', { created_at: '2020-01-01T00:00:00Z' });
    await acceptDeletion(platform, aTombstone({ videoId: id, ownerId: ana, state: 'pending' }));
    expect(await titles('?include=deleting')).not.toContain('Oldest');
    expect(await titles('?include=deleting&only=deleting')).toEqual(['Oldest']);
  });

  it('is shown with its state even before its row is marked', async () => {
    const videoId = await add('Waves');
    await platform.tombstones.write(undefined, aTombstone({ videoId, ownerId: ana }));
    await platform.ports.cache.fence(goneKeyOf(videoId), 'deletion', 60);
    const { body } = await get(platform, `${PATH}?include=deleting`, { as: ana });
    expect(body.videos).toEqual([expect.objectContaining({ title: 'Waves', deletion: 'pending' })]);
  });

  it('is not shown to somebody who asks when the platform hid it for a reason of its own', async () => {
    await add('Banned', { deleted_at: '2026-11-01T00:00:00Z' });
    expect(await titles('?include=deleting')).toEqual([]);
  });
});
