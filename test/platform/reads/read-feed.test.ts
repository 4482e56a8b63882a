import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { feedPagesKeyOf } from '../../../functions/deletion/data-map/data-map.ts';
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

const PATH = '/api/v1/feed';

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

const add = (title: string, more: Partial<Parameters<typeof addVideo>[1]> = {}) =>
  addVideo(platform.db, { user_id: ana, title, ...more });

describe('GET /api/v1/feed', () => {
  it('shows strangers what is ready and not hidden, with its owner, the newest first', async () => {
    await add('Older', { created_at: '2026-11-01T00:00:00Z' });
    await add('Newer', { user_id: await addUser(platform.db, 'ben'), created_at: '2026-11-02T00:00:00Z' });
    await add('In the works', { status: 'processing' });
    await add('Hidden', { deleted_at: '2026-11-03T00:00:00Z' });
    const answer = await get(platform, PATH);
    expect(titlesIn(answer)).toEqual(['Newer', 'Older']);
    expect(answer.body.videos).toEqual([
      expect.objectContaining({ owner: 'ben' }),
      expect.objectContaining({ owner: 'ana' }),
    ]);
    expect(answer.body).not.toHaveProperty('cursor');
  });

  it('gives no cursor after a page that is exactly full', async () => {
    for (let number = 0; number < 20; number++) await add(`Video ${number}`);
    const { body } = await get(platform, PATH);
    expect(body.videos).toHaveLength(20);
    expect(body).not.toHaveProperty('cursor');
  });

  it('refuses a cursor that no page gave', async () => {
    expect((await get(platform, `${PATH}?cursor=1`)).status).toBe(400);
  });

  it('answers a second time without the database', async () => {
    await get(platform, PATH);
    await add('Too new to be shown');
    expect(titlesIn(await get(platform, PATH))).toEqual([]);
  });

  it('notes each page with each video on it, for longer than the page lives', async () => {
    for (let number = 0; number < 20; number++) await add(`Newer ${number}`);
    const oldest = await add('Oldest', { created_at: '2020-01-01T00:00:00Z' });
    expect(await titlesInAll(platform, PATH)).toHaveLength(21);
    const [pages, life, pageLife] = await platform.redis.run(async (client) => {
      const listed = await client.sMembers(feedPagesKeyOf(oldest));
      return [listed, await client.ttl(feedPagesKeyOf(oldest)), await client.ttl(listed[0] ?? '')] as const;
    });
    expect(pages).toEqual([expect.stringMatching(/^feed:page:/)]);
    expect(pageLife).toBeGreaterThan(0);
    expect(life).toBeGreaterThan(pageLife);
  });
});

describe('a video whose deletion was accepted', () => {
  it('is left out at once, though every page was cached', async () => {
    for (let number = 0; number < 20; number++) await add(`Newer ${number}`);
    const videoId = await add('Waves', { created_at: '2020-01-01T00:00:00Z' });
    expect(await titlesInAll(platform, PATH)).toContain('Waves');
    await acceptDeletion(platform, { videoId, ownerId: ana });
    expect(await titlesInAll(platform, PATH)).not.toContain('Waves');
  });

  it('leaves no page and no list of pages behind', async () => {
    const videoId = await add('Waves');
    await get(platform, PATH);
    await acceptDeletion(platform, { videoId, ownerId: ana });
    expect(await platform.ports.cache.look([], feedPagesKeyOf(videoId))).toEqual({ keys: 0, pages: 0 });
    expect(await platform.cache.exists('feed:page:first')).toBe(false);
  });
});
